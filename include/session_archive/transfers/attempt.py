"""Which files at a destination our own transfers wrote: the one rule for uploads, retrievals and sidecars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import COMPARED
from session_archive.naming.kept_names import KEEPS_NONE
from session_archive.transfers.submission import End, Outcome, Submission

#: Seconds by which the clock of a destination may differ from ours. Small, because a file that somebody else writes
#: within it after our transfer ended could be taken for ours.
SKEW = 2
#: The same for a file that has not changed since we listed it at the end of the transfer.
SKEW_IF_UNCHANGED = 600


class Trace(StrEnum):
    """What a transfer of ours has to do with a file that exists at the destination now.

    NONE     : nothing shows that it wrote the file
    PARTIAL  : it may have written the file, and may not have finished it
    WHOLE    : it wrote all of the file; nothing vouches for the content
    COMPARED : it wrote the file or skipped it as identical, and Globus compared the content at both ends
    """

    NONE = "none"
    PARTIAL = "partial"
    WHOLE = "whole"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transfer of ours that the service accepted.

    files       : path -> the file as this transfer was to write it
    accepted_at : UTC
    ended_at    : UTC; None while it is under way
    succeeded   : True if the service says that everything arrived
    left        : path -> the file that existed when the end was seen; None if the destination was not listed then
    checksums   : path -> (algorithm, digest) of the files that Globus compared at both ends; ('', '') if it reports
                  no digest, since it skipped the file as identical
    look_alike  : paths of this transfer with names that some places take for one: there, it wrote one file over another
    """

    files: Mapping[str, FileEntry]
    accepted_at: dt.datetime
    ended_at: dt.datetime | None = None
    succeeded: bool = False
    left: Mapping[str, FileEntry] | None = None
    checksums: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    look_alike: frozenset[str] = frozenset()

    def trace(self, existing: FileEntry, *, source: FileEntry) -> Trace:
        """What this transfer has to do with a file that exists at the destination.

        source : the file at the source today; it may have changed since this transfer was submitted
        """
        promised = self.files.get(existing.path)
        if promised is None:
            return Trace.NONE
        as_promised = _alike(existing, promised) and self._existed_at_the_end(existing)
        if not (as_promised or self._wrote(existing, promised)):
            return Trace.PARTIAL if self._wrote_later_version(existing, source) else Trace.NONE
        if existing.size < promised.size or not _alike(promised, source):
            return Trace.PARTIAL
        if existing.path in self.checksums and existing.path not in self.look_alike:
            return Trace.COMPARED
        # A failed transfer may have set a file's time before the file was finished.
        return Trace.PARTIAL if _alike(existing, promised) and not self.succeeded else Trace.WHOLE

    def without_comparison(self, paths: Collection[str]) -> Attempt:
        """The same, if Globus' comparison does not count for these files: another version of them may have arrived."""
        return replace(
            self, checksums={path: digest for path, digest in self.checksums.items() if path not in paths}
        )

    def came_later(self, existing: FileEntry) -> bool:
        """Whether the file did not exist yet when this transfer, which was to write it, had ended."""
        return existing.path in self.files and self.left is not None and existing.path not in self.left

    def _existed_at_the_end(self, existing: FileEntry) -> bool:
        """A person's copy may have our size and time too, and another content; ours existed at the end."""
        left = existing if self.left is None else self.left.get(existing.path)
        return left is not None and _alike(existing, left)

    def _wrote(self, existing: FileEntry, promised: FileEntry) -> bool:
        """A file without the promised time has the time at which it was written."""
        if existing.size > promised.size:
            return False
        if self.left is None:
            return self._while_at_work(existing, skew=SKEW)
        left = self.left.get(existing.path)
        if left is None:
            return False
        return self._while_at_work(existing, skew=SKEW_IF_UNCHANGED if _alike(left, existing) else SKEW)

    def _wrote_later_version(self, existing: FileEntry, source: FileEntry) -> bool:
        """Whether the source changed before the file was read, so that it arrived as the source shows it today.

        Globus' own digest shows that the file was copied; it is compared with the source again.
        """
        copied = self.checksums.get(existing.path, COMPARED) != COMPARED and self._existed_at_the_end(
            existing
        )
        return copied and existing.path not in self.look_alike and _alike(existing, source)

    def _while_at_work(self, existing: FileEntry, *, skew: int) -> bool:
        since = int(self.accepted_at.timestamp()) - skew
        return since <= existing.mtime and (
            self.ended_at is None or existing.mtime <= self.ended_at.timestamp() + skew
        )


def _alike(one: FileEntry, other: FileEntry) -> bool:
    return (one.size, one.mtime) == (other.size, other.mtime)


def trace_of(
    attempts: Iterable[Attempt], existing: FileEntry, *, source: FileEntry
) -> tuple[Trace, Attempt | None]:
    """What the newest transfer that wrote the file has to do with it; (NONE, None) if none did.

    attempts : oldest first
    """
    for attempt in reversed(tuple(attempts)):
        if (trace := attempt.trace(existing, source=source)) is not Trace.NONE:
            return trace, attempt
        if attempt.came_later(existing):
            break
    return Trace.NONE, None


def accepted_attempt(
    submission: Submission, outcome: Outcome | None, *, promised: Manifest, deadline: dt.timedelta
) -> Attempt | None:
    """A row of the ledger as an attempt; None if the service never accepted it, since then it wrote nothing.

    promised : the manifest that the submission names
    deadline : Globus ends every transfer after so long, even one that we lost track of
    """
    if submission.accepted_at is None:
        return None
    items = frozenset(submission.items)
    return Attempt(
        files={file.path: file for file in promised.files if file.path in items},
        accepted_at=submission.accepted_at,
        ended_at=_ended_at(submission, outcome, deadline=deadline),
        succeeded=outcome is not None and outcome.succeeded,
        left=None if outcome is None or outcome.left is None else {file.path: file for file in outcome.left},
        checksums=outcome.checksums if outcome else {},
        look_alike=frozenset(KEEPS_NONE.surely_one(submission.items)),
    )


def _ended_at(
    submission: Submission, outcome: Outcome | None, *, deadline: dt.timedelta
) -> dt.datetime | None:
    if outcome is None:
        return None
    timestamps = [outcome.completed_at, outcome.recorded_at]
    if outcome.status is End.LOST and submission.begun_at is not None:
        timestamps = [outcome.recorded_at, submission.begun_at + deadline]
    known = [each for each in timestamps if each is not None]
    return min(known) if known else submission.accepted_at
