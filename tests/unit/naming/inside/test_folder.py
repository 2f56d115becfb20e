"""The recording's folder that a path lies in, or why there is none."""

import datetime as dt
from dataclasses import replace

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.naming.inside.folder import FolderReading, data_set_folder, read_folder
from session_archive.naming.session_name import SessionName
from session_archive.naming.surroundings import Assumptions

CONVENTIONS = load_conventions()
TODAY = Assumptions(today=dt.date(2022, 1, 1))
SESSION = SessionName("SC022", dt.date(2021, 1, 2))
RUN = "SC022/catgt_SC022_010221_g0"


def read(path: str, assumptions: Assumptions = TODAY) -> FolderReading | str:
    return read_folder(path, conventions=CONVENTIONS, assumptions=assumptions)


@pytest.mark.parametrize("path", [RUN, f"{RUN}/a.bin", f"{RUN}/imec0/a/b.bin"])
def test_a_path_below_a_recording_is_of_that_recording(path: str) -> None:
    assert read(path) == FolderReading("raw-ephys", "E1", SESSION, RUN, True)


def test_a_folder_on_the_way_is_not_complete() -> None:
    folder = read("SC022/01022021")
    assert folder == FolderReading("raw-video", "V1", SESSION, "SC022/01022021", False)


@pytest.mark.parametrize(
    ("path", "layout", "word"),
    [
        ("SC022/SC022_010221_g0/a.bin", "E4", "layout E4"),
        ("SC022/catgt_SC022_010221_g1/a.bin", "E1-gate", "gate"),
        ("side/SC022/2021_01_02/a.mp4", "V4", "camera"),
        ("SC022/CATGT_SC022_010221_g0/a.bin", "E1", "case"),
        ("SC022/01022021/SC022_side_1-0000.avi", "V1", "outside"),
    ],
)
def test_a_folder_that_is_not_accepted_is_read_with_a_doubt(path: str, layout: str, word: str) -> None:
    folder = read(path)
    assert isinstance(folder, FolderReading), folder
    assert (folder.layout, folder.session.subject, folder.session.date) == (layout, "SC022", SESSION.date)
    assert [word in doubt for doubt in folder.doubts] == [True]


def test_gate_probe_and_camera_come_from_the_folder() -> None:
    folders = [
        read("SC022/catgt_SC022_010221_g3"),
        read("SC022/20210102/2/a.bin"),
        read("bottom/SC022/2021_01_02"),
    ]
    read_ones = [folder for folder in folders if isinstance(folder, FolderReading)]
    assert [folder.gate for folder in read_ones] == [3, 0, 0]
    assert [folder.probe for folder in read_ones] == [None, 1, None]
    assert [folder.camera for folder in read_ones] == ["", "", "bottom"]


def test_a_file_of_no_known_type_outside_its_folder_belongs_to_the_day_only() -> None:
    assert isinstance(read("SC022/01022021/notes.txt"), str)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("", "path"),
        ("/SC022", "path"),
        ("a\\b", "backslash"),
        ("SC022", "subject"),
        ("SC022/notes", "no convention"),
        (f"{RUN} - Copy/a.bin", "copy"),
        ("SC022/catgt_SC022_010212_g0", "2012"),
        ("SC022/catgt_SC022_010222_g0", ""),
        ("SC022/catgt_SC022_010322_g0", "2022-01-03"),
        ("SC022/catgt_SC022_133121_g0", "calendar"),
        ("SC022/catgt_SC022_310121_g0/a.bin", "DDMMYY"),
        ("SC022/31012021/video", "DDMMYYYY"),
    ],
)
def test_a_path_without_a_recording_says_why(path: str, word: str) -> None:
    folder = read(path)
    if word:
        assert isinstance(folder, str)
        assert word in folder
    else:
        assert isinstance(folder, FolderReading), "one day more is allowed: clocks differ"


def test_the_first_plausible_day_may_be_assumed() -> None:
    path = "SC022/catgt_SC022_010212_g0"
    assumed = Assumptions(today=TODAY.today, earliest_session_date=dt.date(2012, 1, 2))
    assert isinstance(read(path, assumed), FolderReading)
    later = assumed.model_copy(update={"earliest_session_date": dt.date(2012, 1, 3)})
    assert isinstance(read(path, later), str)


def test_without_a_day_of_today_it_is_that_of_this_machine() -> None:
    assert isinstance(read(RUN, Assumptions()), FolderReading)
    assert isinstance(read("SC022/catgt_SC022_010299_g0", Assumptions()), str)


def test_a_misread_date_is_never_guessed_if_no_other_spelling_fits() -> None:
    for digits in ("999999", "010199"):
        words = read(f"SC022/catgt_SC022_{digits}_g0")
        assert isinstance(words, str)
        assert "rename" not in words


def test_a_folder_that_two_layouts_read_is_doubtful() -> None:
    kind = CONVENTIONS.kind("raw-ephys")
    twice = replace(CONVENTIONS, kinds={"raw-ephys": kind, "other": replace(kind, name="other")})
    folder = read_folder(RUN, conventions=twice, assumptions=TODAY)
    assert isinstance(folder, FolderReading)
    (doubt,) = folder.doubts
    assert "raw-ephys" in doubt
    assert "other" in doubt
    assert folder.session == SESSION


def test_a_data_set_is_read_by_an_accepted_layout_of_its_own_kind() -> None:
    assert data_set_folder(RUN, "raw-ephys", CONVENTIONS) == read(RUN)
    assert data_set_folder(RUN, "raw-video", CONVENTIONS) is None
    for directory in (f"{RUN}/inside", "SC022", "SC022/SC022_010221_g0", ""):
        assert data_set_folder(directory, "raw-ephys", CONVENTIONS) is None
    assert data_set_folder("SC022/01022021", "raw-video", CONVENTIONS) is None
