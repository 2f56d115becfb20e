"""Whether a local path and a collection show the same folder."""

import pytest

from session_archive.doctor.check import Grade
from session_archive.doctor.same_folder import Likeness, folder_check, likeness
from session_archive.listing import Entry


def folder(*entries: Entry) -> list[Entry]:
    return [Entry("SC022", "dir"), Entry("SC023", "dir"), *entries]


@pytest.mark.parametrize(
    ("local", "remote", "grade", "words"),
    [
        (folder(), folder(), Grade.OK, "2 names alike"),
        ([], [], Grade.WARNING, "both empty"),
        ([], folder(), Grade.FAILURE, "SC022 is on the collection only"),
        ([Entry("x", "dir")], folder(), Grade.FAILURE, "SC022 is on the collection only"),
        (
            folder(Entry("a", "file", 1)),
            folder(Entry("a", "file", 2)),
            Grade.WARNING,
            "1 bytes in local_path, 2",
        ),
        (folder(Entry("a", "link")), folder(), Grade.WARNING, "a is in local_path only"),
        (folder(Entry("a", "unreadable")), folder(Entry("a", "file", 2)), Grade.OK, "3 names alike"),
        (
            [Entry(f"n{i}", "dir") for i in range(5)],
            [Entry(f"m{i}", "dir") for i in range(5)],
            Grade.FAILURE,
            "; and 7 more",
        ),
    ],
)
def test_one_folder_or_two(local, remote, grade: Grade, words: str):
    check = folder_check("source rig", "/rig", likeness(before=local, listed=remote, after=local))
    assert check.grade is grade
    assert words in check.found


def test_a_file_that_is_being_written_is_not_compared():
    before, after = folder(Entry("a", "file", 1)), folder(Entry("a", "file", 9), Entry("new", "file", 1))
    found = likeness(before=before, listed=folder(Entry("a", "file", 5)), after=after)
    assert (found.alike, found.differ) == (2, ())


def test_likenesses_of_several_directories_add_up() -> None:
    assert Likeness(2, ("a",)) + Likeness(3, ("b",)) == Likeness(5, ("a", "b"))


@pytest.mark.parametrize(("count", "more"), [(1, None), (3, None), (4, "1 more"), (5, "2 more")])
def test_the_first_three_differences_are_named(count: int, more: str | None) -> None:
    check = folder_check("source rig", "/rig", Likeness(0, tuple("abcde"[:count])))
    assert check.grade is Grade.FAILURE
    assert (more in check.found) if more else ("more" not in check.found)


@pytest.mark.parametrize(
    ("differ", "grade"), [(0, Grade.OK), (1, Grade.WARNING), (2, Grade.WARNING), (3, Grade.FAILURE)]
)
def test_more_differences_than_equal_names_are_another_folder(differ: int, grade: Grade) -> None:
    assert folder_check("source rig", "/rig", Likeness(2, tuple("abc"[:differ]))).grade is grade


def test_names_are_compared_in_their_order_and_named_below_their_directory() -> None:
    entries = [Entry(name, "dir") for name in "cab"]
    found = likeness(before=entries, listed=[], after=entries, directory="SC022")
    assert [line.split()[0] for line in found.differ] == ["SC022/a", "SC022/b", "SC022/c"]
