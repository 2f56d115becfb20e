"""What the functions of select return adds up to one report."""

import datetime as dt
import uuid

from archive_flow.run.report import NAMED_AT_MOST, Lines, Notes, Report, add_up, left_out
from session_archive.errors import ListingError
from session_archive.listing import Problem
from session_archive.listing.unlisted import Unlisted
from session_archive.states.state import State, StateRow

TEN = dt.datetime(2021, 1, 1, 10, tzinfo=dt.UTC)
#: The keys that the summary reads, and those of runs that began under another version.
KEYS = [
    "unlisted",
    "left_out",
    "left_out_count",
    "unread",
    "settling",
    "unclaimed",
    "unclaimed_count",
    "noted",
    "noted_count",
    "dark",
    "dark_count",
    "states",
    "alarms",
    "changes",
    "changes_count",
    "remaining",
    "left",
    "waiting",
    "plan",
    "approval",
    "dry_run",
]


def notes(number: int) -> Notes:
    """All kinds of notes of one data set."""
    return Notes(
        unlisted=(Unlisted("rig1", f"SC{number:03}", ListingError("off")),),
        left_out=Lines.of([f"left {number}"]),
        unread=(f"rig{number % 2}",),
        settling=((f"data set {number}", TEN),),
        unclaimed=Lines.of([f"unclaimed {number}"]),
        noted=Lines.of([f"noted {number}"]),
        dark=Lines.of([f"dark {number}"]),
    )


def test_a_report_says_all_notes_in_their_order() -> None:
    report = Report.of(add_up([notes(1), Notes(), notes(0), notes(3)]), dry_run=True).as_xcom()
    assert list(report) == KEYS
    assert report == {
        **Report().as_xcom(),
        "unlisted": {"rig1:SC001": "off", "rig1:SC000": "off", "rig1:SC003": "off"},
        "left_out": ["left 1", "left 0", "left 3"],
        "left_out_count": 3,
        "unread": ["rig1", "rig0"],
        "settling": {f"data set {number}": "2021-01-01T10:00:00+00:00" for number in (1, 0, 3)},
        "unclaimed": ["unclaimed 1", "unclaimed 0", "unclaimed 3"],
        "unclaimed_count": 3,
        "noted": ["noted 1", "noted 0", "noted 3"],
        "noted_count": 3,
        "dark": ["dark 1", "dark 0", "dark 3"],
        "dark_count": 3,
        "dry_run": True,
    }


def test_adding_in_steps_says_the_same_as_adding_at_once() -> None:
    every = [notes(number) for number in range(NAMED_AT_MOST + 9)]
    half = len(every) // 3
    assert add_up(every[:half]) + add_up(every[half:]) == add_up(every)
    assert Report().as_xcom() == Report.of(Notes()).as_xcom()


def test_long_lists_are_counted_whole_and_named_in_part() -> None:
    report = Report.of(add_up([notes(number) for number in range(NAMED_AT_MOST + 9)]))
    for named, count in (
        (report.left_out, report.left_out_count),
        (report.unclaimed, report.unclaimed_count),
        (report.noted, report.noted_count),
    ):
        assert (len(named), count) == (NAMED_AT_MOST, NAMED_AT_MOST + 9)
    assert len(report.settling) == len(report.unlisted) == NAMED_AT_MOST + 9
    many = Lines.of(str(number) for number in range(NAMED_AT_MOST + 9))
    assert (len(many.named), many.count) == (NAMED_AT_MOST, NAMED_AT_MOST + 9)


def test_what_is_left_out_names_the_place_the_path_and_why() -> None:
    assert left_out("rig1", [Problem("a", "a link")]) == Notes(left_out=Lines(("rig1:a: a link",), 1))


def row(state: State, *, session: str = "SC022 2021-01-01", reason: str = "why") -> StateRow:
    return StateRow("raw-ephys", uuid.UUID(int=1), state, reason, session=session, data_set="name")


def test_states_are_counted_and_alarms_named() -> None:
    report = Report().with_states(
        [row(State.WAITING), row(State.REFUSED), row(State.WAITING), row(State.CHANGED, session="")]
    )
    assert report.alarms == ["name: refused: why", "name: changed: why"]


def test_changes_name_the_reason_if_there_is_one() -> None:
    report = Report().with_changes([row(State.WAITING), row(State.ARCHIVED, reason="")])
    assert report.changes == [
        "name: waiting: why",
        "name: archived",
    ]
    assert report.changes_count == 2


def test_what_a_limit_leaves_is_counted_and_the_first_are_named() -> None:
    report = Report().with_remaining([str(number) for number in range(NAMED_AT_MOST + 9)])
    assert (len(report.left), report.remaining) == (NAMED_AT_MOST, NAMED_AT_MOST + 9)
    assert report.left[0] == "0"
