"""The last look before a transfer is posted, and the look at where its files arrived: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.versions import ROUNDING
from session_archive.listing.look import Look
from session_archive.transfers.destination_plan import Conflict

#: What verification calls a file that did not arrive below its root.
MISPLACED = "misplaced"


def changed_since(
    look: Look, *, existing: Iterable[FileEntry], ours_alone: bool = False
) -> tuple[Conflict, ...]:
    """What has come into the way since the destination was listed; nothing of the transfer may be posted then.

    existing   : the files that the listing showed, and that the transfer may replace
    ours_alone : any plain file may be replaced, since nobody else writes into this folder
    """
    listed = {file.path: file for file in existing}
    conflicts = {path: f"{why}, which is not followed" for path, why in look.in_the_way.items()}
    for path, now in look.files.items():
        if not ours_alone and (why := _changed(listed.get(path), now)):
            conflicts[path] = why
    return tuple(Conflict(path, conflicts[path]) for path in sorted(conflicts))


def _changed(before: FileEntry | None, now: FileEntry) -> str:
    if before is None:
        return f"a file of {now.size} bytes exists there, which the listing did not show; left as it is"
    if now.size != before.size or abs(now.mtime - before.mtime) > ROUNDING:
        return "was written after the destination was listed; left as it is"
    return ""


def misplaced(in_the_way: Mapping[str, str], paths: Iterable[str]) -> tuple[Difference, ...]:
    """Files that cannot have arrived below the root: something at their path, or above it, leads elsewhere.

    in_the_way : path -> what lies there, for paths of files or of folders above them
    """
    found = []
    for path in paths:
        for end in (*(at for at, letter in enumerate(path) if letter == "/"), len(path)):
            if why := in_the_way.get(path[:end]):
                detail = f"{why}: what was sent may have been written where it leads"
                found.append(Difference(path, MISPLACED, detail))
                break
    return tuple(found)
