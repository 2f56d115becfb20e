"""A path as it stands on a rig's disk, as the catalog records it: `rig:SC022/catgt_SC022_010121_g0`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from session_archive.errors import NamingError
from session_archive.settings.places import Place


def as_recorded(text: str, places: Iterable[Place]) -> list[str]:
    r"""How the catalog would write this path, for each place that it can lie in; none if it lies in none.

    text : `/globus/map/raw/SC022`, `D:\data\SC022`, or a path in the place's collection
    """
    text = text.strip().strip('"')
    found = []
    for place in places:
        inner = place.relative_on_disk(text)
        # '/' alone would take every text that begins with it for a path there.
        if inner is None and place.directory != "/":
            with suppress(NamingError):
                inner = place.relative(text)
        if inner is not None:
            found.append(f"{place.name}:{inner}")
    return list(dict.fromkeys(found))
