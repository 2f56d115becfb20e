"""What the service says of an unfinished transfer is a row when it changes; the trouble of one leaves others room."""

import datetime as dt

import pytest
from tests.integration.catalog.samples import TWO_FILES, Site, nth, submission

from session_archive import clock
from session_archive.catalog.database.errors import TooManyUnfinishedError
from session_archive.catalog.open import Catalog
from session_archive.transfers.standing import Answer
from session_archive.transfers.submission import End, Outcome, Submission

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def begun(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Submission:
    at(monkeypatch, NOON)
    catalog.ledger.save_manifest(TWO_FILES)
    first = submission(nth(1))
    catalog.ledger.begin(first, max_unfinished=1)
    return first


def at(monkeypatch: pytest.MonkeyPatch, time: dt.datetime) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: time)


def test_a_row_is_added_only_when_the_answer_changes(
    catalog: Catalog, site: Site, begun: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [
        (0, Answer.UNDER_WAY, "", 0, 0),  # nothing is wrong, and nothing was
        (1, Answer.NONE, "refused", 1, 1),
        (2, Answer.NONE, "refused", 1, 1),
        (3, Answer.NONE, "another reason", 1, 2),
        (4, Answer.UNDER_WAY, "", 4, 3),
        (5, Answer.UNDER_WAY, "", 4, 3),
        (6, Answer.NEEDS_PERSON, "disk swap", 6, 4),
        (7, Answer.NONE, "x" * 5000, 7, 5),
    ]
    for hour, answer, words, since, n_rows in answers:
        at(monkeypatch, NOON + hour * HOUR)
        standing = catalog.inquiries.record(begun.submission_id, answer, words)
        assert standing.since == NOON + (since or hour) * HOUR
        assert site.count("inquiry") == n_rows
        if n_rows:
            assert catalog.inquiries.newest([begun.submission_id]) == {begun.submission_id: standing}
    assert catalog.inquiries.newest([]) == {}


def test_a_transfer_that_nothing_is_known_of_takes_room_for_a_day(
    catalog: Catalog, begun: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.inquiries.record(begun.submission_id, Answer.NONE, "refused")
    at(monkeypatch, NOON + 24 * HOUR)
    with pytest.raises(TooManyUnfinishedError, match="1 transfers are unfinished"):
        catalog.ledger.require_room(1)
    at(monkeypatch, NOON + 25 * HOUR)
    catalog.ledger.require_room(1)
    second = submission(nth(2))
    catalog.ledger.begin(second, max_unfinished=1)
    with pytest.raises(TooManyUnfinishedError):
        catalog.ledger.begin(submission(nth(3)), max_unfinished=1)
    # It is still unfinished, and counts again once the service answers.
    assert {each.data_set for each in catalog.ledger.unfinished()} == {begun.data_set, second.data_set}
    catalog.ledger.finish(second.submission_id, Outcome(End.LOST))
    catalog.inquiries.record(begun.submission_id, Answer.UNDER_WAY)
    with pytest.raises(TooManyUnfinishedError):
        catalog.ledger.require_room(1)


def test_a_transfer_that_waits_for_a_person_takes_room(
    catalog: Catalog, begun: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.inquiries.record(begun.submission_id, Answer.NEEDS_PERSON, "disk swap")
    at(monkeypatch, NOON + 100 * HOUR)
    with pytest.raises(TooManyUnfinishedError):
        catalog.ledger.require_room(1)
