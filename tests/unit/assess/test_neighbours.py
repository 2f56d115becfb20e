"""A session without a folder says what was seen of its day, and each word of that is true."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.unit.assess.samples import CONVENTIONS, DAY, DIRECTORY, EXPECTED, FOUND, SESSION, claim
from tests.unit.assess.test_left_out import COPY, GATE, NATIVE, decision, left_out

from session_archive.assess.neighbours import Neighbourhood
from session_archive.listing import Problem
from session_archive.recording.sessions import Claim, Matching
from session_archive.states.state import LabSession, State

NOT_FOUND = claim(State.NOT_FOUND)
LATER = LabSession(NATIVE.id, {}, "SC022", DAY, dt.time(15))


def explained(
    *,
    of: Claim = NOT_FOUND,
    matching: Matching | None = None,
    left=(),
    problems=(),
    decisions=(),
    started=None,
) -> str:
    neighbours = Neighbourhood(
        matching or Matching((of,), ()),
        left,
        [("rig1", each) for each in problems],
        decisions={each.target: each for each in decisions},
        conventions=CONVENTIONS,
    )
    return neighbours.explain(of, expected=lambda _: DIRECTORY, started=started or {}).reason


def test_if_nothing_was_seen_there_is_no_such_folder() -> None:
    others = (left_out("SC022/SC022_010221_g0"), left_out("SC023/SC023_010121_g0"), left_out("SC022/surface"))
    problems = (Problem("SC023/010121", "odd"), Problem("SC022/histology", "odd"))
    assert explained(left=others, problems=problems) == "no such folder"


@pytest.mark.parametrize(
    "left", [NATIVE, GATE, COPY, left_out("20210101/SC022"), left_out("SC022/SC022_010121_g0_imec0")]
)
def test_each_left_out_folder_of_the_day_is_named_with_its_reason(left) -> None:
    assert explained(left=(left,)) == f"no folder was taken for it, but there is {left.where}: {left.reason}"


@pytest.mark.parametrize("path", [DIRECTORY, "SC022", "SC022/SC022_010121_g0_t0.nidq.bin"])
def test_a_file_or_link_in_its_place_or_above_is_named(path: str) -> None:
    words = explained(problems=(Problem(path, "symbolic link: not followed, not archived"),))
    assert words == (
        f"no folder was taken for it, but there is rig1:{path}: symbolic link: not followed, not archived"
    )


def test_what_was_left_out_is_named_once() -> None:
    problem = Problem(NATIVE.folder.directories[0], "as the walk says it")
    assert explained(left=(NATIVE,), problems=(problem,)).count("there is") == 1


def test_more_than_three_are_counted() -> None:
    left = tuple(left_out(f"SC022/SC022_010121_{n}_g0") for n in range(1, 6))
    words = explained(left=left)
    assert (words.count("there is"), words.endswith("; and 2 more")) == (3, True)


def test_its_own_folder_that_another_session_has_is_named() -> None:
    taken = Matching((NOT_FOUND, Claim(LATER, EXPECTED, found=FOUND)), ())
    assert explained(matching=taken) == (
        f"no folder was taken for it, but there is {FOUND.where}: its recording began with SC022 2021-01-01 15:00, "
        "and was taken for that"
    )
    given = decision(DIRECTORY)
    assert f"there is {FOUND.where}: it was {given.words}; `session-archive decide --withdraw`" in explained(
        matching=taken, decisions=(given,)
    )


def test_the_folder_of_the_next_session_of_the_day_is_no_neighbour() -> None:
    second = replace(FOUND, folder=replace(FOUND.folder, data_set=replace(FOUND.folder.data_set)))
    other = replace(NOT_FOUND, expected=replace(EXPECTED, ident="1"))
    matching = Matching((other, Claim(LATER, EXPECTED, found=second)), ())
    assert explained(of=other, matching=matching) == "no such folder"


def test_unclaimed_and_ignored_folders_of_the_day_are_named() -> None:
    unclaimed = explained(matching=Matching((NOT_FOUND,), (FOUND,)))
    assert f"there is {FOUND.where}: no session of the lab's pipeline claims it; if it is" in unclaimed
    ignored = explained(matching=Matching((NOT_FOUND,), (), ((FOUND, "ignored by ann: a test"),)))
    assert f"there is {FOUND.where}: it was ignored by ann: a test; " in ignored


def test_a_decided_claim_keeps_its_reason_and_any_other_state_its_own() -> None:
    gone = claim(State.NOT_FOUND, decided=True, reason="no such folder: rig1:x was given to it")
    assert explained(of=gone, left=(NATIVE,)).startswith(
        "no such folder: rig1:x was given to it, but there is"
    )
    for other in (claim(State.AMBIGUOUS, reason="why"), claim()):
        assert explained(of=other, left=(NATIVE,)) == other.reason


@pytest.mark.parametrize(
    ("apart", "hours"),
    [
        (dt.timedelta(hours=5), "5 h after"),
        (dt.timedelta(hours=-8, seconds=100), "8 h before"),
        (dt.timedelta(hours=15), ""),
        (dt.timedelta(seconds=100), ""),
    ],
)
def test_a_start_that_differs_by_whole_hours(apart: dt.timedelta, hours: str) -> None:
    assert SESSION.time is not None
    start = dt.datetime.combine(SESSION.date, SESSION.time) + apart
    native = NATIVE.as_found
    words = explained(left=(NATIVE,), started={native: start})
    expected = f"its recording began {hours} the session's start: are both clocks in the same time zone? if it is this"
    assert (expected in words) == bool(hours)
