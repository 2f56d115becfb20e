"""The clock is in UTC, and everything asks it through its module."""

import datetime as dt

import pytest

from session_archive import clock
from session_archive.catalog.schema.store import now


def test_the_time_is_aware_and_in_utc() -> None:
    assert clock.utc_now().tzinfo is dt.UTC


def test_a_day_that_passes_is_seen_by_what_was_imported_before(monkeypatch: pytest.MonkeyPatch) -> None:
    later = dt.datetime(2030, 5, 6, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert now() == later.replace(tzinfo=None)
    assert abs(clock.today() - later.date()) <= dt.timedelta(days=1)
