"""Are there names in a data set that its destination takes for one? Then one file would replace the other. Pure."""

from __future__ import annotations

from session_archive.assess.verdict import Record
from session_archive.fixity.manifest import Manifest
from session_archive.naming.kept_names import KEEPS_NONE, KeptNames
from session_archive.states.state import State


def look_alike(manifest: Manifest) -> bool:
    """Whether any place could take two of its names for one."""
    return bool(KEEPS_NONE.surely_one(file.path for file in manifest.files))


def judge_names(manifest: Manifest, kept: KeptNames, *, place: str) -> Record | None:
    """Refused, with all files concerned, where the place is known to take names for one; None if it may be sent.

    Where nobody has looked, it is sent: at a place that takes them for one, it then fails and is never called archived,
    since the place lists fewer files than were promised.

    place : name of the destination
    """
    files = tuple(kept.surely_one(file.path for file in manifest.files).items())
    if not files:
        return None
    more = f" (and {len(files) - 1} more files)" if len(files) > 1 else ""
    return Record(
        State.REFUSED, f"{files[0][1]} ({place}): rename one of them{more}; nothing was sent", files=files
    )
