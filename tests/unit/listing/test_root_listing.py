"""What a root shows: its folders, and the one that marks it."""

from pathlib import Path

import pytest

import session_archive.naming.conventions
from session_archive.listing.entries import Entry
from session_archive.listing.root_listing import FOLDER, RootListing, read_root
from session_archive.naming.conventions import load_conventions
from session_archive.naming.session_name import DataSetName
from session_archive.sidecar.document import sidecar_folder

CONVENTIONS = load_conventions()


@pytest.mark.parametrize(
    ("entries", "root"),
    [
        ([], RootListing()),
        ([Entry(FOLDER, "dir")], RootListing(marker=True)),
        # A file or a link of that name is not the folder.
        ([Entry(FOLDER, "file")], RootListing()),
        ([Entry(FOLDER, "link")], RootListing()),
        ([Entry("SC022", "dir"), Entry("notes", "dir"), Entry("a.txt", "file")], RootListing(n_folders=2)),
        ([Entry("SC022", "link")], RootListing()),
        # What every file system has, what is hidden, and other roots.
        ([Entry(name, "dir") for name in ("lost+found", ".Trash-1000", ".cache", "video")], RootListing()),
    ],
)
def test_marker_and_folders(entries: list[Entry], root: RootListing) -> None:
    assert read_root(entries, conventions=CONVENTIONS, exclude={"video", "of/rig2"}) == root


def test_the_marker_is_not_counted_even_if_a_lab_archives_hidden_names(tmp_path: Path) -> None:
    packaged = Path(session_archive.naming.conventions.__file__).parents[1] / "conventions.toml"
    (tmp_path / "own.toml").write_text(packaged.read_text().replace('hidden = [".*"]', "hidden = []"))
    shown = load_conventions(tmp_path / "own.toml")
    assert not shown.hidden(FOLDER)
    assert read_root([Entry(FOLDER, "dir")], conventions=shown) == RootListing(marker=True)


def test_sidecar_manifests_are_in_the_folder_that_marks_a_root() -> None:
    assert sidecar_folder(DataSetName.parse("raw-ephys/SC022/2021-01-01")).startswith(f"{FOLDER}/")
