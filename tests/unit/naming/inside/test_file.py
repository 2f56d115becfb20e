"""A name inside a recording is archived unless it gives a reason against it."""

import datetime as dt
from dataclasses import replace

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.naming.inside.file import (
    NameCheck,
    Within,
    compared_with,
    doubts_of_camera,
    read_name,
)
from session_archive.naming.inside.folder import FolderReading
from session_archive.naming.session_name import SessionName

CONVENTIONS = load_conventions()
EPHYS, VIDEO = CONVENTIONS.kind("raw-ephys"), CONVENTIONS.kind("raw-video")
DAY = dt.date(2021, 1, 2)
RUN = FolderReading("raw-ephys", "E1", SessionName("SC022", DAY), "SC022/catgt_SC022_010221_g0", True)
VIDEOS = FolderReading("raw-video", "V1", SessionName("SC022", DAY), "SC022/01022021/video", True)
IN_RUN, IN_VIDEOS = Within.top(EPHYS, RUN), Within.top(VIDEO, VIDEOS)


def check(name: str, within: Within = IN_RUN) -> NameCheck:
    return read_name(name, within, CONVENTIONS)


@pytest.mark.parametrize(
    ("name", "within", "probe", "camera"),
    [
        ("SC022_010221_g0_tcat.imec1.ap.bin", IN_RUN, 1, ""),
        ("SC022_010221_g0_imec2", IN_RUN, 2, ""),
        ("SC022_010221_g0_t0.nidq.bin", IN_RUN, None, ""),
        ("notes.txt", IN_RUN, None, ""),
        ("SC022_side_13-0000.avi", IN_VIDEOS, None, "side"),
        ("SC022_01022021_bottom_face.txt", IN_VIDEOS, None, "bottom_face"),
    ],
)
def test_a_name_of_the_recording_is_archived(
    name: str, within: Within, probe: int | None, camera: str
) -> None:
    assert check(name, within) == NameCheck(probe=probe, camera=camera)
    assert check(name, within).archived


@pytest.mark.parametrize(
    ("name", "within", "word"),
    [
        (".DS_Store", IN_RUN, "litter"),
        ("._a.ap.bin", IN_RUN, "litter"),
        (".hidden", IN_RUN, "hidden"),
        ("a.ap.bin.bak", IN_RUN, "backup"),
        ("\ufffda.ap.bin", IN_RUN, "UTF-8"),
        ("a\ufffd.bak.x_old", IN_RUN, "backup"),
        (".\ufffd", IN_RUN, "hidden"),
        ("temp_wh.dat\ufffd", IN_RUN, "UTF-8"),
        ("SC023_010221_g0_t0.nidq.bin", IN_RUN, "SC023"),
        ("SC022_010321_g0_t0.nidq.bin", IN_RUN, "010321"),
        ("SC022_side_13-NNNN.avi", IN_VIDEOS, "placeholder"),
        ("SC023_side_13-0000.avi", IN_VIDEOS, "SC023"),
    ],
)
def test_a_name_that_is_refused_says_why(name: str, within: Within, word: str) -> None:
    refused = check(name, within)
    assert word in refused.refusal
    assert refused == NameCheck(refused.refusal, foreign=refused.foreign)
    assert bool(refused.foreign) == ("named after" in refused.refusal)
    assert not refused.archived


@pytest.mark.parametrize(
    ("name", "within", "word"),
    [
        ("temp_wh.dat", IN_RUN, "scratch"),
        ("SC022_010221_g0_tcat.exported.imec0.ap.bin", IN_RUN, "excerpt"),
        ("SC022_01032021_side.txt", IN_VIDEOS, "01032021"),
    ],
)
def test_a_name_that_is_left_out_stays_with_its_recording(name: str, within: Within, word: str) -> None:
    left = check(name, within)
    assert (left.refusal, left.doubts, left.archived) == ("", (), False)
    assert any(word in why for why in left.left_out), left
    assert bool(left.foreign) == ("named after" in left.left_out[0])


@pytest.mark.parametrize(
    ("name", "within", "word"),
    [
        ("SC022_010221_1_g0_t0.nidq.bin", IN_RUN, "'1'"),
        ("SC022_010221_g1_t0.nidq.bin", IN_RUN, "gate 1"),
        ("SC022_010221_g0_tcat.imec1.ap.bin", replace(IN_RUN, probe=0), "probe 0"),
        ("SC022_face_13-0000.avi", IN_VIDEOS, "'face'"),
        ("SC022_side_13-0000.avi", replace(IN_VIDEOS, camera="bottom"), "bottom"),
    ],
)
def test_a_name_that_may_be_elsewhere_waits_for_a_person(name: str, within: Within, word: str) -> None:
    doubtful = check(name, within)
    assert (doubtful.refusal, doubtful.left_out, doubtful.archived) == ("", (), False)
    assert [word in why for why in doubtful.doubts] == [True], doubtful


def test_the_same_probe_camera_and_gate_give_no_doubt() -> None:
    assert check("SC022_010221_g0_tcat.imec1.ap.bin", replace(IN_RUN, probe=1)).archived
    assert check("notes.txt", replace(IN_RUN, probe=1)).archived
    assert check("SC022_Side_13-0000.avi", replace(IN_VIDEOS, camera="side")).archived
    of_gate = Within.top(EPHYS, replace(RUN, gate=2))
    assert check("SC022_010221_g2_t0.nidq.bin", of_gate).archived


def test_without_a_folder_no_name_is_foreign() -> None:
    assert check("SC023_010321_g7_t0.nidq.bin", Within.top(EPHYS, None)) == NameCheck()


def test_the_folder_above_says_probe_and_camera() -> None:
    top = Within.top(EPHYS, replace(RUN, probe=3, camera="side"))
    assert (top.probe, top.camera) == (3, "side")
    inside = IN_RUN.below(NameCheck(probe=0, camera="side"))
    assert (inside.probe, inside.camera, inside.folder) == (0, "side", RUN)
    assert inside.below(NameCheck()) == inside
    assert inside.below(NameCheck(probe=2)).probe == 2
    assert inside.below(NameCheck(camera="bottom")).camera == "bottom"


@pytest.mark.parametrize(
    ("camera", "folder", "count"),
    [
        ("", "", 0),
        ("side", "", 0),
        ("SIDE_Face", "", 0),
        ("face", "", 1),
        ("", "face", 1),
        ("face", "face", 1),
        ("side", "Side", 0),
        ("side", "bottom", 1),
        ("face", "tail", 3),
    ],
)
def test_a_camera_has_a_known_position_and_is_that_of_its_folder(
    camera: str, folder: str, count: int
) -> None:
    doubts = list(doubts_of_camera(camera, folder, CONVENTIONS))
    assert len(doubts) == count, doubts


def test_a_cache_knows_every_text_that_a_name_is_compared_with() -> None:
    texts, numbers = compared_with(replace(IN_RUN, probe=7, camera="tail"), CONVENTIONS)
    assert {"SC022", "010221", "20210102", "01022021", "2021_01_02", "tail", "side_face"} <= set(texts)
    assert set(EPHYS.patterns) <= set(texts)
    assert {form.form for form in (*EPHYS.names, *EPHYS.probes)} <= set(texts)
    assert sorted(numbers) == [0, 0, 7, 1070, 1071, 1072, 1073]
    assert sorted(compared_with(Within.top(EPHYS, replace(RUN, gate=4)), CONVENTIONS)[1]) == [0, 4]
    assert compared_with(Within.top(EPHYS, None), CONVENTIONS) == ([*EPHYS.patterns], [])
