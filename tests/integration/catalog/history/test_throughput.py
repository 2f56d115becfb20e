"""The backlog, and how much each of the last nights has sent."""

import datetime as dt
from typing import Any

import pytest
from tests.integration.catalog.samples import TWO_FILES, nth, state, submission

from session_archive import clock
from session_archive.catalog.open import Catalog
from session_archive.states.state import State
from session_archive.transfers.backlog import Backlog
from session_archive.transfers.submission import End, Outcome

JST = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 26, 15, 0, tzinfo=JST)


def sent(catalog: Catalog, number: int, n_bytes: int, at: dt.datetime, **changes: Any) -> None:
    """A transfer that ended at this time."""
    status = changes.pop("status", End.SUCCEEDED)
    begun = submission(nth(number), **changes)
    catalog.ledger.begin(begun, max_unfinished=1000)
    catalog.ledger.finish(begun.submission_id, Outcome(status, n_bytes=n_bytes, completed_at=at))


def test_an_empty_catalog_has_no_backlog_and_no_pace(catalog: Catalog) -> None:
    assert catalog.throughput.backlog(now=NOW) == Backlog(0, 0)
    assert not catalog.throughput.transfers_under_way()


def test_the_backlog_is_what_is_ready_or_on_its_way_now(catalog: Catalog) -> None:
    first, second, third = catalog.expected_sessions("raw-ephys")
    catalog.states.record(
        [
            state(first, what=State.READY, n_bytes=5),
            state(first, what=State.ARCHIVED, n_bytes=5),
            state(second, what=State.READY, n_bytes=1000),
            state(second, what=State.SUBMITTED, n_bytes=10**13, data_set_type="tracking-video"),
            state(third, what=State.READY, n_bytes=0),
            state(third, what=State.WAITING, n_bytes=7, data_set_type="tracking-video"),
        ]
    )
    assert catalog.throughput.backlog(now=NOW) == Backlog(3, 10**13 + 1000, unknown=1)


def test_a_night_is_from_noon_to_noon_where_this_machine_is(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.ledger.save_manifest(TWO_FILES)
    evening = dt.datetime(2026, 11, 24, 22, 0, tzinfo=JST)
    monkeypatch.setattr(clock, "utc_now", lambda: NOW.astimezone(dt.UTC))
    sent(catalog, 1, 10, evening)
    sent(catalog, 2, 20, evening + dt.timedelta(hours=10))
    sent(catalog, 3, 400, evening + dt.timedelta(hours=24))
    sent(catalog, 4, 5000, evening - dt.timedelta(days=40))
    sent(catalog, 5, 6000, evening, route="retrieve")
    sent(catalog, 6, 7000, evening, status=End.FAILED)
    assert catalog.throughput.backlog(now=NOW).nights == (30, 400)


def test_a_transfer_without_an_outcome_is_under_way(catalog: Catalog) -> None:
    catalog.ledger.save_manifest(TWO_FILES)
    catalog.ledger.begin(submission(nth(1)), max_unfinished=10)
    assert catalog.throughput.transfers_under_way()
