"""Are there names in a data set that its destination takes for one? Then one file would replace the other. Pure."""

from __future__ import annotations

from collections.abc import Collection

from session_archive.assess.verdict import Record
from session_archive.fixity.manifest import Manifest
from session_archive.naming.kept_names import KEEPS_NONE, KeptNames
from session_archive.states.state import State
from session_archive.transfers.names_apart import not_known_apart, unknown_words


def look_alike(manifest: Manifest) -> bool:
    """Whether any place could take two of its names for one."""
    return bool(KEEPS_NONE.surely_one(file.path for file in manifest.files))


def judge_names(
    manifest: Manifest, kept: KeptNames, *, place: str, listed: Collection[str] = ()
) -> Record | None:
    """Refused, with all files concerned, where the place takes names for one; None if it may be sent.

    Where nobody has looked, it waits until somebody has: a transfer would show it only when one file has replaced the
    other.

    place  : name of the destination
    listed : paths that the place has listed already, each with its own name
    """
    paths = [file.path for file in manifest.files]
    if files := tuple(kept.surely_one(paths).items()):
        return Record(
            State.REFUSED,
            f"{files[0][1]} ({place}): rename one of them{_more(files)}; nothing was sent",
            files=files,
        )
    if unknown := tuple(not_known_apart(paths, kept, listed=listed).items()):
        words = unknown_words(unknown[0][1], place)
        return Record(State.WAITING, f"{words}{_more(unknown)}", files=unknown)
    return None


def _more(files: Collection[object]) -> str:
    return f" (and {len(files) - 1} more files)" if len(files) > 1 else ""
