"""Which version of each file arrived: the source is compared again, and so are the times in the archive. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from session_archive.errors import ListingError
from session_archive.fixity.compare import Difference, changed_since
from session_archive.fixity.manifest import FileEntry, Manifest

#: Seconds by which a stored time may differ from the file's own: some disks round to two seconds.
ROUNDING = 2


@dataclass(frozen=True, slots=True)
class SourceVersions:
    """What the source shows of promised files after the transfer.

    changes   : files that have another size or time now
    not_shown : paths of the promised files that it does not show with the promised size and time
    note      : what could not be compared, in words; '' for nothing
    unlisted  : why the source, or a folder of it, could not be listed; None if it was listed whole
    """

    changes: tuple[Difference, ...]
    not_shown: frozenset[str]
    note: str
    unlisted: ListingError | None


@dataclass(frozen=True, slots=True)
class SourceLook:
    """What the source lists after the transfer.

    files    : none of a folder that could not be listed
    unlisted : why the source, or a folder of it, could not be listed; None if it was listed whole
    """

    files: Manifest
    unlisted: ListingError | None = None

    def compared(self, promised: Manifest) -> SourceVersions:
        """All that a verification needs to know: the listing itself can then be forgotten."""
        return SourceVersions(
            self.changes(promised), self.not_shown(promised), self.note(promised), self.unlisted
        )

    def changes(self, promised: Manifest) -> tuple[Difference, ...]:
        """Files that have another size or time now; one that is gone does not count, since its copy is promised."""
        return changed_since(archived=promised, found=self.files, known_as="promised")

    def not_shown(self, promised: Manifest) -> frozenset[str]:
        """Paths of the promised files that are not listed with the promised size and time."""
        now = {file.path: file for file in self.files.files}
        return frozenset(
            file.path
            for file in promised.files
            if (seen := now.get(file.path)) is None or (seen.size, seen.mtime) != (file.size, file.mtime)
        )

    def note(self, promised: Manifest) -> str:
        """What could not be compared with the source, in words; '' for nothing."""
        if self.unlisted is not None:
            return f"not compared with the source again: {self.unlisted}"
        now = {file.path for file in self.files.files}
        gone = [file.path for file in promised.files if file.path not in now]
        return (
            f"no longer at the source: {len(gone)} of {len(promised.files)} files, the first: {gone[0]}"
            if gone
            else ""
        )


def version_doubts(
    promised: Manifest, *, in_archive: Manifest, not_shown: Collection[str], skipped: Collection[str]
) -> dict[str, str]:
    """Path -> why nothing shows that the promised version of the file arrived, for a person.

    A file that is written again between the promise and the transfer arrives in another version, and Globus compares
    that version at both ends. Transfers preserve times: where the archive keeps the time of any file, another time is a
    sign of another version, even if the source shows the promised one again. Where it keeps none, the source decides.

    in_archive : what the archive lists
    not_shown  : paths of the files that the source, listed after the transfer, does not show as promised
    skipped    : paths of the files that Globus skipped as identical: they keep the time of an earlier attempt
    """
    arrived = {file.path: file for file in in_archive.files}
    keeps_times = any(file.path in arrived and same_time(file, arrived[file.path]) for file in promised.files)
    doubts: dict[str, str] = {}
    for file in promised.files:
        copy = arrived.get(file.path)
        if copy is None or same_time(file, copy):
            continue
        if keeps_times and file.path not in skipped:
            doubts[file.path] = (
                f"its copy is of {_time(copy)}, promised was {_time(file)}: another version may have arrived"
            )
        elif file.path in not_shown:
            doubts[file.path] = (
                "neither its time in the archive nor the source shows that this version was promised"
            )
    return doubts


def same_time(file: FileEntry, copy: FileEntry) -> bool:
    """Whether a copy has the time of the file, as far as its disk keeps it; never where that time is not known."""
    # 0 is the time at a place that has none.
    return file.mtime != 0 and abs(file.mtime - copy.mtime) <= ROUNDING


def _time(file: FileEntry) -> str:
    return f"{file.modified:%Y-%m-%d %H:%M:%S} UTC"
