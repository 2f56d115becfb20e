"""May this listing be sent, and what became of the files that arrived?"""

import pytest

from session_archive.fixity.compare import FixityReport, compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.recording.verdict import judge_listing, judge_replica
from session_archive.states.state import State


def listing(n_files: int, *problems: Problem) -> Listing:
    return Listing(Manifest.of(FileEntry(f"{n}.bin", 1, 1) for n in range(n_files)), problems)


def test_a_plain_folder_may_be_sent() -> None:
    assert judge_listing(listing(3), max_files=3) is None


def test_an_empty_folder_is_empty_not_archived() -> None:
    state, reason = judge_listing(listing(0), max_files=3) or (None, "")
    assert (state, reason) == (State.EMPTY, "the folder holds no file that can be archived")


def test_an_empty_folder_tells_what_was_left_out() -> None:
    _, reason = judge_listing(listing(0, Problem("a.bak", "a copy"), Problem("b.bak", "a copy"))) or (
        None,
        "",
    )
    assert reason.endswith("; left out: a.bak: a copy (and 1 more)")


def test_a_link_alone_does_not_hold_a_data_set_back() -> None:
    assert judge_listing(listing(1, Problem("a", "symbolic link", blocks=False)), max_files=3) is None


def test_what_cannot_be_read_is_named_and_the_rest_counted() -> None:
    problems = [Problem(name, "cannot be read", blocks=True) for name in "ab"]
    state, reason = judge_listing(listing(1, *problems), max_files=3) or (None, "")
    assert (state, reason) == (State.REFUSED, "a: cannot be read (and 1 more)")


def test_what_vanished_waits_unless_something_worse_is_there() -> None:
    gone = Problem("a", "vanished", blocks=True, state=State.WAITING)
    doubtful = Problem("b", "which probe?", blocks=True, state=State.AMBIGUOUS)
    unreadable = Problem("c", "cannot be read", blocks=True)
    for problems, expected in (
        ([gone], (State.WAITING, "a: vanished")),
        ([gone, doubtful], (State.AMBIGUOUS, "b: which probe?")),
        ([gone, doubtful, unreadable], (State.REFUSED, "c: cannot be read")),
    ):
        assert judge_listing(listing(1, *problems), max_files=3) == expected


def test_too_many_files_are_refused_with_advice() -> None:
    state, reason = judge_listing(listing(4), max_files=3) or (None, "")
    assert state is State.REFUSED
    assert "limits.max_files = 3" in reason


ARRIVED = Manifest.of([FileEntry("a", 1, 1, vouched_by="globus"), FileEntry("b", 1, 1)])
VOUCHED = Manifest.of([ARRIVED.files[0], FileEntry("b", 1, 1, vouched_by="spikeglx")])
INTACT = compare(promised=ARRIVED, found=ARRIVED)
NOTE = "not compared with the source again: it is switched off"


@pytest.mark.parametrize(
    ("report", "known", "state", "begins"),
    [
        (INTACT, VOUCHED, State.ARCHIVED, ""),
        (
            INTACT,
            ARRIVED,
            State.UNVERIFIED,
            "nothing proves the content of 1 of 2 files, the first: b; their",
        ),
        (compare(promised=ARRIVED, found=Manifest(())), VOUCHED, State.FAILED, "2 of 2 files are not"),
    ],
)
def test_what_the_source_no_longer_shows_is_named_and_changes_no_state(
    report: FixityReport, known: Manifest, state: State, begins: str
) -> None:
    found, reason = judge_replica(report, known, provable=True)
    assert (found, reason.startswith(begins)) == (state, True)
    noted, words = judge_replica(report, known, provable=True, note=NOTE)
    assert noted is state
    assert words.lower().endswith(NOTE.lower())
    assert words.startswith(begins)


def test_a_doubt_about_the_version_is_the_reason_for_unverified() -> None:
    why = "its copy is of another day"
    state, reason = judge_replica(INTACT, ARRIVED, provable=False, doubts={"b": why, "a": "no matter"})
    assert state is State.UNVERIFIED
    assert f"the first: b; {why}. The rig's copies cannot be read here" in reason
    assert judge_replica(INTACT, VOUCHED, provable=False, doubts={"b": why}) == (State.ARCHIVED, "")
