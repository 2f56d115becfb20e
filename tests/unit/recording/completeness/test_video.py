"""Missing videos are noted and never block."""

from typing import Any

from tests.unit.recording.completeness.samples import NOW, OLD

from session_archive.fixity.manifest import FileEntry
from session_archive.naming.conventions import load_conventions
from session_archive.recording.completeness import Finding, Texts
from session_archive.recording.completeness import findings as all_findings
from session_archive.recording.video_trials import read_trial_map

VIDEO = load_conventions().kind("raw-video")


def findings(files: list[FileEntry], maps: dict[str, Any] | None = None) -> tuple[Finding, ...]:
    return all_findings(files, Texts(trial_maps=maps or {}), kind=VIDEO, now=NOW)


def video(*numbers: tuple[str, int], size: int = 100) -> list[FileEntry]:
    folder = "SC022/01012021/video"
    return [
        FileEntry(f"{folder}/SC022_{camera}_{number:03}-0000.avi", size, OLD) for camera, number in numbers
    ]


def test_gaps_in_videos_are_noted_and_never_block() -> None:
    files = video(("side", 0), ("side", 2), ("side", 9), ("bottom", 0), ("bottom", 1)) + video(
        ("side", 1), size=0
    )
    found = findings(files)
    assert not any(each.blocks for each in found)
    assert [each.what for each in found] == [
        "camera side: 3 videos, numbers 0 to 9 without 1, 3, 4, 5, 6 and 2 more",
        "unequal numbers of videos: bottom 2, side 3",
        "is empty: a gap in the videos",
    ]
    far = findings(video(("side", 0), ("side", 999_999_999)))
    assert "999999993 more" in far[0].what


def test_maps_are_compared_with_the_videos() -> None:
    folder = "SC022/01012021/video"
    maps: dict[str, Any] = {
        f"{folder}/SC022_01012021_side.txt": read_trial_map("0\t1\n1\t2\n7\t8\n"),
        f"{folder}/SC022_01012021_bottom.txt": "line 1 is not file<TAB>trial",
    }
    files = video(("side", 0), ("side", 1), ("side", 2), ("bottom", 0), ("bottom", 1), ("bottom", 2))
    found = findings(files, maps)
    assert not any(each.blocks for each in found)
    assert [each.what for each in found] == [
        "cannot be read as a map of files to trials: line 1 is not file<TAB>trial",
        "has no trial for videos of camera side: 2",
        "names videos of camera side that are missing: 7",
    ]


def test_gaps_are_counted_from_the_first_video_and_not_from_0() -> None:
    assert findings(video(("side", 7), ("side", 8))) == ()
    (found,) = findings(video(("side", 7), ("side", 9)))
    assert found.what.endswith("without 8")


def test_a_map_that_cannot_be_read_is_one_finding() -> None:
    path = "SC022/01012021/video/SC022_01012021_side.txt"
    (found,) = findings(video(("side", 0)), {path: "line 1 is odd"})
    assert (found.path, "line 1 is odd" in found.what) == (path, True)


def test_a_map_of_another_folder_says_nothing_about_these_videos() -> None:
    path = "SC022/01022021/video/SC022_01022021_side.txt"
    assert findings(video(("side", 0)), {path: {7: 1}}) == ()


def test_a_map_that_only_one_camera_has_is_missed_of_the_other() -> None:
    path = "SC022/01012021/video/SC022_01012021_side.txt"
    files = [*video(("side", 0), ("bottom", 0)), FileEntry(path, 4, OLD)]
    (found,) = findings(files, {path: {0: 1}})
    assert (found.path, "camera bottom" in found.what, found.blocks) == (path, True, False)
    assert findings(video(("side", 0), ("bottom", 0))) == ()


def test_a_trial_that_a_map_gives_to_two_videos_is_noted() -> None:
    path = "SC022/01012021/video/SC022_01012021_side.txt"
    files = [*video(("side", 0), ("side", 1), ("side", 2)), FileEntry(path, 12, OLD)]
    (found,) = findings(files, {path: {0: 1, 1: 2, 2: 1}})
    assert (found.path, found.blocks) == (path, False)
    assert found.what == "gives several videos of camera side to one trial: 1"
