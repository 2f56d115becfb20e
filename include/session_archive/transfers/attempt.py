"""Which files at a destination our own transfers wrote: the one rule for uploads, retrievals and manifests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.submission import Outcome, Submission

#: Seconds by which the clock of a destination may differ from ours. Small: a file that somebody writes this long after
#: our transfer ended could be taken for ours.
SKEW = 2
#: The same for a file that is as we saw it at the end of the transfer: nobody has written it since.
SKEW_OF_LOOK = 600


class Trace(StrEnum):
    """What a transfer of ours has to do with a file that lies at the destination now.

    NONE     : nothing says that it wrote the file
    PARTIAL  : it may have written the file, and may not have finished it
    WHOLE    : it wrote all of the file; nothing vouches for the content
    COMPARED : it wrote the file, or found it equal, and Globus compared the content at both ends
    """

    NONE = "none"
    PARTIAL = "partial"
    WHOLE = "whole"
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transfer of ours that the service accepted.

    files       : path -> the file as it was promised to this transfer
    accepted_at : UTC
    ended_at    : UTC; None while it is under way
    succeeded   : True where the service says that everything arrived
    left        : path -> the file that lay there when the end was seen; None where nobody looked
    checksums   : path -> (algorithm, digest) of the files that Globus compared at both ends; ('', '') where it reports
                  no digest, since it skipped the file as identical
    """

    files: Mapping[str, FileEntry]
    accepted_at: dt.datetime
    ended_at: dt.datetime | None = None
    succeeded: bool = False
    left: Mapping[str, FileEntry] | None = None
    checksums: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def trace(self, found: FileEntry, *, wanted: FileEntry) -> Trace:
        """What this transfer has to do with the file that lies at the destination.

        wanted : the file at the source today; it may have changed since this transfer was promised another one
        """
        promised = self.files.get(found.path)
        if promised is None or not (_alike(found, promised) or self._wrote(found, promised)):
            return Trace.NONE
        if found.size < promised.size or not _alike(promised, wanted):
            return Trace.PARTIAL
        if found.path in self.checksums:
            return Trace.COMPARED
        # Of a transfer that failed nobody knows whether it had finished a file before it set the file's time.
        return Trace.PARTIAL if _alike(found, promised) and not self.succeeded else Trace.WHOLE

    def _wrote(self, found: FileEntry, promised: FileEntry) -> bool:
        """A file without the promised time carries the time at which it was written."""
        if found.size > promised.size:
            return False
        if self.left is None:
            return self._while_at_work(found, skew=SKEW)
        left = self.left.get(found.path)
        if left is None:
            return False
        return self._while_at_work(found, skew=SKEW_OF_LOOK if _alike(left, found) else SKEW)

    def _while_at_work(self, found: FileEntry, *, skew: int) -> bool:
        since = int(self.accepted_at.timestamp()) - skew
        return since <= found.mtime and (
            self.ended_at is None or found.mtime <= self.ended_at.timestamp() + skew
        )


def _alike(one: FileEntry, other: FileEntry) -> bool:
    return (one.size, one.mtime) == (other.size, other.mtime)


def trace_of(
    attempts: Iterable[Attempt], found: FileEntry, *, wanted: FileEntry
) -> tuple[Trace, Attempt | None]:
    """What the newest transfer that wrote the file has to do with it; (NONE, None) where none of them did.

    attempts : oldest first
    """
    for attempt in reversed(tuple(attempts)):
        if (trace := attempt.trace(found, wanted=wanted)) is not Trace.NONE:
            return trace, attempt
    return Trace.NONE, None


def accepted_attempt(
    submission: Submission, outcome: Outcome | None, *, promised: Manifest, deadline: dt.timedelta
) -> Attempt | None:
    """A row of the ledger as an attempt; None where the service never accepted it, so that it wrote nothing.

    promised : the manifest that the submission names
    deadline : after which Globus ends a transfer that we lost sight of
    """
    if submission.accepted_at is None:
        return None
    items = frozenset(submission.items)
    return Attempt(
        files={file.path: file for file in promised.files if file.path in items},
        accepted_at=submission.accepted_at,
        ended_at=_ended_at(submission, outcome, deadline=deadline),
        succeeded=outcome is not None and outcome.status == "SUCCEEDED",
        left=None if outcome is None or outcome.left is None else {file.path: file for file in outcome.left},
        checksums=outcome.checksums if outcome else {},
    )


def _ended_at(
    submission: Submission, outcome: Outcome | None, *, deadline: dt.timedelta
) -> dt.datetime | None:
    if outcome is None:
        return None
    instants = [outcome.completed_at, outcome.recorded_at]
    if outcome.status == "LOST" and submission.begun_at is not None:
        instants = [outcome.recorded_at, submission.begun_at + deadline]
    known = [instant for instant in instants if instant is not None]
    return min(known) if known else submission.accepted_at
