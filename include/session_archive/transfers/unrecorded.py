"""Transfers whose files are in the archive, or may be, although no run has recorded what became of them. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from session_archive.transfers.submission import End, Outcome, Submission


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A transfer without a verification.

    outcome : None while it is under way, or nobody has read how it ended
    """

    submission: Submission
    outcome: Outcome | None

    @property
    def forgotten(self) -> bool:
        """True if the service no longer knows the transfer: it may have written all files, some, or none."""
        return self.outcome is not None and not self.outcome.succeeded


def find_unrecorded(
    attempts: Sequence[tuple[Submission, Outcome | None]], *, unverified: Collection[uuid.UUID]
) -> Unrecorded | None:
    """The last transfer of a data set, if nobody has recorded what became of its files; None if there is none.

    A transfer that failed is not one: the next attempt looks at what it left.

    attempts   : of one route to one place, oldest first; the outcome of an unfinished one is None
    unverified : ids of submissions after which no verification was recorded
    """
    for submission, outcome in reversed(attempts):
        lost = outcome is not None and outcome.status is End.LOST
        if lost and submission.transfer_task_id is None:
            # The service never had it.
            continue
        failed = outcome is not None and outcome.status is End.FAILED
        if failed or submission.submission_id not in unverified:
            return None
        return Unrecorded(submission, outcome)
    return None
