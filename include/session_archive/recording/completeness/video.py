"""Which videos are missing. Gaps are reported, but do not delay the transfer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from session_archive.fixity.manifest import FileEntry
from session_archive.recording.completeness.finding import Finding
from session_archive.recording.video_trials import map_camera, video_name

#: How many numbers one finding names; the others are counted.
_NAMED = 5


def video_findings(
    files: Sequence[FileEntry],
    trial_maps: Mapping[str, Mapping[int, int] | str],
    spellings: tuple[str, ...],
) -> Iterator[Finding]:
    """Gaps in the numbers of each camera, cameras with unequal numbers of videos, maps that do not match."""
    numbers: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for file in files:
        if video := video_name(file.path, spellings):
            camera, number = video
            if file.size:
                numbers[file.path.rpartition("/")[0]][camera].add(number)
            else:
                numbers[file.path.rpartition("/")[0]][camera] |= set()
                yield Finding(file.path, "is empty: a gap in the videos")
    for folder, cameras in numbers.items():
        for camera, present in sorted(cameras.items()):
            if present and (gaps := max(present) - min(present) + 1 - len(present)):
                numbered = (number for number in range(min(present), max(present)) if number not in present)
                what = f"camera {camera}: {len(present)} videos, numbers {min(present)} to {max(present)}"
                yield Finding(folder, f"{what} without {_named(numbered, gaps)}")
        if len({len(present) for present in cameras.values()}) > 1:
            counts = ", ".join(f"{camera} {len(present)}" for camera, present in sorted(cameras.items()))
            yield Finding(folder, f"unequal numbers of videos: {counts}")
        yield from _map_findings(folder, cameras, trial_maps, spellings)
        yield from _lone_map_findings(folder, cameras, files, spellings)


def _lone_map_findings(
    folder: str, cameras: Mapping[str, set[int]], files: Sequence[FileEntry], spellings: tuple[str, ...]
) -> Iterator[Finding]:
    """Cameras without a map beside one that has its map; where none has one, file k is trial k."""
    maps = {
        camera: file.path
        for file in files
        if file.path.rpartition("/")[0] == folder and (camera := map_camera(file.path, cameras, spellings))
    }
    if maps and (lacking := sorted(cameras.keys() - maps.keys())):
        yield Finding(min(maps.values()), f"no such map of trials is there for camera {', '.join(lacking)}")


def _map_findings(
    folder: str,
    cameras: Mapping[str, set[int]],
    trial_maps: Mapping[str, Mapping[int, int] | str],
    spellings: tuple[str, ...],
) -> Iterator[Finding]:
    for path, trials in sorted(trial_maps.items()):
        camera = map_camera(path, cameras, spellings) if path.rpartition("/")[0] == folder else ""
        if not camera:
            continue
        if isinstance(trials, str):
            yield Finding(path, f"cannot be read as a map of files to trials: {trials}")
            continue
        if twice := sorted(trial for trial, count in Counter(trials.values()).items() if count > 1):
            yield Finding(
                path, f"gives several videos of camera {camera} to one trial: {_named(twice, len(twice))}"
            )
        if absent := trials.keys() - cameras[camera]:
            yield Finding(
                path,
                f"names videos of camera {camera} that are missing: {_named(sorted(absent), len(absent))}",
            )
        if unnamed := cameras[camera] - trials.keys():
            yield Finding(
                path, f"has no trial for videos of camera {camera}: {_named(sorted(unnamed), len(unnamed))}"
            )


def _named(numbers: Iterable[int], count: int) -> str:
    # Numbers come from file names: a typing error could make a gap of millions, so only the first are drawn.
    first = ", ".join(str(number) for number in islice(numbers, _NAMED))
    return first + (f" and {count - _NAMED} more" if count > _NAMED else "")
