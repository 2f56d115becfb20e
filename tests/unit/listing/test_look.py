"""What lies at a path of this disk is seen without following a link."""

import os
from pathlib import Path

import pytest

from session_archive.fixity.manifest import FileEntry
from session_archive.listing.look import Look, look_at


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root that is itself reached through a link, since a person configured it."""
    (tmp_path / "disk/SC022/run").mkdir(parents=True)
    (tmp_path / "foreign").mkdir()
    for folder in ("disk/SC022/run", "foreign"):
        (tmp_path / folder / "a.bin").write_bytes(b"abc")
        os.utime(tmp_path / folder / "a.bin", (1_600_000_000, 1_600_000_000))
    (tmp_path / "root").symlink_to(tmp_path / "disk")
    return tmp_path / "root"


def test_files_and_absent_paths(root: Path) -> None:
    (root / "d.bin").write_bytes(b"at the root")
    os.utime(root / "d.bin", (1_600_000_001, 1_600_000_001))
    look = look_at(root, ["SC023/run/a.bin", "SC022/run/a.bin", "SC022/run/b.bin", "c.bin", "d.bin"])
    assert look == Look(
        files={
            "SC022/run/a.bin": FileEntry("SC022/run/a.bin", 3, 1_600_000_000),
            "d.bin": FileEntry("d.bin", 11, 1_600_000_001),
        }
    )


def test_what_cannot_be_looked_at_is_neither_there_nor_in_the_way(root: Path) -> None:
    long = "x" * 300
    look = look_at(root, [f"{long}/a.bin", f"SC022/{long}", "SC022/run/a.bin"])
    assert dict(look.unread) == dict.fromkeys((f"{long}/a.bin", f"SC022/{long}"), "File name too long")
    assert (list(look.files), look.in_the_way) == (["SC022/run/a.bin"], {})


def test_the_target_of_a_link_is_printable(root: Path) -> None:
    (root / "link").symlink_to("\x1b[2J")
    assert look_at(root, ["link"]).in_the_way == {"link": r"a symbolic link to \x1b[2J"}


@pytest.mark.parametrize("link", ["SC023", "SC023/run", "SC023/run/a.bin"])
def test_a_link_at_or_above_a_path_is_named_with_its_target(root: Path, link: str) -> None:
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(root.parent / "foreign")
    look = look_at(root, ["SC023/run/a.bin"])
    assert look.files == {}
    assert f"a symbolic link to {root.parent / 'foreign'}" in look.in_the_way["SC023/run/a.bin"]
    assert link == "SC023/run/a.bin" or look.in_the_way["SC023/run/a.bin"].startswith(f"{link} is a symbolic")


def test_what_is_no_file_is_in_the_way_and_blocks_nothing(root: Path) -> None:
    os.mkfifo(root / "SC022/pipe")
    look = look_at(root, ["SC022/pipe", "SC022/run", "SC022/run/a.bin/b.bin"])
    assert look.in_the_way == {
        "SC022/pipe": "a special file",
        "SC022/run": "a folder",
        "SC022/run/a.bin/b.bin": "SC022/run/a.bin is a file",
    }
