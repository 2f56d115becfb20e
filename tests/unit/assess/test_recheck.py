"""Which archived data sets of a rig without a local path are compared with it in a run."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.assess.recheck import Recheck, RigLook, due, is_settled
from session_archive.assess.verdict import Assessment, Leave, Record, Transfer
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.state import State

NOW = dt.datetime(2021, 3, 1, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WEEK = 7 * 86400.0
LONG_AGO = NOW - 100 * DAY


def names(count: int) -> list[DataSetName]:
    return [DataSetName("raw-ephys", SessionName(f"SC{n:03}", dt.date(2021, 1, 1))) for n in range(count)]


def looked(days: float, *, settled: bool = True) -> RigLook:
    return RigLook(NOW - days * DAY, settled)


def test_the_first_night_takes_one_share_the_longest_archived_first() -> None:
    every = names(15)
    archived = {name: LONG_AGO - n * DAY for n, name in enumerate(every)}
    assert due(archived, {}, now=NOW, within=WEEK) == Recheck((every[14], every[13], every[12]), ())


def test_the_oldest_look_is_first_and_one_that_was_never_recorded_before_it() -> None:
    a, b, c, d = names(4)
    archived = {a: LONG_AGO, b: LONG_AGO, c: None, d: NOW - DAY / 2}
    looks = {a: looked(1), b: looked(6)}
    assert due(archived, looks, now=NOW, within=2 * 86400.0).share == (c, b)
    assert due(archived, looks, now=NOW, within=86400.0).share == (c, b, a, d)


def test_a_retry_minutes_later_takes_almost_nothing_and_a_missed_night_takes_two_shares() -> None:
    archived = dict.fromkeys(names(70), LONG_AGO)
    newest = names(1)[0]

    def share(elapsed: dt.timedelta) -> int:
        looks = {newest: RigLook(NOW - elapsed, settled=True)}
        return len(due(archived, looks, now=NOW, within=WEEK).share)

    assert [share(each) for each in (dt.timedelta(minutes=10), DAY, 2 * DAY, 30 * DAY)] == [1, 10, 20, 70]


def test_what_is_not_settled_is_compared_in_every_run_and_takes_no_turn_of_another() -> None:
    a, b, c = names(3)
    archived = dict.fromkeys((a, b, c), LONG_AGO)
    looks = {a: looked(0.01, settled=False), b: looked(1), c: looked(2)}
    assert due(archived, looks, now=NOW, within=WEEK) == Recheck((c,), (a,))
    # Nights on which the rig did not answer are made up for: their looks are not settled.
    assert due(
        archived, {a: looked(0, settled=False), b: looked(3), c: looked(4)}, now=NOW, within=WEEK
    ) == Recheck((c,), (a,))
    assert due(archived, {**looks, b: looked(5), c: looked(6)}, now=NOW, within=WEEK).share == (c, b)


def test_a_lab_may_never_compare_again() -> None:
    (a,) = names(1)
    assert due({a: LONG_AGO}, {}, now=NOW, within=float("inf")) == Recheck((), ())


def test_a_look_in_the_future_does_not_count() -> None:
    (a,) = names(1)
    for settled in (True, False):
        looks = {a: looked(-3650, settled=settled)}
        assert due({a: LONG_AGO}, looks, now=NOW, within=WEEK) == Recheck((a,), ())


def test_a_look_at_what_the_rig_no_longer_has_takes_no_turn() -> None:
    a, gone = names(2)
    assert due({a: LONG_AGO}, {gone: looked(0.01, settled=False)}, now=NOW, within=WEEK) == Recheck((a,), ())
    assert due({}, {gone: looked(1)}, now=NOW, within=WEEK) == Recheck((), ())


@given(
    st.integers(1, 40),
    st.lists(st.floats(0.5, 1.5), min_size=40, max_size=40),
    st.integers(1, 10),
)
def test_each_is_seen_once_in_the_time_however_long_the_nights_are(
    count: int, nights: list[float], days: int
) -> None:
    every = names(count)
    archived = dict.fromkeys(every, LONG_AGO)
    looks: dict[DataSetName, RigLook] = {}
    now = NOW
    for hours in nights:
        for name in due(archived, looks, now=now, within=days * 86400.0).share:
            looks[name] = RigLook(now, settled=True)
        now += hours * DAY
    last_run = now - nights[-1] * DAY
    longest = max(nights) * DAY
    assert looks.keys() == set(every)
    assert max(last_run - look.looked_at for look in looks.values()) <= days * DAY + longest


@pytest.mark.parametrize(
    ("assessment", "settled"),
    [
        (Record(State.ARCHIVED), True),
        (Record(State.ARCHIVED, "1 files came later: waiting: too new"), False),
        (Record(State.CHANGED, "a.bin"), False),
        (Transfer(), False),
        (Leave(), False),
    ],
)
def test_a_look_is_settled_only_if_nothing_is_left(assessment: Assessment, settled: bool) -> None:
    assert is_settled(assessment) is settled
