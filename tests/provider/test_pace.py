"""How fast a transfer goes, from its polls: never negative, never divided by zero, and unknown where it is unknown."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from globus_provider.pace import WINDOW, Pace, PaceReport, Sample, rate_of
from printable_text.amounts import seconds_left

START = dt.datetime(2026, 1, 2, 3, 0, tzinfo=dt.UTC)
#: Polls as a service may answer them: clocks and counters that go back, and several at one moment.
SAMPLES = st.lists(st.tuples(st.integers(-1000, 10**6), st.integers(0, 10**15)), max_size=30)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def task(n_bytes: Any, **fields: Any) -> dict[str, Any]:
    return {"bytes_transferred": n_bytes, "files_transferred": 1, "faults": 0, "nice_status": "OK", **fields}


def pace(**fields: Any) -> Pace:
    return Pace(**{"expected_files": 4, "expected_bytes": 4000, "report_interval": 0.0, **fields})


def reported(watch: Pace, n_bytes: Any, seconds: float, **fields: Any) -> PaceReport:
    report = watch.saw(task(n_bytes, **fields), now=at(seconds))
    assert report is not None
    return report


def test_the_rate_is_unknown_at_first_and_then_that_of_the_polls() -> None:
    watch = pace()
    first = reported(watch, 0, 0)
    assert first.rate is None and "rate unknown" in first.line and "time left unknown" in first.line
    second = reported(watch, 1000, 10)
    assert second.rate == 100
    assert second.line == "1 of 4 files, 1.0 of 4.0 kB, 100 bytes/s, 0 faults, about 30 s left"


def test_the_rate_is_that_of_the_last_quarter_of_an_hour() -> None:
    watch = pace(expected_bytes=10**9)
    reported(watch, 0, 0)
    reported(watch, 10**6, 10)
    for seconds in range(30, int(WINDOW) + 100, 30):
        last = reported(watch, 10**6, seconds)
    assert last.rate == 0 and "time left unknown" in last.line


def test_a_counter_that_goes_back_begins_anew() -> None:
    watch = pace()
    reported(watch, 3000, 0)
    assert reported(watch, 100, 10).rate is None
    assert reported(watch, 200, 20).rate == 10


def test_reports_are_due_every_few_minutes_and_the_first_at_once() -> None:
    watch = pace(report_interval=300.0)
    due = [second for second in range(0, 1000, 100) if watch.saw(task(second), now=at(second))]
    assert due == [0, 300, 600, 900]


def test_a_clock_that_went_back_does_not_silence_the_reports() -> None:
    watch = pace(report_interval=300.0)
    assert watch.saw(task(0), now=at(0))
    assert watch.saw(task(0), now=at(-4000))


def test_skipped_files_are_among_the_files_and_make_the_time_left_a_bound() -> None:
    watch = pace()
    reported(watch, 0, 0)
    report = reported(watch, 1000, 10, files_skipped=2)
    assert report.line.startswith("3 of 4 files") and "at most 30 s left" in report.line


def test_a_condition_is_shown_unless_all_is_well_and_cannot_forge_a_line() -> None:
    assert "Queued" in reported(pace(), 0, 0, nice_status="Queued").line
    assert "OK" not in reported(pace(), 0, 0).line
    hostile = reported(pace(), 0, 0, nice_status="x\r\x1b[2J" + "y" * 500).condition
    assert len(hostile) <= 40 and "\x1b" not in hostile and "\r" not in hostile


def test_answers_without_counts_and_with_odd_ones_are_reported_as_nothing() -> None:
    for odd in (None, "many", -5, 1.5):
        assert reported(pace(), odd, 0, files_transferred=odd, faults=odd).n_bytes == 0
    empty = pace(expected_files=None, expected_bytes=None).saw({}, now=START)
    assert empty is not None
    assert empty.line == "0 files, 0 bytes, rate unknown, 0 faults, time left unknown"


@given(SAMPLES)
def test_no_sequence_of_polls_makes_a_rate_or_a_time_left_that_is_no_number_or_negative(
    polls: list[tuple[int, int]],
) -> None:
    watch = pace(expected_bytes=10**12)
    for seconds, n_bytes in polls:
        report = reported(watch, n_bytes, seconds)
        left = seconds_left(10**12 - report.n_bytes, report.rate)
        assert report.rate is None or 0 <= report.rate < float("inf")
        assert left is None or 0 <= left < float("inf")
        assert report.line


@given(SAMPLES)
def test_a_rate_is_between_the_slowest_and_the_fastest_step(polls: list[tuple[int, int]]) -> None:
    ordered = sorted(set(polls))
    samples = [Sample(at(seconds), n_bytes) for seconds, n_bytes in ordered]
    steps = [rate_of(pair) for pair in pairwise(samples)]
    whole = rate_of(samples)
    if whole is not None and None not in steps:
        assert min(steps) * (1 - 1e-9) <= whole <= max(steps) * (1 + 1e-9)


def test_nothing_left_takes_no_time_and_the_unknown_none() -> None:
    assert seconds_left(0, None) == 0
    assert seconds_left(-5, 10.0) == 0
    assert seconds_left(None, 10.0) is None
    assert seconds_left(10, 0.0) is None
    assert seconds_left(10, None) is None
