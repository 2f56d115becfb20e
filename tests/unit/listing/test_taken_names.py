"""Which recordings of a day have a name that a new one would clash with."""

import datetime as dt
from pathlib import Path

import pytest

from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry
from session_archive.listing.taken_names import find_taken, name_reader
from session_archive.naming.conventions import load_conventions
from session_archive.naming.next_name import Taken

CONVENTIONS = load_conventions()
DAY = dt.date(2021, 1, 1)


def taken(tree: dict[str, list[Entry]], *, closed: str | None = None) -> tuple[list[Taken], list[str]]:
    """What is taken below a root, and the directories that were listed."""
    listed: list[str] = []

    def read(directory: str) -> list[Entry]:
        listed.append(directory)
        if directory == closed:
            raise ListingError(f"{directory} cannot be listed")
        return tree.get(directory, [])

    found = find_taken(read, "rig1", subject="SC022", date=DAY, conventions=CONVENTIONS)
    return found, listed


def folders(*names: str) -> list[Entry]:
    return [Entry(name, "dir") for name in names]


def test_a_recording_in_the_folder_of_its_subject_is_taken() -> None:
    found, listed = taken(
        {
            "": folders("SC022", "SC023"),
            "SC022": folders("catgt_SC022_010121_g0", "catgt_SC022_010121_1_g0", "catgt_SC022_010221_g0"),
        }
    )
    assert found == [
        Taken("", "raw-ephys", "rig1:SC022/catgt_SC022_010121_g0"),
        Taken("1", "raw-ephys", "rig1:SC022/catgt_SC022_010121_1_g0"),
    ]
    assert sorted(listed) == ["", "SC022"], "neither another subject nor another recording is listed"


def test_a_run_as_spikeglx_keeps_it_has_no_folder_of_the_subject() -> None:
    found, _ = taken({"": [*folders("SC022_010121_g0"), Entry("catgt_SC022_010121_3_g0", "file")]})
    assert [(each.ident, each.where) for each in found] == [
        ("", "rig1:SC022_010121_g0"),
        ("3", "rig1:catgt_SC022_010121_3_g0"),
    ]


def test_a_video_is_taken_by_the_folder_of_its_day() -> None:
    found, listed = taken(
        {"": folders("SC022"), "SC022": folders("01012021", "01022021"), "SC022/01012021": folders("video")}
    )
    assert Taken("", "raw-video", "rig1:SC022/01012021/video") in found
    assert "SC022/01022021" not in listed


def test_other_capitals_are_taken_too_and_each_recording_is_named_once() -> None:
    twice = folders("catgt_sc022_010121_g0", "catgt_sc022_010121_g0")
    found, _ = taken({"": folders("sc022"), "sc022": twice})
    assert [each.where for each in found] == ["rig1:sc022/catgt_sc022_010121_g0"]


def test_a_file_is_not_a_folder_on_the_way() -> None:
    assert taken({"": [Entry("SC022", "file")], "SC022": folders("catgt_SC022_010121_g0")}) == ([], [""])


@pytest.mark.parametrize("closed", ["", "SC022"])
def test_a_folder_that_cannot_be_listed_could_contain_a_taken_name(closed: str) -> None:
    with pytest.raises(ListingError):
        taken({"": folders("SC022")}, closed=closed)


def test_names_are_read_from_a_disk(tmp_path: Path) -> None:
    (tmp_path / "SC022").mkdir()
    (tmp_path / "a.txt").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    read = name_reader(tmp_path)
    assert sorted(read("")) == [Entry("SC022", "dir"), Entry("a.txt", "other"), Entry("link", "other")]
    assert list(read("SC022")) == []
    with pytest.raises(ListingError, match="missing") as refused:
        read("missing")
    assert not isinstance(refused.value, MissingDirectoryError)
