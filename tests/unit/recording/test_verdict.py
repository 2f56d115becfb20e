"""Which listings may be sent, and how many data sets in one run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, Problem
from session_archive.recording.verdict import judge_listing, within_limits
from session_archive.states.state import State


def listing(n_files: int, *problems: Problem) -> Listing:
    return Listing(Manifest.of(FileEntry(f"{n}.bin", 1, 1) for n in range(n_files)), problems)


def test_a_plain_folder_may_be_sent() -> None:
    assert judge_listing(listing(3), max_files=3) is None


def test_an_empty_folder_is_empty_not_archived() -> None:
    state, reason = judge_listing(listing(0), max_files=3) or (None, "")
    assert (state, reason) == (State.EMPTY, "the folder holds no file that can be archived")


def test_an_empty_folder_names_what_was_left_out() -> None:
    _, reason = judge_listing(listing(0, Problem("a.bak", "a copy"), Problem("b.bak", "a copy"))) or (
        None,
        "",
    )
    assert reason.endswith("; left out: a.bak: a copy (and 1 more)")


def test_a_link_alone_does_not_hold_a_data_set_back() -> None:
    assert judge_listing(listing(1, Problem("a", "symbolic link", blocks=False)), max_files=3) is None


def test_an_unreadable_file_is_named_and_the_others_counted() -> None:
    problems = [Problem(name, "cannot be read", blocks=True) for name in "ab"]
    state, reason = judge_listing(listing(1, *problems), max_files=3) or (None, "")
    assert (state, reason) == (State.REFUSED, "a: cannot be read (and 1 more)")


def test_a_vanished_file_waits_unless_another_problem_is_worse() -> None:
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
