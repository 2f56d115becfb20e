"""A review saves reading; it hides nothing that is open, whatever it says and whenever it was made."""

import datetime as dt
import uuid
from typing import Any

import pytest
from tests.integration.catalog.samples import ARCHIVE, SC022, TWO_FILES, Site, as_nightly, record, state

from session_archive.catalog.history import open_states, open_submissions
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.store import EPOCH, now
from session_archive.states.state import State, StateRow
from session_archive.transfers.submission import End, Outcome, Submission

KIND = "raw-ephys"
LONG_AGO = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def every_row_is_worth_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_submissions, "_MANY", 1)
    monkeypatch.setattr(open_states, "_MANY", 1)
    monkeypatch.setattr(open_states, "_LAST", 0)


def submission(**changes: Any) -> Submission:
    values: dict[str, Any] = {
        "submission_id": uuid.uuid4(),
        "data_set_id": SC022.id,
        "data_set": str(SC022),
        "route": "upload",
        "source": "rig",
        "destination": ARCHIVE.name,
        "manifest_id": TWO_FILES.id,
        "items": ("a.bin",),
        "resumes": False,
        "label": "",
        "run_id": "night",
        "begun_at": LONG_AGO,
    }
    return Submission(**{**values, **changes})


def begun(catalog: Catalog, **changes: Any) -> Submission:
    catalog.ledger.save_manifest(TWO_FILES)
    sent = submission(**changes)
    catalog.ledger.begin(sent, max_unfinished=9)
    return sent


def waiting(target: int, what: State = State.WAITING, **changes: Any) -> StateRow:
    return state(what=what, target=uuid.UUID(int=target), changed_at=LONG_AGO, **changes)


def gone_from_rig(target: int) -> StateRow:
    return waiting(target, State.ARCHIVED, reason="on the rig: no folder")


def open_targets(catalog: Catalog) -> dict[int, str]:
    return {target.int: each.state for target, each in catalog.states.open(KIND).items()}


def test_an_unfinished_transfer_of_long_ago_is_found_after_a_review(site: Site, catalog: Catalog) -> None:
    sent = begun(catalog)
    catalog.ledger.review()
    assert site.count("review") == 1
    assert [each.submission_id for each in catalog.ledger.unfinished()] == [sent.submission_id]
    catalog.ledger.finish(sent.submission_id, Outcome(End.SUCCEEDED))
    assert not catalog.ledger.unfinished()


def test_an_unrecorded_transfer_of_long_ago_is_found_after_a_review(catalog: Catalog) -> None:
    sent = begun(catalog)
    catalog.ledger.accept(sent.submission_id, uuid.uuid4())
    catalog.ledger.finish(sent.submission_id, Outcome(End.SUCCEEDED))
    catalog.ledger.review()
    found = catalog.arrivals.unrecorded(route="upload", destination=ARCHIVE.name)
    assert [each.submission.submission_id for each in found] == [sent.submission_id]


def test_a_failed_transfer_of_long_ago_is_found_until_there_is_a_replica(catalog: Catalog) -> None:
    sent = begun(catalog)
    catalog.ledger.accept(sent.submission_id, uuid.uuid4())
    catalog.ledger.finish(sent.submission_id, Outcome(End.FAILED))
    catalog.ledger.review()

    def left() -> list[uuid.UUID]:
        found = catalog.arrivals.without_replica(route="upload", destination=ARCHIVE.name)
        return [each.submission_id for each, _ in found]

    assert left() == [sent.submission_id]
    record(catalog)
    assert left() == []


def test_a_transfer_that_begins_after_a_review_is_found(catalog: Catalog) -> None:
    catalog.ledger.finish(begun(catalog).submission_id, Outcome(End.FAILED))
    catalog.ledger.review()
    sent = begun(catalog, begun_at=None)
    assert [each.submission_id for each in catalog.ledger.unfinished()] == [sent.submission_id]


def test_a_review_keeps_what_is_settled_out_of_the_next_one(site: Site, catalog: Catalog) -> None:
    catalog.ledger.finish(begun(catalog).submission_id, Outcome(End.FAILED))
    record(catalog)
    catalog.ledger.review()
    assert site.count("review") == 1
    assert site.count("review__open") == 0


def test_a_false_review_from_the_future_hides_no_transfer_of_this_week(site: Site, catalog: Catalog) -> None:
    future = (now() + dt.timedelta(days=9) - EPOCH) // dt.timedelta(microseconds=1)
    catalog.tables.Review.insert1(
        {"about": "submissions", "until": future, "n_open": 0, "reviewed_at": now()}
    )
    sent = begun(catalog, begun_at=None)
    assert [each.submission_id for each in catalog.ledger.unfinished()] == [sent.submission_id]


def test_open_states_are_found_after_a_review(site: Site, catalog: Catalog) -> None:
    catalog.states.record(
        [waiting(1), gone_from_rig(2), waiting(3, State.UNCLAIMED), waiting(4, State.FAILED)]
    )
    catalog.states.review(KIND)
    assert site.count("review") == 1
    assert site.count("review__open") == 3
    assert open_targets(catalog) == {1: "waiting", 3: "unclaimed", 4: "failed"}
    assert [row.target.int for row in catalog.states.unclaimed(KIND)] == [3]


def test_a_state_that_changes_after_a_review_counts(catalog: Catalog) -> None:
    catalog.states.record([waiting(1), gone_from_rig(2)])
    catalog.states.review(KIND)
    catalog.states.record([gone_from_rig(1), waiting(2, State.CHANGED), waiting(5)])
    assert open_targets(catalog) == {2: "changed", 5: "waiting"}


def test_a_row_that_appears_late_is_not_before_a_review(site: Site, catalog: Catalog) -> None:
    catalog.states.record([gone_from_rig(1), gone_from_rig(2)])
    other = as_nightly(site.server)
    try:
        with other.transaction:
            late = Catalog(other, site.layout)
            late.states.append(state(what=State.WAITING, target=uuid.UUID(int=2)))
            catalog.states.record([state(what=State.READY, target=uuid.UUID(int=3))])
            catalog.states.review(KIND)
            assert site.count("review") == 0, "a number before the last has a row that is not committed"
    finally:
        other.close()
    catalog.states.review(KIND)
    assert site.count("review") == 1
    assert open_targets(catalog) == {2: "waiting", 3: "ready"}


def test_recent_rows_are_before_a_review(catalog: Catalog) -> None:
    catalog.states.record([gone_from_rig(1)])
    catalog.states.record([state(what=State.READY, target=uuid.UUID(int=3)), gone_from_rig(2)])
    catalog.states.review(KIND)
    (review,) = catalog.tables.Review().to_dicts()
    assert review["n_open"] == 1


def test_states_of_another_type_have_reviews_of_their_own(catalog: Catalog) -> None:
    catalog.states.record([waiting(1), waiting(1, data_set_type="tracking-video")])
    catalog.states.review(KIND)
    assert set(catalog.states.open("tracking-video")) == {uuid.UUID(int=1)}


def test_an_archived_data_set_stays_open_while_a_rig_may_have_it(catalog: Catalog) -> None:
    catalog.states.record([waiting(1, State.ARCHIVED), gone_from_rig(2)])
    catalog.states.review(KIND)
    assert open_targets(catalog) == {1: "archived"}
