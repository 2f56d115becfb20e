"""What may be posted after the last look, and which files did not arrive where they were meant to."""

from dataclasses import replace

import pytest

from session_archive.assess.last_look import MISPLACED, changed_since, misplaced
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.look import Look

FILE = FileEntry("SC022/a.bin", 5, 1_600_000_000)


def test_what_the_listing_showed_may_be_there() -> None:
    assert changed_since(Look(), existing=()) == ()
    assert changed_since(Look({FILE.path: FILE}), existing=[FILE]) == ()
    # Globus gives whole seconds.
    for apart in (2, -2):
        now = replace(FILE, mtime=FILE.mtime + apart)
        assert changed_since(Look({FILE.path: now}), existing=[FILE]) == ()


@pytest.mark.parametrize(
    "existing",
    [
        (),
        (replace(FILE, size=4),),
        (replace(FILE, mtime=FILE.mtime - 3),),
        (replace(FILE, mtime=FILE.mtime + 3),),
    ],
)
def test_a_file_that_came_or_changed_meanwhile_is_left_as_it_is(existing: tuple[FileEntry, ...]) -> None:
    (conflict,) = changed_since(Look({FILE.path: FILE}), existing=existing)
    assert conflict.path == FILE.path
    assert conflict.why.endswith("left as it is")


def test_a_link_is_in_the_way_even_in_a_folder_of_our_own() -> None:
    look = Look({FILE.path: FILE}, {"SC022/b.bin": "a symbolic link"})
    (conflict,) = changed_since(look, existing=(), ours_alone=True)
    assert (conflict.path, conflict.why) == ("SC022/b.bin", "a symbolic link, which is not followed")


def test_all_that_is_in_the_way_is_named_in_the_order_of_paths() -> None:
    look = Look({FILE.path: FILE, "SC021/z.bin": FILE}, {"SC021/a.bin": "a folder"})
    conflicts = changed_since(look, existing=())
    assert [each.path for each in conflicts] == ["SC021/a.bin", "SC021/z.bin", FILE.path]


def test_a_file_below_two_links_is_named_once_by_the_upper_one() -> None:
    (found,) = misplaced({"SC022/run": "the lower", "SC022": "the upper"}, ["SC022/run/a.bin"])
    assert found.detail.startswith("the upper: ")


def test_files_below_a_link_did_not_arrive_where_they_were_meant_to() -> None:
    paths = ["SC022/run/a.bin", "SC022/run/b.bin", "SC022/runs.txt", "SC022"]
    (one, other) = misplaced({"SC022/run": "a link", "SC02": "a link"}, paths)
    assert (one.path, other.path) == tuple(paths[:2])
    assert one.problem == MISPLACED
    assert one.detail.startswith("a link: ")
    assert [each.path for each in misplaced({"SC022/runs.txt": "a link"}, paths)] == ["SC022/runs.txt"]
