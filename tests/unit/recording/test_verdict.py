"""May this listing be sent, and do the files that arrived count as archived?"""

import pytest

from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.recording.verdict import NOT_COMPUTED, judge_listing, judge_replica
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


@pytest.mark.parametrize(
    ("provable", "why_not", "words"),
    [
        (True, "", "The next run compares them with the rig's copies"),
        (False, "", "The rig's copies cannot be read here: compare them by hand"),
        (
            False,
            NOT_COMPUTED,
            "The storage there computes no checksum that Globus could compare: compare them by hand",
        ),
    ],
)
def test_what_nothing_proves_is_unverified_and_the_reason_says_what_comes_next(
    provable: bool, why_not: str, words: str
) -> None:
    files = Manifest.of([FileEntry("a.bin", 1, 1)])
    report = compare(promised=files, found=files)
    state, reason = judge_replica(report, files, provable=provable, why_not=why_not)
    assert state is State.UNVERIFIED
    assert words in reason
