"""When the backlog is sent: never before today, never divided by zero, unknown says unknown."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from session_archive.transfers.backlog import Backlog

TODAY = dt.date(2026, 11, 26)


def test_the_backlog_ends_at_the_pace_of_the_last_nights_that_sent_something() -> None:
    backlog = Backlog(12, 3_400_000_000_000, nights=(9**9, 0, *[0, 500_000_000_000] * 7))
    assert backlog.per_night == 500_000_000_000
    assert backlog.ends(TODAY) == dt.date(2026, 12, 3)
    assert backlog.line(today=TODAY) == (
        "backlog: 12 data sets, 3.4 TB, sent about 3 December at 500.0 GB a night, if nothing is added"
    )


def test_a_backlog_without_a_pace_says_so_and_none_says_nothing() -> None:
    assert "unknown" in Backlog(1, 5).line(today=TODAY)
    assert "unknown" in Backlog(1, 5, nights=(0, 0)).line(today=TODAY)
    assert "3 of unknown size" in Backlog(4, 5, unknown=3, nights=(5,)).line(today=TODAY)
    assert "more than ten years" in Backlog(1, 10**18, nights=(1,)).line(today=TODAY)
    assert Backlog(0, 0, nights=(5,)).line(today=TODAY) == ""


@given(
    n_bytes=st.integers(0, 10**18),
    nights=st.lists(st.integers(0, 10**15), max_size=40).map(tuple),
    today=st.dates(),
)
def test_no_backlog_ends_before_today_or_with_a_division_by_zero(
    n_bytes: int, nights: tuple[int, ...], today: dt.date
) -> None:
    backlog = Backlog(1, n_bytes, nights=nights)
    ends = backlog.ends(today)
    assert ends is None or ends >= today
    assert backlog.line(today=today)
