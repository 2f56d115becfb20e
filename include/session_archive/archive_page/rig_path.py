"""A path as it stands on a rig's disk, as the catalog records it: `rig:SC022/catgt_SC022_010121_g0`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath

from session_archive.settings.places import Place


def as_recorded(text: str, places: Iterable[Place]) -> list[str]:
    r"""How the catalog would write this path, for each place that it can lie in; none if it lies in none.

    text : `/globus/map/raw/SC022`, `D:\data\SC022`, or a path in the place's collection
    """
    text = text.strip().strip('"')
    found = []
    for place in places:
        if inner := _inside(text, place):
            found.append(f"{place.name}:{'' if inner == '.' else inner}")
    return list(dict.fromkeys(found))


def _inside(text: str, place: Place) -> str:
    root = place.pure_local_path
    if isinstance(root, PureWindowsPath):
        path = PureWindowsPath(text)
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    elif root is not None and PurePosixPath(text).is_relative_to(root):
        return PurePosixPath(text).relative_to(root).as_posix()
    # '/' alone would take every text that begins with it for a path there.
    if place.directory != "/" and PurePosixPath(text).is_relative_to(place.directory):
        return PurePosixPath(text).relative_to(place.directory).as_posix()
    return ""
