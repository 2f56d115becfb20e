"""Where the data sets lie: found by name, no needless listing, no other name unreported."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printable_text import printable
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing import Entry, find_folders, local_directory_reader
from session_archive.naming.conventions import load_conventions

conventions = load_conventions()
BOTH = ("raw-ephys", "raw-video")


class Tree:
    """A root given as paths, those of directories ending in '/'; it counts what is listed."""

    def __init__(self, *paths):
        self.directories: dict[str, Any] = {"": {}}
        self.listed: list[str] = []
        for path in paths:
            parts = path.rstrip("/").split("/")
            for depth, name in enumerate(parts):
                kind = "dir" if depth + 1 < len(parts) or path.endswith("/") else "file"
                self.directories.setdefault("/".join(parts[:depth]), {})[name] = Entry(name, kind, 1, 1)
                if kind == "dir":
                    self.directories.setdefault("/".join(parts[: depth + 1]), {})

    def __call__(self, directory):
        self.listed.append(directory)
        if directory not in self.directories:
            raise MissingDirectoryError(f"{directory} does not exist")
        return self.directories[directory].values()


def found_in(tree, kinds=BOTH, **options):
    return find_folders(tree, conventions=conventions, kinds=kinds, **options)


def names(found):
    return [str(folder.data_set) for folder in found.folders]


def unknown(found):
    return [problem.path for problem in found.unknown]


def test_data_sets_of_both_kinds_are_found_and_not_entered():
    tree = Tree(
        "SC022/catgt_SC022_010121_g0/SC022_010121_g0_imec0/x.ap.bin",
        "SC022/catgt_SC022_010121_1_g0/",
        "SC022/catgt_SC022_20210102_g0/",
        "SC022/01012021/video/SC022_side_1-0000.avi",
        "SC026/20190808_1/video/",
    )
    found = found_in(tree)
    assert [(str(folder.data_set), folder.directory, folder.layout) for folder in found.folders] == [
        ("raw-video/SC022/2021-01-01", "SC022/01012021/video", "V1"),
        ("raw-ephys/SC022/2021-01-01/1", "SC022/catgt_SC022_010121_1_g0", "E1"),
        ("raw-ephys/SC022/2021-01-01", "SC022/catgt_SC022_010121_g0", "E1"),
        ("raw-ephys/SC022/2021-01-02", "SC022/catgt_SC022_20210102_g0", "E2"),
        ("raw-video/SC026/2019-08-08/1", "SC026/20190808_1/video", "V2"),
    ]
    assert not found.unknown
    assert sorted(tree.listed) == ["", "SC022", "SC022/01012021", "SC026", "SC026/20190808_1"]


def test_only_the_requested_kinds_are_entered_and_the_others_are_not_reported():
    tree = Tree("SC022/catgt_SC022_010121_g0/", "SC022/01012021/video/", "SC022/01012021/tracking/")
    ephys = found_in(tree, kinds=["raw-ephys"])
    assert names(ephys) == ["raw-ephys/SC022/2021-01-01"]
    assert not ephys.unknown
    assert sorted(tree.listed) == ["", "SC022"]


def test_a_name_that_no_convention_reads_is_reported_once_at_the_highest_level():
    tree = Tree(
        "histology of SC022/a/b.tif",
        "SC022/histology/deep/x.json",
        "SC022/01012021/tracking/x.csv",
        "SC022/supercat_SC022_010121_g0/x/",
        "SC022/catgt_SC022_022919_g0/",
        "SC022/13452019/video/",
        "SC022/SC022_111219.missed_samples.imec0.txt",
        "readme.txt",
        "dl5/catgt_dl55_010819_g0/",
    )
    found = found_in(tree)
    assert not found.folders
    reasons = {problem.path: problem.what for problem in found.unknown}
    assert sorted(reasons) == [
        "SC022/01012021/tracking",
        "SC022/13452019",
        "SC022/SC022_111219.missed_samples.imec0.txt",
        "SC022/catgt_SC022_022919_g0",
        "SC022/histology",
        "SC022/supercat_SC022_010121_g0",
        "dl5/catgt_dl55_010819_g0",
        "histology of SC022",
        "readme.txt",
    ]
    assert reasons["SC022/histology"] == (
        "histology, no recording of a session; expected e.g. SC022/catgt_SC022_123121_g0 or SC022/12312021/video"
    )
    assert "month 13, day 45 is not a date" in reasons["SC022/13452019"]
    assert "year 2019, month 2, day 29 is not a date" in reasons["SC022/catgt_SC022_022919_g0"]
    assert "a file outside any recording's folder" in reasons["readme.txt"]
    assert sorted(tree.listed) == ["", "SC022", "SC022/01012021", "dl5"]


def test_a_day_without_a_recording_is_reported():
    found = found_in(Tree("SC022/01012021/", "SC022/01022021/.DS_Store", "SC023/"))
    assert unknown(found) == ["SC022/01012021", "SC022/01022021"]
    assert all("contains no recording; expected e.g." in problem.what for problem in found.unknown)


def test_one_day_in_two_spellings_gives_both_folders():
    found = found_in(Tree("SC022/01012021/video/", "SC022/20210101/video/"))
    assert names(found) == ["raw-video/SC022/2021-01-01"] * 2


def test_other_subjects_are_not_listed():
    tree = Tree("SC022/catgt_SC022_010121_g0/", "SC023/catgt_SC023_010121_g0/", "sc022/junk/", "odd name/")
    found = found_in(tree, subjects={"SC022"})
    assert names(found) == ["raw-ephys/SC022/2021-01-01"]
    assert sorted(tree.listed) == ["", "SC022"]
    assert unknown(found) == ["odd name"]


def test_inner_roots_are_skipped_without_a_report():
    tree = Tree("4ElectrodeRig_Ephys/SC022/", "SC022/01012021/video/", "archive/of/rig2/x/", "archive/stray/")
    found = found_in(tree, exclude={"4ElectrodeRig_Ephys", "archive/of/rig2"})
    assert names(found) == ["raw-video/SC022/2021-01-01"]
    assert unknown(found) == ["archive/stray"]
    assert not any(path.startswith(("4Electrode", "archive/of/rig2")) for path in tree.listed)


def test_litter_is_not_reported_but_hidden_names_are():
    found = found_in(Tree(".DS_Store", "@eaDir/x", "SC022/Thumbs.db", "lost+found/", ".secret/x", ".notes"))
    assert unknown(found) == [".notes", ".secret"]


def test_the_folder_that_marks_a_root_is_neither_reported_nor_entered():
    tree = Tree(".session-archive/raw-ephys/SC022/x.json", "SC022/.session-archive/x")
    found = found_in(tree)
    assert unknown(found) == ["SC022/.session-archive"]
    assert tree.listed == ["", "SC022"]
    assert (found.root.marker, found.root.n_folders) == (True, 1)
    assert unknown(found_in(Tree(".session-archive"))) == [".session-archive"]


def test_the_root_is_counted_without_the_roots_of_other_places():
    tree = Tree("SC022/", "notes/", "4ElectrodeRig_Ephys/", "a.txt")
    assert found_in(tree, exclude={"4ElectrodeRig_Ephys"}).root.n_folders == 2
    assert not found_in(tree).root.marker


def test_a_link_at_the_top_is_reported_and_not_followed(tmp_path):
    (tmp_path / "elsewhere/catgt_SC022_010121_g0").mkdir(parents=True)
    (tmp_path / "rig").mkdir()
    (tmp_path / "rig/SC022").symlink_to(tmp_path / "elsewhere")
    found = found_in(local_directory_reader(tmp_path / "rig"))
    assert not found.folders
    assert unknown(found) == ["SC022"]
    assert "symbolic link" in found.unknown[0].what


def test_a_missing_root_is_an_error_and_not_an_empty_result(tmp_path):
    with pytest.raises(MissingDirectoryError, match="none, a root, does not exist"):
        found_in(local_directory_reader(tmp_path / "none"))


def test_a_directory_that_cannot_be_listed_is_reported_and_the_rest_is_found():
    tree = Tree("SC022/catgt_SC022_010121_g0/", "SC023/x/")

    def read(directory):
        if directory == "SC023":
            raise ListingError("SC023 cannot be listed: the service refused")
        yield from tree(directory)

    found = found_in(read)
    assert names(found) == ["raw-ephys/SC022/2021-01-01"]
    assert unknown(found) == []
    ((directory, why),) = found.unlisted
    assert directory == "SC023"
    assert "the service refused" in str(why)


parts = st.sampled_from(
    [
        "SC022",
        "dl5",
        "dl55",
        "catgt_SC022_010121_g0",
        "catgt_dl5_010121_1_g0",
        "01012021",
        "20210101_x",
        "video",
    ]
) | st.text(min_size=1, max_size=6).filter(lambda name: "/" not in name)
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)


@given(st.sets(paths, max_size=12).map(lambda drawn: [f"{path}/" for path in sorted(drawn)]))
def test_every_directory_is_found_reported_or_on_the_way(directories):
    """No directory is listed twice; each is a data set, reported, litter, or above or inside one of these."""
    tree = Tree(*directories)
    found = found_in(tree)
    assert len(tree.listed) == len(set(tree.listed))
    known = {folder.directory for folder in found.folders}
    ends = known | {problem.path for problem in found.unknown}
    for directory, entries in tree.directories.items():
        if not directory or entries or any(conventions.litter(name) for name in directory.split("/")):
            continue
        shown = printable(directory)
        covered = any(shown == end or shown.startswith(f"{end}/") for end in ends)
        # A subject that has no session yet is listed and not reported.
        assert covered or (directory in tree.listed and "/" not in directory), directory


def test_the_folders_of_a_sessions_cameras_are_one_data_set(tmp_path):
    enabled = tmp_path / "lab.toml"
    enabled.write_text('enable = ["V4"]\n')
    tree = Tree(
        "side/DL027/2021_07_01/DL027_2021_07_01_side_0.mp4",
        "bottom/DL027/2021_07_01/DL027_2021_07_01_bottom_0.mp4",
        "bottom/DL027/2021_07_01_1/DL027_2021_07_01_1_bottom_0.mp4",
        "DL027/07012021/video/",
    )
    found = find_folders(tree, conventions=load_conventions(enabled), kinds=["raw-video"])
    assert {(str(each.data_set), each.directories) for each in found.folders} == {
        ("raw-video/DL027/2021-07-01", ("DL027/07012021/video",)),
        ("raw-video/DL027/2021-07-01", ("bottom/DL027/2021_07_01", "side/DL027/2021_07_01")),
        ("raw-video/DL027/2021-07-01/1", ("bottom/DL027/2021_07_01_1",)),
    }
