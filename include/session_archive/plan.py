"""Look before submit: what may be sent, given what already lies at the destination."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from session_archive.errors import RefusedError
from session_archive.manifest import FileEntry, Manifest


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file at the destination that must not be overwritten."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """What one transfer task will move.

    items    : absent at the destination, or begun there by an earlier attempt of ours
    adopted  : there already, with content that the catalog proves, or that a person accepted
    resumes  : some items were begun: Globus must compare checksums ("if a transfer fails, CHECKSUM must be
               used to restart it", Globus CLI manual, `--sync-level`)
    """

    items: tuple[FileEntry, ...]
    adopted: tuple[FileEntry, ...]
    conflicts: tuple[Conflict, ...]
    resumes: bool

    def require_free(self) -> None:
        """Raise RefusedError, naming the first file in the way, unless nothing would be overwritten."""
        if not self.conflicts:
            return
        first, more = self.conflicts[0], len(self.conflicts) - 1
        raise RefusedError(f"{first.path}: {first.why}" + (f" (and {more} more files)" if more else ""))


def plan_transfer(
    *,
    promised: Manifest,
    present: Manifest,
    begun: Collection[str],
    proven: Mapping[str, FileEntry],
    accepted: Callable[[str], bool] = lambda path: False,
) -> TransferPlan:
    """Decide file by file; Globus overwrites whatever an item names, so only what is safe becomes one.

    promised : the source's files
    present  : what the destination lists now
    begun    : paths that earlier attempts of ours had as items
    proven   : path -> the file as a verified record of this destination has it
    accepted : whether what lies at a path, of the same size, is the promised file though nothing above says so: a
               person took it for that, or it was read
    """
    there = {file.path: file for file in present.files}
    items, adopted, conflicts, resumes = [], [], [], False
    for file in promised.files:
        found = there.get(file.path)
        if found is None:
            items.append(file)
        elif _same(file, proven.get(file.path)) and found.size == file.size:
            adopted.append(file)
        elif file.path in begun:
            items.append(file)
            resumes = True
        elif found.size == file.size and accepted(file.path):
            adopted.append(file)
        else:
            conflicts.append(Conflict(file.path, _why(file, found)))
    return TransferPlan(tuple(items), tuple(adopted), tuple(conflicts), resumes)


def _same(file: FileEntry, known: FileEntry | None) -> bool:
    return known is not None and (known.size, known.mtime) == (file.size, file.mtime)


def _why(file: FileEntry, found: FileEntry) -> str:
    if file.size == found.size:
        return f"already at the destination with the same size ({file.size} bytes): content unproven, left as it is"
    return (
        f"already at the destination with other content: {found.size} bytes of {_utc(found)} there, "
        f"{file.size} bytes of {_utc(file)} at the source; left as it is"
    )


def _utc(file: FileEntry) -> str:
    return f"{file.modified:%Y-%m-%d %H:%M:%S} UTC"
