"""Which sessions of the lab a night reads: a review saves reading, and hides none whose recording could be sent."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import MORNING, NOON, OTHER, SC022, Site, record

from session_archive.catalog.history import session_reviewer
from session_archive.catalog.history.session_reviews import SessionReviews
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.bound_store import bound_store
from session_archive.catalog.schema.store import now
from session_archive.states.state import State, StateRow
from support.sample_lab import LabRow, add_sessions

KIND = "raw-ephys"
TODAY = now().replace(hour=10, minute=0, second=0, microsecond=0)
OLD = LabRow(99, "SC099", 1, dt.datetime(2020, 5, 5, 10))
NEW = LabRow(99, "SC099", 2, TODAY)


@pytest.fixture(autouse=True)
def every_session_is_worth_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_reviewer, "_MANY", 1)


def read(catalog: Catalog, **by: object) -> set[str]:
    choice: dict[str, object] = {"days": (), "keys": (), **by}
    return {str(each) for each in catalog.open_sessions(KIND, **choice).sessions}  # type: ignore[arg-type]  # each test gives its own


def shown(*rows: LabRow) -> set[str]:
    return {f"{each.water_restriction} {each.start:%Y-%m-%d %H:%M}" for each in rows}


def enter_and_archive(site: Site, catalog: Catalog, *rows: LabRow) -> None:
    """Sessions whose data set is in the archive, and that no rig has."""
    add_sessions(site.sample, rows)
    archive(catalog, *rows)


def archive(catalog: Catalog, *rows: LabRow) -> None:
    for row in rows:
        (session,) = (each for each in catalog.expected_sessions(KIND) if {str(each)} == shown(row))
        name = replace(SC022, session=replace(SC022.session, subject=session.subject, date=session.date))
        record(catalog, session, data_set=name)
        reason = "on the rig: no such folder"
        catalog.states.record(
            [StateRow(KIND, session.id, State.ARCHIVED, reason, session=str(session), data_set=str(name))]
        )


def review_of(catalog: Catalog, site: Site) -> SessionReview | None:
    return SessionReviews(bound_store(catalog.connection, site.layout)).newest(KIND)


def test_what_had_no_data_set_is_read_after_a_review_without_a_comparison_of_all(
    site: Site, catalog: Catalog
) -> None:
    enter_and_archive(site, catalog, OLD)
    before = read(catalog)
    assert before == shown(MORNING, NOON, OTHER)
    catalog.review([KIND])
    review = review_of(catalog, site)
    assert review and len(review.sessions) == 3
    assert read(catalog) == before


def test_a_new_session_is_read_at_once(site: Site, catalog: Catalog) -> None:
    catalog.review([KIND])
    add_sessions(site.sample, [NEW])
    assert read(catalog) == shown(MORNING, NOON, OTHER, NEW)


def test_a_new_session_is_added_to_the_last_review(site: Site, catalog: Catalog) -> None:
    add_review(site, catalog, age=dt.timedelta(days=6))
    add_sessions(site.sample, [NEW])
    catalog.review([KIND])
    review = review_of(catalog, site)
    assert review and [key and key["subject_id"] for key in review.sessions.values()] == [99]
    assert review.until < now() - dt.timedelta(days=5), (
        "all sessions are compared after a week, whatever is new"
    )


def test_an_old_session_that_is_entered_late_is_read_for_a_folder_a_decision_or_the_next_review(
    site: Site, catalog: Catalog
) -> None:
    catalog.review([KIND])
    add_sessions(site.sample, [OLD])
    (session,) = (each for each in catalog.expected_sessions(KIND) if each.subject == "SC099")
    assert read(catalog) == shown(MORNING, NOON, OTHER)
    another_day = dt.date(2020, 5, 9)
    for by in (
        {"days": [("SC099", session.date)]},
        {"days": [("sc099", another_day)]},
        {"keys": [session.key]},
    ):
        assert read(catalog, **by) == shown(MORNING, NOON, OTHER, OLD), by
    add_review(site, catalog, age=dt.timedelta(days=8))
    catalog.review([KIND])
    assert read(catalog) == shown(MORNING, NOON, OTHER, OLD)


def test_a_session_that_a_run_has_seen_is_read_while_its_state_is_open(site: Site, catalog: Catalog) -> None:
    catalog.review([KIND])
    add_sessions(site.sample, [OLD])
    (session,) = (each for each in catalog.expected_sessions(KIND) if each.subject == "SC099")
    catalog.states.record([StateRow(KIND, session.id, State.NOT_FOUND, data_set=f"{KIND}/SC099/2020-05-05")])
    assert read(catalog) == shown(MORNING, NOON, OTHER, OLD)


def test_what_is_archived_after_a_review_is_not_read_any_more(site: Site, catalog: Catalog) -> None:
    add_sessions(site.sample, [OLD])
    catalog.review([KIND])
    assert read(catalog) == shown(MORNING, NOON, OTHER, OLD)
    archive(catalog, OLD)
    assert read(catalog) == shown(MORNING, NOON, OTHER)


def test_a_review_counts_for_its_settings_only(site: Site, catalog: Catalog) -> None:
    narrow = Catalog(catalog.connection, replace(site.layout, expected={KIND: "session_time < '09:30:00'"}))
    narrow.review([KIND])
    assert review_of(catalog, site) is None
    assert read(catalog) == shown(MORNING, NOON, OTHER)


def test_all_sessions_are_compared_once_a_week(site: Site, catalog: Catalog) -> None:
    def compared() -> int:
        return len({row["until"] for row in catalog.tables.Review().to_dicts()})

    for _ in range(2):
        catalog.review([KIND])
    assert compared() == 1
    add_review(site, catalog, age=dt.timedelta(days=6))
    catalog.review([KIND])
    assert compared() == 2
    add_review(site, catalog, age=dt.timedelta(days=8))
    catalog.review([KIND])
    assert compared() == 4


def test_a_false_review_hides_nothing(site: Site, catalog: Catalog) -> None:
    add_review(site, catalog, age=dt.timedelta(days=-90))
    assert read(catalog) == shown(MORNING, NOON, OTHER)
    catalog.review([KIND])
    newest = catalog.tables.Review().to_dicts(order_by="review_id")[-1]
    catalog.tables.Review.insert1(
        {"about": newest["about"], "until": newest["until"], "n_open": 0, "reviewed_at": now()}
    )
    assert read(catalog) == shown(MORNING, NOON, OTHER), "it has no list"


def add_review(site: Site, catalog: Catalog, *, age: dt.timedelta) -> None:
    """One that lists nothing."""
    reviews = SessionReviews(bound_store(catalog.connection, site.layout))
    reviews.add(KIND, until=now() - age, read_at=0, sessions={})
