"""What a path below a recording's folder is."""

import datetime as dt
from dataclasses import replace

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.naming.explain.inside import Inside, read_inside
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.session_name import SessionName
from session_archive.naming.surroundings import Context

CONVENTIONS = load_conventions()
DAY = dt.date(2021, 1, 2)
RUN = FolderReading("raw-ephys", "E1", SessionName("SC022", DAY), "SC022/catgt_SC022_010221_g0", True)
VIDEOS = FolderReading("raw-video", "V1", SessionName("SC022", DAY), "SC022/01022021/video", True)
AP = "SC022_010221_g0_imec0/SC022_010221_g0_tcat.imec0.ap.bin"


def read(rest: str, folder: FolderReading = RUN, **context) -> Inside | str:
    path = f"{folder.directory}/{rest}" if rest else folder.directory
    return read_inside(path, folder, conventions=CONVENTIONS, context=Context(**context))


@pytest.mark.parametrize(
    ("rest", "folder", "inside"),
    [
        ("", RUN, Inside()),
        (AP, RUN, Inside("ephys-raw-neuropixels-ap-bin", probe=0)),
        ("SC022_010221_g0_imec0", RUN, Inside(probe=0)),
        ("SC022_010221_g0_imec1/imec1_ks2/rez.mat", RUN, Inside("ephys-raw-ks2-results", probe=1)),
        ("notes", RUN, Inside("ephys-raw-unknown")),
        ("SC022_side_1-0000.avi", VIDEOS, Inside("tracking-video-trial", camera="side")),
    ],
)
def test_a_file_has_a_type_and_a_folder_has_none(rest: str, folder: FolderReading, inside: Inside) -> None:
    assert read(rest, folder) == inside


def test_whether_it_is_a_folder_may_be_known() -> None:
    assert read("SC022_010221_g0_imec0", dir=False) == Inside("ephys-raw-unknown", probe=0)
    assert read("notes", dir=True) == Inside()
    assert read("notes.d", dir=True, meta_incomplete=True) == Inside(), "a folder is never unfinished"


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        (".git/config", "'.git'"),
        ("SC023_010221_g0_imec0/a.bin", "'SC023_010221_g0_imec0'"),
        ("a/b.bak", "'b.bak'"),
    ],
)
def test_a_path_with_a_refused_name_belongs_to_no_recording(rest: str, name: str) -> None:
    why = read(rest)
    assert isinstance(why, str)
    assert why.startswith(f"{name}: ")


def test_each_doubtful_name_on_the_way_is_named() -> None:
    inside = read("SC022_010221_1_g0_imec0/SC022_010221_g0_tcat.imec1.ap.bin")
    assert isinstance(inside, Inside)
    assert len(inside.doubts) == 2
    assert inside.doubts[0].startswith("'SC022_010221_1_g0_imec0': ")
    assert inside.probe == 1
    scratch = read("temp_wh.dat")
    assert isinstance(scratch, Inside)
    assert len(scratch.doubts) == 1


def test_a_camera_of_the_folder_that_nobody_knows_is_doubtful() -> None:
    inside = read("", replace(VIDEOS, camera="tail"))
    assert isinstance(inside, Inside)
    assert "'tail'" in inside.doubts[0]
    assert inside.camera == "tail"


@pytest.mark.parametrize(
    ("rest", "context", "count"),
    [
        (AP, {}, 0),
        (AP, {"size": 1}, 0),
        (AP, {"size": 0}, 1),
        (AP, {"no_meta": True}, 1),
        (AP, {"meta_incomplete": True}, 1),
        (AP, {"size_mismatch": True}, 1),
        (AP, {"size": 0, "no_meta": True, "meta_incomplete": True, "size_mismatch": True}, 4),
        ("notes.txt", {"size": 0, "no_meta": True}, 0),
        ("notes.txt", {"meta_incomplete": True, "size_mismatch": True}, 2),
    ],
)
def test_a_recording_that_is_not_finished_is_not_archived_yet(rest: str, context: dict, count: int) -> None:
    inside = read(rest, **context)
    assert isinstance(inside, Inside)
    assert len(inside.refusals) == count, inside.refusals
