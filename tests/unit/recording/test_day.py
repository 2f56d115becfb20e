"""Matches sessions and folders of one day: by name if the numbers are complete, else by start time."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from session_archive.listing import Folder
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.day import (
    START_TOLERANCE,
    Claim,
    SourceFolder,
    expected_name,
    match_day,
    whole_hours_apart,
)
from session_archive.states.state import LabSession, State

DAY = dt.date(2019, 11, 12)
FIRST, SECOND = (
    LabSession(uuid.UUID(int=number), {"session": number}, "SC033", DAY, dt.time(hour))
    for number, hour in ((1, 9), (2, 16))
)


def folder(
    ident: str = "", *, place: str = "rig1", date: str = "111219", subject: str = "SC033"
) -> SourceFolder:
    tail = f"_{ident}" if ident else ""
    name = DataSetName("raw-ephys", SessionName(subject, DAY, ident))
    layout, spelling = ("E1", "%m%d%y") if len(date) == 6 else ("E2", "%Y%m%d")
    return SourceFolder(place, Folder(name, f"{subject}/catgt_{subject}_{date}{tail}_g0", layout, spelling))


ONE, TWO, THREE = folder(), folder("1"), folder("2")


def matched(sessions, folders, *, ignored=(), started=None) -> list[Claim]:
    words = dict.fromkeys(ignored, "ignored by ann")
    return match_day(sessions, folders, ignored=words, started=started or {})


def ends(claims: list[Claim]) -> list[SourceFolder | State | None]:
    return [claim.found or claim.state for claim in claims]


@pytest.mark.parametrize(
    ("sessions", "folders", "expected"),
    [
        ([FIRST], [], [State.NOT_FOUND]),
        ([FIRST], [ONE], [ONE]),
        ([FIRST, SECOND], [TWO, ONE], [ONE, TWO]),
        ([FIRST, SECOND], [], [State.NOT_FOUND] * 2),
        ([FIRST, SECOND], [ONE], [State.AMBIGUOUS] * 2),
        ([FIRST, SECOND], [TWO], [State.AMBIGUOUS] * 2),
        ([FIRST], [ONE, TWO], [State.AMBIGUOUS]),
        ([FIRST], [folder("surface")], [State.AMBIGUOUS]),
        ([FIRST], [folder(subject="sc033")], [State.AMBIGUOUS]),
        ([FIRST, SECOND], [ONE, THREE], [State.AMBIGUOUS] * 2),
    ],
)
def test_names_decide_only_if_they_are_complete(sessions, folders, expected) -> None:
    assert ends(matched(sessions, folders)) == expected


@pytest.mark.parametrize(
    ("double", "word"),
    [
        ([ONE, folder(place="rig2")], "2 places"),
        ([ONE, folder(date="20191112")], "two ways"),
        ([ONE, folder(), folder(place="rig2")], "two folders"),
    ],
)
def test_two_folders_of_one_name_are_never_guessed_between(double: list[SourceFolder], word: str) -> None:
    (claim,) = matched([FIRST], double)
    assert (claim.state, claim.found) == (State.AMBIGUOUS, None)
    assert word in claim.reason
    assert all(each.where in claim.reason for each in double)


def test_an_ignored_folder_counts_as_long_as_all_numbers_are_complete_with_it() -> None:
    first, second = matched([FIRST, SECOND], [TWO], ignored=[ONE])
    assert (first.state, first.decided, second.found) == (State.IGNORED, True, TWO)
    assert ONE.where in first.reason
    assert "ignored by ann" in first.reason
    assert ends(matched([FIRST], [ONE], ignored=[TWO])) == [ONE], "it is not certain whose folder was ignored"
    assert ends(matched([FIRST, SECOND], [ONE], ignored=[THREE])) == [State.AMBIGUOUS] * 2


@pytest.mark.parametrize(
    ("seconds", "together"), [(0, True), (120, True), (-120, True), (121, False), (-121, False)]
)
def test_a_recording_begins_with_its_session_within_two_minutes(seconds: int, together: bool) -> None:
    word = folder("surface")
    start = dt.datetime.combine(DAY, dt.time(9)) + dt.timedelta(seconds=seconds)
    (claim,) = matched([FIRST], [word], started={word: start})
    assert (claim.found, claim.state) == ((word, None) if together else (None, State.AMBIGUOUS))
    assert dt.timedelta(minutes=2) == START_TOLERANCE


def test_start_times_settle_what_fits_once_and_the_rest_keeps_its_candidates() -> None:
    a, b = folder("a"), folder("b")
    nine = dt.datetime.combine(DAY, dt.time(9))
    first, second = matched([FIRST, SECOND], [a, b], started={a: nine})
    assert (first.found, second.state, second.candidates) == (a, State.AMBIGUOUS, (b,))
    assert a.where not in second.reason
    both = matched([FIRST, SECOND], [a, b], started={a: nine, b: nine})
    assert ends(both) == [State.AMBIGUOUS] * 2
    assert "2019-11-12 09:00:00" in both[0].reason
    alone, missing = matched([FIRST, SECOND], [a], started={a: nine})
    assert (alone.found, missing.state) == (a, State.NOT_FOUND)


def test_a_session_without_a_time_has_no_start_to_compare() -> None:
    timeless = LabSession(uuid.UUID(int=1), {}, "SC033", DAY, None)
    word = folder("surface")
    assert ends(matched([timeless], [word], started={word: dt.datetime.combine(DAY, dt.time(0))})) == [
        State.AMBIGUOUS
    ]


def test_the_first_session_of_a_day_has_a_folder_without_a_number() -> None:
    assert [expected_name(FIRST, number).ident for number in (0, 1, 10)] == ["", "1", "10"]
    assert [claim.expected.ident for claim in matched([FIRST, SECOND], [])] == ["", "1"]
    assert [claim.expected.ident for claim in matched([FIRST, SECOND], [ONE])] == ["", "1"]


def test_a_data_set_in_several_folders_has_several_paths() -> None:
    both = SourceFolder("rig1", Folder(ONE.folder.data_set, "SC033/a\nSC033/b", "E1"))
    assert both.paths == ("rig1:SC033/a", "rig1:SC033/b")
    assert both.where == "rig1:SC033/a + rig1:SC033/b"


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (dt.timedelta(hours=5), "5 h after the session's start"),
        (dt.timedelta(hours=-8, seconds=100), "8 h before the session's start"),
        (dt.timedelta(hours=14), "14 h after the session's start"),
        (dt.timedelta(hours=15), ""),
        (dt.timedelta(hours=5, minutes=3), ""),
        (dt.timedelta(seconds=100), ""),
    ],
)
def test_a_clock_of_another_time_zone_is_whole_hours_off(apart: dt.timedelta, words: str) -> None:
    start = dt.datetime.combine(DAY, dt.time(9)) + apart
    found = whole_hours_apart(FIRST, start)
    assert found.partition(":")[0] == words
    assert whole_hours_apart(replace(FIRST, time=None), start) == whole_hours_apart(FIRST, None) == ""
    # An undecided day says so of each candidate, to the session for which it is true.
    one, two = matched([FIRST, SECOND], [ONE], started={ONE: start})
    if words:
        assert one.state is two.state is State.AMBIGUOUS
        assert f"{ONE.where} (began {start:%Y-%m-%d %H:%M:%S}): {found}" in one.reason
        assert found not in two.reason
