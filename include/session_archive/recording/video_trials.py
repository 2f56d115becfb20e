"""Which video shows which trial: the map files `<subject>_<date>[_<ident>]_<camera>.txt` beside the videos.

A line is `file<TAB>trial`; the numbers differ, since cameras start before the first trial and miss some.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from session_archive.errors import ArchiveError

#: A map of a thousand trials has 10 kB; what is longer than this is none.
MOST_BYTES = 1 << 20

_MAP = re.compile(r".+?_(?:[0-9]{4}_[0-9]{2}_[0-9]{2}|[0-9]{8}|[0-9]{6})_(?P<rest>[^/]+)\.txt", re.IGNORECASE)
_VIDEO = re.compile(
    r"(?P<owner>.+?)_(?P<number>[0-9]{1,9})(?:-(?P<part>[0-9]{1,9})(?:_[0-9]+)?)?\.(?:avi|mp4)", re.IGNORECASE
)
#: The multi-target rig's names say day and session between subject and camera.
_DAY = re.compile(r"^(?:[0-9]{4}_[0-9]{2}_[0-9]{2}|[0-9]{8}|[0-9]{6})_(?:[0-9]{1,3}_)?")
_LINE = re.compile(r"\s*([0-9]{1,9})\s+([0-9]{1,9})\s*")


class TrialMapError(ArchiveError):
    """A text that is no trial map; the message names the line."""


@dataclass(frozen=True, slots=True, order=True)
class VideoTrial:
    """What one video file shows.

    path        : of the video
    camera      : as the names of the videos spell it
    file_number : the number in the video's name
    trial       : of the behaviour, as the rig counts it; None where no map tells it
    """

    path: str
    camera: str
    file_number: int
    trial: int | None


def video_name(path: str) -> tuple[str, int] | None:
    """Camera and file number of a video, None for every other file. `SC022/.../SC022_side_013-0000.avi`: side, 13."""
    *folders, name = path.split("/")
    if (found := _VIDEO.fullmatch(name)) is None:
        return None
    owner = found["owner"]
    # A subject's own folder is above its videos; a short name may hold '_', so it is not split off by that.
    subject = max((each for each in folders if owner.startswith(f"{each}_")), key=len, default="")
    camera = owner[len(subject) + 1 :] if subject else owner
    return _DAY.sub("", camera, count=1), int(found["number"])


def map_camera(path: str, cameras: Collection[str]) -> str:
    """The camera that a trial map is of, '' when the file is no map of one of `cameras`.

    cameras : of the data set's videos; a name such as `side_face` cannot be told from an ident without them
    """
    found = _MAP.fullmatch(path.rpartition("/")[2])
    if found is None:
        return ""
    rest = found["rest"]
    fitting = [camera for camera in cameras if rest == camera or rest.endswith(f"_{camera}")]
    return max(fitting, key=len, default="")


def read_trial_map(text: str) -> dict[int, int]:
    """File number -> trial. Raises TrialMapError, naming the line, when a line is no pair of numbers or contradicts."""
    trials: dict[int, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line) if line.isascii() else None
        if found is None:
            raise TrialMapError(f"line {number} is not file<TAB>trial, two numbers")
        file_number, trial = int(found[1]), int(found[2])
        if trials.setdefault(file_number, trial) != trial:
            raise TrialMapError(f"line {number}: file {file_number} has trial {trials[file_number]} already")
    return trials


def video_trials(
    paths: Collection[str], maps: Mapping[str, Mapping[int, int] | str]
) -> tuple[VideoTrial, ...]:
    """Every video among `paths`, sorted, with its trial where a map knows it.

    paths : of the data set's files
    maps  : path of a map -> what it says, or why it could not be read
    """
    videos = {path: found for path in paths if (found := video_name(path))}
    cameras = {camera for camera, _ in videos.values()}
    trials = {
        (camera, file_number): trial
        for path, told in maps.items()
        if not isinstance(told, str) and (camera := map_camera(path, cameras))
        for file_number, trial in told.items()
    }
    return tuple(
        VideoTrial(path, camera, number, trials.get((camera, number)))
        for path, (camera, number) in sorted(videos.items())
    )
