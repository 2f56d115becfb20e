"""How far a run is and when it ends: never negative, never divided by zero, unknown says unknown."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.transfers.progress import Progress, day, later, moment, together

CET = dt.timezone(dt.timedelta(hours=1), "CET")
EVENING = dt.datetime(2026, 11, 26, 22, 0, tzinfo=CET)
TODAY = EVENING.date()
REPORT: dict[str, Any] = {
    "at": "2026-11-26T21:00:00+00:00",
    "files": 10,
    "files_skipped": 0,
    "n_bytes": 1_200_000_000_000,
    "expected_files": 40,
    "expected_bytes": 3_400_000_000_000,
    "rate": 100e6,
    "faults": 2,
    "condition": "",
}
KNOWN = st.one_of(st.none(), st.integers(0, 10**16))
PARTS = st.builds(
    Progress,
    files=st.integers(0, 10**6),
    n_bytes=st.integers(0, 10**16),
    total_files=KNOWN,
    total_bytes=KNOWN,
    rate=st.one_of(st.none(), st.floats(0, 1e12)),
    faults=st.integers(0, 100),
)


def progress(**fields: Any) -> Progress:
    found = Progress.of({**REPORT, **fields})
    assert found is not None
    return found


def test_a_report_says_files_bytes_rate_faults_and_when_it_ends() -> None:
    line = progress().line(now=EVENING)
    assert line == "10 of 40 files, 1.2 of 3.4 TB, 100.0 MB/s, 2 faults, ends about 04:06 CET"


def test_skipped_files_are_done_and_the_end_is_a_bound() -> None:
    line = progress(files_skipped=5).line(now=EVENING)
    assert line.startswith("15 of 40 files") and "ends before 04:06 CET" in line


def test_a_report_that_is_old_promises_no_end_and_says_how_old_it_is() -> None:
    line = progress().line(now=EVENING + dt.timedelta(hours=2))
    assert "ends" not in line and "as of 22:00 CET" in line and "triggerer" in line
    both = together([progress(), progress(at="2026-11-26T23:00:00+00:00")])
    assert both.as_of == EVENING
    for odd in (None, "yesterday", 5, "2026-11-26T21:00:00"):
        assert progress(at=odd).as_of is None


@pytest.mark.parametrize("rate", [None, 0.0])
def test_without_a_rate_the_end_is_unknown(rate: float | None) -> None:
    assert progress(rate=rate).line(now=EVENING).endswith("its end is unknown")


def test_an_end_after_the_runs_deadline_is_said_with_what_happens_then() -> None:
    morning = EVENING + dt.timedelta(hours=5)
    line = progress().line(now=EVENING, deadline=morning.astimezone(dt.UTC))
    assert line.endswith("ends about 04:06 CET; this run waits until 03:00 CET, a later one for the rest")
    assert "waits" not in progress().line(now=EVENING, deadline=morning + dt.timedelta(hours=5))


@pytest.mark.parametrize(
    "report",
    [
        None,
        [],
        "text",
        {},
        {**REPORT, "files": -1},
        {**REPORT, "n_bytes": "1"},
        {**REPORT, "faults": None},
        {**REPORT, "files_skipped": True},
    ],
)
def test_what_is_no_report_is_none(report: object) -> None:
    assert Progress.of(report) is None


@pytest.mark.parametrize("rate", ["fast", -1.0, float("nan"), float("inf"), None, []])
def test_a_rate_that_is_none_is_unknown(rate: object) -> None:
    assert progress(rate=rate).rate is None


def test_transfers_together_have_the_sum_of_what_is_known() -> None:
    both = together([progress(), progress(rate=None), Progress.ahead(4, 600), Progress.over(2, 5)])
    assert (both.files, both.total_files, both.rate, both.faults) == (22, 86, 100e6, 4)
    assert both.total_bytes == 2 * 3_400_000_000_000 + 605
    assert together([progress(), Progress.ahead(None, None)]).total_bytes is None
    assert together([]).seconds_left == 0
    assert together([Progress.ahead(1, 5)]).rate is None


@given(st.lists(PARTS, max_size=5))
def test_no_parts_make_a_time_left_that_is_negative_or_no_number(parts: list[Progress]) -> None:
    all_of_them = together(parts)
    left = all_of_them.seconds_left
    assert left is None or left >= 0
    assert (left is None) == (
        all_of_them.total_bytes is None
        or (all_of_them.total_bytes > all_of_them.n_bytes and not all_of_them.rate)
    )
    assert all_of_them.line(now=EVENING, deadline=EVENING)


def test_times_of_this_night_have_the_hour_later_ones_the_day() -> None:
    assert moment(EVENING + dt.timedelta(hours=17), now=EVENING) == "15:00 CET"
    assert moment(EVENING + dt.timedelta(days=7), now=EVENING) == "3 December"
    assert moment(EVENING + dt.timedelta(days=60), now=EVENING) == "25 January 2027"
    assert day(dt.date(2027, 1, 2), today=TODAY) == "2 January 2027"


@pytest.mark.parametrize("seconds", [None, 1e12, float("inf")])
def test_what_takes_more_than_ten_years_has_no_end(seconds: float | None) -> None:
    assert later(EVENING, seconds) is None


def test_the_time_left_is_that_of_the_waits_log_and_unknown_where_nothing_tells() -> None:
    now = dt.datetime(2026, 11, 26, 21, 0, tzinfo=dt.UTC)
    assert progress().left(now=now) == "about 6 h 7 min left"
    assert progress(files_skipped=1).left(now=now) == "at most 6 h 7 min left"
    assert progress(rate=None).left(now=now) == "time left unknown"
    assert progress().left(now=now + dt.timedelta(hours=1)).startswith("as of 21:00 UTC: its wait has not")


def test_the_parts_of_a_line_are_those_of_a_table() -> None:
    seen = progress(files=1200, expected_files=None)
    assert (seen.files_in_words, seen.size_in_words, seen.rate_in_words) == (
        "1,200",
        "1.2 of 3.4 TB",
        "100.0 MB/s",
    )
    assert progress().files_in_words == "10 of 40"
    assert progress(rate=None).rate_in_words == "rate unknown"
