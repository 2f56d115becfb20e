"""Which causes there are, by what was found out."""

import datetime as dt
from dataclasses import replace

import pytest

from session_archive.messages.cause import Cause
from session_archive.messages.causes import causes
from session_archive.messages.facts import Ended, Facts, Overdue, Room
from session_archive.messages.night import Night, looks_for_everything
from session_archive.states.state import State

NOW = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
GOOD = Night("r", NOW - 7 * HOUR, NOW - 5 * HOUR)
FACTS = Facts(GOOD, expected_from=NOW - 90 * DAY)
TB = 10**12


def keys(facts: Facts, *named: Cause) -> list[str]:
    return [each.key for each in causes(facts, named=named, after=2 * DAY, now=NOW)]


def line(facts: Facts, key: str) -> str:
    return next(each.line for each in causes(facts, after=2 * DAY, now=NOW) if each.key == key)


def test_where_all_is_well_there_is_no_cause() -> None:
    assert keys(FACTS) == []


def test_a_failed_night_is_one_cause_with_its_first_problem() -> None:
    facts = replace(FACTS, night=replace(GOOD, problems=("rig1 is off", "b", "c")))
    assert keys(facts) == ["night"]
    assert "3 problems: rig1 is off, and 2 more below" in line(facts, "night")
    assert "ended 2026-03-10 04:00" in line(facts, "night")


def test_a_night_is_late_after_the_time_that_was_set_since_the_last_one_or_the_installation() -> None:
    assert keys(replace(FACTS, night=replace(GOOD, ended_at=NOW - 2 * DAY))) == []
    late = replace(FACTS, night=replace(GOOD, ended_at=NOW - 2 * DAY - HOUR))
    assert keys(late) == ["no-night"]
    assert "since 2026-03-08 08:00" in line(late, "no-night")
    assert keys(Facts(None, expected_from=NOW - DAY)) == []
    assert keys(Facts(None, expected_from=NOW - 3 * DAY)) == ["no-night"]


def test_late_sessions_are_one_line_that_names_some_and_counts_all() -> None:
    facts = replace(FACTS, overdue=Overdue(7, ("SC022 2026-03-01 raw-ephys (waiting)",)))
    assert keys(facts) == ["overdue"]
    assert "7 expected data sets" in line(facts, "overdue")
    assert "SC022 2026-03-01 raw-ephys (waiting) and 6 more" in line(facts, "overdue")


def test_a_backlog_that_nobody_counted_this_time_is_what_it_was() -> None:
    known = Cause("backlog", "412 expected data sets", NOW - DAY)
    assert keys(replace(FACTS, backlog=3)) == ["backlog"]
    assert keys(replace(FACTS, backlog=0), known) == []
    assert keys(replace(FACTS, backlog=None)) == []
    assert causes(replace(FACTS, backlog=None), named=[known], after=2 * DAY, now=NOW) == [known]


@pytest.mark.parametrize(("days", "expected"), [(6.9, []), (7.1, ["rig:rig1"]), (30, ["rig:rig1"])])
def test_a_rig_is_silent_after_seven_days(days: float, expected: list[str]) -> None:
    assert keys(replace(FACTS, rigs=(("rig1", NOW - days * DAY),))) == expected


def test_no_rig_is_silent_while_no_night_looks() -> None:
    silent = (("rig1", NOW - 30 * DAY),)
    assert keys(replace(FACTS, night=None, rigs=silent)) == ["no-night"]
    late = replace(GOOD, ended_at=NOW - 3 * DAY)
    assert keys(replace(FACTS, night=late, rigs=silent)) == ["no-night"]


@pytest.mark.parametrize(
    ("free", "total", "known", "expected"),
    [
        (0.06 * TB, TB, False, False),
        (0.049 * TB, TB, False, True),
        (0.059 * TB, TB, True, True),
        (0.061 * TB, TB, True, False),
        (0.9e9, 2e9, False, True),
        (1.1e9, 2e9, False, False),
    ],
)
def test_a_place_fills_and_does_not_come_and_go(
    free: float, total: float, known: bool, expected: bool
) -> None:
    facts = replace(FACTS, rooms=(Room("ephys", "/archive", int(free), int(total)),))
    named = [Cause("place:ephys", "fills")] if known else []
    assert keys(facts, *named) == (["place:ephys"] if expected else [])


def ended(succeeded: bool, ago: dt.timedelta, detail: str = "", place: str = "ephys") -> Ended:
    return Ended(place, succeeded, detail, NOW - ago)


def test_a_place_without_room_for_the_last_transfer_is_full_until_one_succeeds() -> None:
    full = ended(False, 3 * HOUR, "QUOTA_EXCEEDED: the destination's quota is used up")
    other = ended(True, HOUR, place="video")
    assert keys(replace(FACTS, ended=(full, other))) == ["place:ephys"]
    assert "QUOTA_EXCEEDED" in line(replace(FACTS, ended=(full,)), "place:ephys")
    assert keys(replace(FACTS, ended=(full, ended(True, HOUR)))) == []
    assert keys(replace(FACTS, ended=(ended(False, HOUR, "PERMISSION_DENIED"),))) == []
    # One line for a place, whoever noticed it first.
    room = Room("ephys", "/archive", 0, TB)
    assert keys(replace(FACTS, ended=(full,), rooms=(room,))) == ["place:ephys"]


def test_a_disk_that_cannot_be_read_now_stays_what_it_was() -> None:
    known = Cause("place:ephys", "fills")
    assert keys(replace(FACTS, unseen=("ephys",)), known) == ["place:ephys"]
    assert keys(replace(FACTS, unseen=("ephys",))) == []


def test_what_waits_for_a_person_and_fails_no_night() -> None:
    night = replace(GOOD, states={State.AMBIGUOUS: 2, State.ARCHIVED: 9}, unclaimed=1)
    facts = replace(FACTS, night=night, transfers=("raw-ephys/A: paused",), unconfirmed=3)
    assert keys(facts) == ["transfers", "decisions", "ambiguous", "unclaimed"]
    assert "1 transfer waiting for a person: raw-ephys/A: paused" in line(facts, "transfers")
    assert "1 folder that" in line(facts, "unclaimed")


def test_a_cause_keeps_since_when_it_was_named() -> None:
    facts = replace(FACTS, night=replace(GOOD, problems=("now",)))
    (cause,) = causes(facts, named=[Cause("night", "before", NOW - 3 * DAY)], after=DAY, now=NOW)
    assert (cause.since, "now" in cause.line) == (NOW - 3 * DAY, True)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, True),
        ({"subjects": [], "dates": None, "kinds": [], "limit": None, "dry_run": False}, True),
        ({"second_look": False, "decisions": ["a = b"], "accept_missing": ["rig1"]}, True),
        ({"subjects": ["SC022"]}, False),
        ({"dates": ["2021-01-01"]}, False),
        ({"kinds": ["raw-ephys"]}, False),
        ({"limit": 5}, False),
        ({"dry_run": True}, False),
    ],
)
def test_a_run_for_a_part_is_no_night(params: dict[str, object], expected: bool) -> None:
    assert looks_for_everything(params) is expected


def test_damage_is_one_line_that_names_some_and_counts_all() -> None:
    facts = replace(
        FACTS, damaged=tuple(f"raw-ephys/SC{number:03}/2021-01-01 at tape" for number in range(7))
    )
    assert keys(facts) == ["damage"]
    assert "7 data sets damaged in the archive: raw-ephys/SC000/2021-01-01 at tape, " in line(facts, "damage")
    assert "raw-ephys/SC004/2021-01-01 at tape and 2 more" in line(facts, "damage")
