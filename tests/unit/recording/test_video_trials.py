"""Video file numbers are not trial numbers; only a map says which is which."""

from typing import Any

import pytest

from session_archive.naming.conventions import load_conventions
from session_archive.recording.video_trials import (
    MOST_BYTES,
    TrialMapError,
    VideoTrial,
    map_camera,
    read_trial_map,
    video_name,
    video_trials,
)

SPELLINGS = load_conventions().spellings
FOLDER = "dl59/20181207/video"


@pytest.mark.parametrize(
    ("path", "camera", "number"),
    [
        (f"{FOLDER}/dl59_side_108-0000.avi", "side", 108),
        ("dl41/08082019/video/dl41_side_998-0000_00.avi", "side", 998),
        ("SC_22/08082019_1/video/SC_22_bottom_face_013-0000.mp4", "bottom_face", 13),
        ("bottom/DL027/2021_07_01/DL027_2021_07_01_bottom_0.mp4", "bottom", 0),
        ("side/DL027/2021_07_01_1/DL027_2021_07_01_1_side_12.mp4", "side", 12),
    ],
)
def test_a_videos_name_has_camera_and_number(path: str, camera: str, number: int) -> None:
    assert video_name(path, SPELLINGS) == (camera, number)


@pytest.mark.parametrize("name", ["notes.txt", "dl59_20181207_side.txt", "dl59.avi", "dl59_side_٣-0000.avi"])
def test_other_names_are_not_videos(name: str) -> None:
    assert video_name(f"{FOLDER}/{name}", SPELLINGS) is None


@pytest.mark.parametrize(
    ("name", "camera"),
    [
        ("dl59_20181207_side.txt", "side"),
        ("SC030_103119_side.txt", "side"),
        ("SC030_103119_2_side.txt", "side"),
        ("SC030_103119_surface_side_face.txt", "side_face"),
        ("DL027_2021_07_01_side.txt", "side"),
        ("SC030_103119_body.txt", ""),
        ("SC030_side.txt", ""),
    ],
)
def test_a_map_is_of_a_camera_that_has_videos(name: str, camera: str) -> None:
    assert map_camera(f"{FOLDER}/{name}", {"side", "side_face"}, SPELLINGS) == camera


def test_a_map_is_read_and_joined_with_the_existing_videos() -> None:
    trials = read_trial_map("19\t11\r\n108\t100\r\n\r\n109\t101\r\n")
    assert trials == {19: 11, 108: 100, 109: 101}
    paths = [
        f"{FOLDER}/dl59_{camera}_{number:03}-0000.avi"
        for camera in ("side", "bottom")
        for number in (19, 108)
    ]
    maps: dict[str, Any] = {
        f"{FOLDER}/dl59_20181207_side.txt": trials,
        f"{FOLDER}/dl59_20181207_bottom.txt": "is empty",
    }
    assert video_trials([*paths, *maps], maps, SPELLINGS) == (
        VideoTrial(f"{FOLDER}/dl59_bottom_019-0000.avi", "bottom", 19, None),
        VideoTrial(f"{FOLDER}/dl59_bottom_108-0000.avi", "bottom", 108, None),
        VideoTrial(f"{FOLDER}/dl59_side_019-0000.avi", "side", 19, 11),
        VideoTrial(f"{FOLDER}/dl59_side_108-0000.avi", "side", 108, 100),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\t2\n3", "line 2 is not file<TAB>trial"),
        ("1\t2\n1\t3", "line 2: file 1 already has trial 2"),
        ("٣\t٤", "line 1"),
        ("a\tb", "line 1"),
    ],
)
def test_a_text_that_is_not_a_map_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(TrialMapError, match=why):
        read_trial_map(text)


def test_the_subject_of_a_video_is_the_longest_folder_that_its_name_begins_with() -> None:
    assert video_name("MY/MY_01/x/MY_01_side_013-0000.avi", SPELLINGS) == ("side", 13)
    assert video_name("x/MY_01_side_013-0000.avi", SPELLINGS) == ("MY_01_side", 13)
    assert MOST_BYTES == 1 << 20
