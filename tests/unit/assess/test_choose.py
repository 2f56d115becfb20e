"""In which order data sets are taken up, how many of them, and when a run selects again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.assess.choose import (
    all_settled_at,
    count_taken,
    freshest_first,
    held_back,
    taken_up,
    within_limits,
)
from session_archive.assess.verdict import Record
from session_archive.naming.session_name import DataSetName
from session_archive.settings.tables import Limits
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import State


def test_the_newest_sessions_come_first_and_those_of_one_day_by_name() -> None:
    names = [
        DataSetName.parse(f"raw-ephys/{text}")
        for text in ("SC022/2021-01-02", "SC021/2021-01-01", "SC022/2021-01-01", "SC011/2020-12-31")
    ]
    assert sorted(reversed(names), key=freshest_first) == names


@pytest.mark.parametrize(
    ("requested", "nightly", "mappable", "taken"),
    [
        # Ten data sets of ten bytes each; a night takes five, or 70 bytes.
        (None, True, 100, 5),
        (6, True, 100, 6),
        (9, True, 100, 7),
        (None, True, 2, 2),
        (9, True, 2, 2),
        (None, False, 100, 10),
        (None, False, 8, 8),
        (9, False, 100, 9),
        (9, False, 8, 8),
    ],
)
def test_a_run_takes_up_as_many_as_all_its_limits_allow(
    requested: int | None, nightly: bool, mappable: int, taken: int
) -> None:
    limits = Limits.model_validate({"data_sets_per_night": 5, "bytes_per_night": 70})
    assert (
        count_taken([10] * 10, limits=limits, requested=requested, nightly=nightly, mappable=mappable)
        == taken
    )


def test_what_is_held_back_is_ready_or_still_unclaimed() -> None:
    assert held_back(claimed=True) == Record(State.READY, "held back by the limits of this run")
    words = f"{UNCLAIMED}; held back by the limits of this run"
    assert held_back(claimed=False) == Record(State.UNCLAIMED, words)


def test_a_run_selects_again_when_all_that_settle_in_time_are_settled() -> None:
    ten, eleven, noon = (dt.datetime(2021, 1, 1, hour, tzinfo=dt.UTC) for hour in (10, 11, 12))
    assert all_settled_at([ten, eleven], before=noon) == eleven
    assert all_settled_at([eleven, ten, noon], before=noon) == eleven
    assert all_settled_at([noon], before=eleven) is None
    assert all_settled_at([], before=noon) is None


@pytest.mark.parametrize(
    ("sizes", "max_count", "max_bytes", "taken"),
    [
        ([5, 5, 5], None, None, 3),
        ([5, 5, 5], 2, None, 2),
        ([5, 5, 5], None, 10, 2),
        ([50, 5], None, 10, 1),
        ([], 2, 10, 0),
    ],
)
def test_limits(sizes: list[int], max_count: int | None, max_bytes: int | None, taken: int) -> None:
    assert within_limits(sizes, max_count=max_count, max_bytes=max_bytes) == taken


def test_three_thousand_take_as_many_nights_as_the_limits_say() -> None:
    waiting, nights = [1] * 3_000, []
    while waiting:
        nights.append(within_limits(waiting, max_count=1_024, max_bytes=900))
        waiting = waiting[nights[-1] :]
    assert nights == [900, 900, 900, 300]


@given(
    sizes=st.lists(st.integers(0, 9), max_size=9), max_count=st.integers(1, 9), max_bytes=st.integers(1, 30)
)
def test_a_backlog_always_gets_shorter(sizes: list[int], max_count: int, max_bytes: int) -> None:
    taken = within_limits(sizes, max_count=max_count, max_bytes=max_bytes)
    assert min(1, len(sizes)) <= taken <= min(len(sizes), max_count)
    assert taken == 1 or sum(sizes[:taken]) <= max_bytes


def test_what_waited_is_ready_once_a_run_sends_it_and_any_other_state_stays() -> None:
    ready = taken_up(State.WAITING)
    assert ready is not None and ready.state is State.READY and "slot" in ready.reason
    assert [taken_up(each) for each in State if each is not State.WAITING] == [None] * (len(State) - 1)
