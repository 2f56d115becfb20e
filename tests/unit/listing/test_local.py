"""Directories and files of this machine's disk: each kind of entry, and no link below the root."""

import os
import socket
from pathlib import Path

import pytest
from tests.unit.listing.descriptors import open_below

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry
from session_archive.listing.local import (
    file_status,
    local_directory_reader,
    local_file_reader,
    opened_directory,
    opened_file,
)


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("12345")
    read = local_file_reader(tmp_path)
    assert (read("a/b.txt", 3), read("a/b.txt", 9)) == (b"123", b"12345")


def test_no_link_no_folder_and_nothing_outside_is_read(tmp_path: Path) -> None:
    root = tmp_path / "rig"
    (root / "inside").mkdir(parents=True)
    (tmp_path / "secret.meta").write_text("secret")
    (root / "link.meta").symlink_to(tmp_path / "secret.meta")
    (root / "linked").symlink_to(tmp_path)
    read = local_file_reader(root)
    for path in (
        "link.meta",
        "linked/secret.meta",
        "../secret.meta",
        "inside/../../secret.meta",
        "inside",
        "none",
    ):
        with pytest.raises(ListingError, match=path.rpartition("/")[0] or path):
            read(path, 99)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.meta")
    with pytest.raises(ListingError, match=r"a\.meta is not a regular file"):
        local_file_reader(tmp_path)("a.meta", 9)


def test_each_entry_has_its_kind_size_and_whole_seconds(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    os.utime(tmp_path / "file", ns=(0, 1_600_000_000_900_000_000))
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "link to a folder").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(os.path.relpath(tmp_path / "socket"))
    bound.close()
    kinds = {entry.name: entry.kind for entry in local_directory_reader(tmp_path)("")}
    assert kinds == {
        "file": "file",
        "folder": "dir",
        "link": "link",
        "link to a folder": "link",
        "pipe": "other",
        "socket": "other",
    }
    assert Entry("file", "file", 5, 1_600_000_000) in list(local_directory_reader(tmp_path)(""))


def test_a_file_that_only_its_owner_may_read_is_checked_and_read(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"1")
    (tmp_path / "mine").chmod(0o400)
    [entry] = local_directory_reader(tmp_path)("")
    assert (entry.kind, entry.size) == ("file", 1)


def test_the_root_may_be_a_link_and_nothing_below_it(tmp_path: Path) -> None:
    (tmp_path / "disk/SC022").mkdir(parents=True)
    (tmp_path / "disk/SC022/a").touch()
    (tmp_path / "root").symlink_to(tmp_path / "disk")
    (tmp_path / "disk/linked").symlink_to(tmp_path / "disk/SC022")
    read = local_directory_reader(tmp_path / "root")
    assert [entry.name for entry in read("SC022")] == ["a"]
    with pytest.raises(ListingError, match="linked"):
        read("linked")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("missing", MissingDirectoryError),
        ("SC022/missing", MissingDirectoryError),
        ("SC022/a", ListingError),
        ("/SC022", ListingError),
        ("SC022/", ListingError),
        ("SC022/.", ListingError),
        ("../SC022", ListingError),
        ("SC022\0", ListingError),
    ],
)
def test_a_directory_that_cannot_be_listed_is_named(tmp_path: Path, path: str, kind: type[Exception]) -> None:
    (tmp_path / "SC022").mkdir()
    (tmp_path / "SC022/a").touch()
    with pytest.raises(ListingError) as refused:
        local_directory_reader(tmp_path)(path)
    assert type(refused.value) is kind
    assert str(tmp_path) in str(refused.value)
    assert path.rstrip("\0") in str(refused.value)


def test_a_missing_root_is_called_a_root(tmp_path: Path) -> None:
    with pytest.raises(MissingDirectoryError, match="root"):
        local_directory_reader(tmp_path / "missing")("")


@pytest.mark.parametrize("path", ["missing", "missing/a"])
def test_a_missing_file_is_missing_and_another_failure_is_not(tmp_path: Path, path: str) -> None:
    with pytest.raises(MissingDirectoryError, match=path):
        local_file_reader(tmp_path)(path, 9)
    (tmp_path / "linked").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ListingError) as refused:
        local_file_reader(tmp_path)("linked", 9)
    assert not isinstance(refused.value, MissingDirectoryError)


def test_the_status_of_a_file_is_its_own_and_not_that_of_a_target(tmp_path: Path) -> None:
    (tmp_path / "SC022").mkdir()
    (tmp_path / "SC022/a").write_bytes(b"12345")
    (tmp_path / "SC022/link").symlink_to(tmp_path / "SC022/a")
    assert file_status(tmp_path, "SC022/a").st_size == 5
    assert file_status(tmp_path, "SC022/link").st_ino != file_status(tmp_path, "SC022/a").st_ino
    with pytest.raises(MissingDirectoryError, match="SC022/b"):
        file_status(tmp_path, "SC022/b")


def test_what_was_opened_is_closed(tmp_path: Path) -> None:
    (tmp_path / "SC022").mkdir()
    (tmp_path / "SC022/a").write_bytes(b"12345")
    with opened_directory(tmp_path, "SC022") as descriptor:
        assert os.stat("a", dir_fd=descriptor).st_size == 5
        assert open_below(tmp_path) == [tmp_path / "SC022"]
    with opened_file(tmp_path, "SC022/a") as file:
        assert file.read() == b"12345"
        assert tmp_path / "SC022/a" in open_below(tmp_path)
    for path in ("SC022/missing", "missing/a"):
        with pytest.raises(ListingError), opened_file(tmp_path, path):
            pass
        with pytest.raises(ListingError):
            local_directory_reader(tmp_path)(path)
    local_directory_reader(tmp_path)("SC022")
    assert open_below(tmp_path) == []


def test_what_is_no_file_leaves_no_descriptor_open(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ListingError, match="is not a regular file"):
        local_file_reader(tmp_path)("folder", 10)
    assert open_below(tmp_path) == []
