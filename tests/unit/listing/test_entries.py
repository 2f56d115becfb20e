"""Which entries of a directory cannot be archived, whatever folder they are in."""

import pytest

from session_archive.listing.entries import Entry, below, not_archived
from session_archive.naming.conventions import load_conventions
from session_archive.states.state import State

CONVENTIONS = load_conventions()


@pytest.mark.parametrize(
    ("entry", "word", "blocks", "state"),
    [
        (Entry(".hidden", "file"), "hidden file", False, State.REFUSED),
        (Entry(".hidden", "dir"), "hidden folder", False, State.REFUSED),
        (Entry("a/b", "file"), "'/'", True, State.REFUSED),
        (Entry("a\\b", "file"), "backslash", True, State.REFUSED),
        (Entry("a\nb", "dir"), "control character", True, State.REFUSED),
        (Entry("a\udcff", "file"), "UTF-8", True, State.REFUSED),
        (Entry("\ufffda", "file"), "UTF-8", True, State.REFUSED),
        (Entry("a" * 256, "file"), "255", True, State.REFUSED),
        (Entry("a", "link"), "symbolic link", False, State.REFUSED),
        (Entry("a", "unreadable"), "permission", True, State.REFUSED),
        (Entry("a", "vanished"), "vanished", True, State.WAITING),
        (Entry("a", "other"), "socket", False, State.REFUSED),
        (Entry("a", "a kind of a later version"), "socket", False, State.REFUSED),
    ],
)
def test_an_entry_that_cannot_be_archived_says_why(
    entry: Entry, word: str, blocks: bool, state: State
) -> None:
    problem = not_archived("SC022", entry, CONVENTIONS)
    assert problem is not None
    assert problem.path.startswith("SC022/")
    assert problem.path.isprintable()
    assert (word in problem.what, problem.blocks, problem.state) == (True, blocks, state), problem


@pytest.mark.parametrize("kind", ["file", "dir"])
@pytest.mark.parametrize("name", ["a.bin", "a b", "é 🧠", "a" * 255])
def test_a_plain_file_or_folder_can_be_archived(kind: str, name: str) -> None:
    assert not_archived("SC022", Entry(name, kind), CONVENTIONS) is None


def test_a_name_is_below_its_directory_and_at_the_root_alone() -> None:
    assert (below("SC022/a", "b"), below("", "b"), below("SC022", "")) == ("SC022/a/b", "b", "SC022/")


def test_a_problem_shows_a_name_with_escapes_and_is_of_the_root() -> None:
    problem = not_archived("", Entry("a\x1bb", "file"), CONVENTIONS)
    assert problem is not None
    assert problem.path == "a\\x1bb"


def test_an_entry_is_empty_unless_its_reader_says_more() -> None:
    assert (Entry("a", "dir").size, Entry("a", "dir").mtime) == (0, 0)
