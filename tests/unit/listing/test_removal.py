"""Only named files are removed, and folders that are empty then; no link is followed."""

from pathlib import Path

import pytest

from session_archive.errors import NamingError
from session_archive.listing.removal import remove_files

FOLDER = "own/key"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in (f"{FOLDER}/a/b/one.bin", f"{FOLDER}/a/two.bin", f"{FOLDER}/three.bin", "own/other/x"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    return tmp_path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}


def test_named_files_and_the_folders_that_become_empty_are_removed(root: Path) -> None:
    named = [f"{FOLDER}/a/b/one.bin", f"{FOLDER}/a/two.bin", f"{FOLDER}/three.bin", f"{FOLDER}/gone.bin"]
    assert remove_files(root, FOLDER, named) == []
    assert files(root) == {"own/other/x"}
    assert [path.name for path in (root / "own").iterdir()] == ["other"]
    # Again, as after a crash: all of it is gone already.
    assert remove_files(root, FOLDER, named) == []


def test_what_is_not_named_stays_and_so_do_its_folders(root: Path) -> None:
    assert remove_files(root, FOLDER, [f"{FOLDER}/a/two.bin"]) == []
    assert files(root) == {f"{FOLDER}/a/b/one.bin", f"{FOLDER}/three.bin", "own/other/x"}


@pytest.mark.parametrize(
    "path", ["own/other/x", "own/key", "own/keyed/x", "own/key/../other/x", "/etc/passwd"]
)
def test_a_path_outside_of_the_folder_removes_nothing_at_all(root: Path, path: str) -> None:
    before = files(root)
    with pytest.raises(NamingError):
        remove_files(root, FOLDER, [f"{FOLDER}/three.bin", path])
    assert files(root) == before


def test_a_link_is_not_followed(root: Path) -> None:
    precious = root / "precious"
    precious.mkdir()
    (precious / "two.bin").write_text("mine")
    (root / FOLDER / "link").symlink_to(precious)
    (root / FOLDER / "to a file").symlink_to(precious / "two.bin")
    failed = remove_files(root, FOLDER, [f"{FOLDER}/link/two.bin", f"{FOLDER}/to a file"])
    assert len(failed) == 2 and all("/link" in line for line in failed), failed
    assert (precious / "two.bin").read_text() == "mine"
    assert not (root / FOLDER / "to a file").exists()


def test_a_folder_in_place_of_a_file_is_said_and_left(root: Path) -> None:
    failed = remove_files(root, FOLDER, [f"{FOLDER}/a"])
    assert len(failed) == 1 and "own/key/a" in failed[0]
    assert f"{FOLDER}/a/two.bin" in files(root)
