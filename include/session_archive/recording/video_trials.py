"""Which video shows which trial: the map files `<subject>_<date>[_<ident>]_<camera>.txt` beside the videos.

A line is `file<TAB>trial`; the numbers differ, since cameras start before the first trial and miss some.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from session_archive.errors import ArchiveError
from session_archive.naming.session_folders import day_pattern

#: A map of a thousand trials has 10 kB; anything longer is not one.
MOST_BYTES = 1 << 20

_VIDEO = re.compile(
    r"(?P<owner>.+?)_(?P<number>[0-9]{1,9})(?:-(?P<part>[0-9]{1,9})(?:_[0-9]+)?)?\.(?:avi|mp4)", re.IGNORECASE
)
_LINE = re.compile(r"\s*([0-9]{1,9})\s+([0-9]{1,9})\s*")


class TrialMapError(ArchiveError):
    """A text that is not a trial map; the message names the line."""


@dataclass(frozen=True, slots=True, order=True)
class VideoTrial:
    """What one video file shows.

    path        : of the video
    camera      : as the names of the videos spell it
    file_number : the number in the video's name
    trial       : of the behaviour, as the rig counts it; None if no map has it
    """

    path: str
    camera: str
    file_number: int
    trial: int | None


@lru_cache(maxsize=16)
def _patterns(spellings: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The names of maps; and what the multi-target rig puts between subject and camera: the day and the session."""
    days = "|".join(sorted(map(day_pattern, spellings), key=len, reverse=True))
    return (
        re.compile(rf".+?_(?:{days})_(?P<rest>[^/]+)\.txt", re.IGNORECASE),
        re.compile(rf"^(?:{days})_(?:[0-9]{{1,3}}_)?"),
    )


def video_name(path: str, spellings: tuple[str, ...]) -> tuple[str, int] | None:
    """Camera and file number of a video, None for every other file. `SC022/.../SC022_side_013-0000.avi`: side, 13.

    spellings : of the day that the multi-target rig puts in, by the conventions
    """
    *folders, name = path.split("/")
    if (match := _VIDEO.fullmatch(name)) is None:
        return None
    owner = match["owner"]
    # A short name may contain '_', so the subject is recognised by its folder above the videos, not by splitting.
    subject = max((each for each in folders if owner.startswith(f"{each}_")), key=len, default="")
    camera = owner[len(subject) + 1 :] if subject else owner
    return _patterns(spellings)[1].sub("", camera, count=1), int(match["number"])


def map_camera(path: str, cameras: Collection[str], spellings: tuple[str, ...]) -> str:
    """The camera that a trial map belongs to; '' if the file is not a map of one of `cameras`.

    cameras   : of the data set's videos; without them `side_face` could be an ident and a camera
    spellings : of the day in its name, by the conventions
    """
    match = _patterns(spellings)[0].fullmatch(path.rpartition("/")[2])
    if match is None:
        return ""
    rest = match["rest"]
    fitting = [camera for camera in cameras if rest == camera or rest.endswith(f"_{camera}")]
    return max(fitting, key=len, default="")


def read_trial_map(text: str) -> dict[int, int]:
    """File number -> trial. Raises TrialMapError, naming a line that is not two numbers or contradicts another."""
    trials: dict[int, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line) if line.isascii() else None
        if match is None:
            raise TrialMapError(f"line {number} is not file<TAB>trial, two numbers")
        file_number, trial = int(match[1]), int(match[2])
        if trials.setdefault(file_number, trial) != trial:
            raise TrialMapError(f"line {number}: file {file_number} already has trial {trials[file_number]}")
    return trials


def video_trials(
    paths: Collection[str], maps: Mapping[str, Mapping[int, int] | str], spellings: tuple[str, ...]
) -> tuple[VideoTrial, ...]:
    """Every video among `paths`, sorted, with its trial if a map has it.

    paths : of the data set's files
    maps  : path of a map -> its content, or why it could not be read
    spellings : of days in names, by the conventions
    """
    videos = {path: video for path in paths if (video := video_name(path, spellings))}
    cameras = {camera for camera, _ in videos.values()}
    trials = {
        (camera, file_number): trial
        for path, numbers in maps.items()
        if not isinstance(numbers, str) and (camera := map_camera(path, cameras, spellings))
        for file_number, trial in numbers.items()
    }
    return tuple(
        VideoTrial(path, camera, number, trials.get((camera, number)))
        for path, (camera, number) in sorted(videos.items())
    )
