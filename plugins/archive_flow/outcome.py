"""How transfers ended: read from the service, written down once."""

from __future__ import annotations

import datetime as dt
import logging
import math
from typing import TYPE_CHECKING

from archive_flow.run import Run
from globus_provider.errors import GlobusNotFoundError, GlobusPermanentError
from globus_provider.progress import Verdict, judge
from session_archive.errors import ArchiveError
from session_archive.ledger import Outcome, Submission

if TYPE_CHECKING:
    from session_archive.settings import Place

log = logging.getLogger(__name__)

#: After this a submission that no service ever accepted is taken for abandoned: its run died, and nobody began it anew.
ABANDONED_AFTER = dt.timedelta(days=1)

#: The service's code for a copy that has not the checksum which the acquisition program wrote. No new attempt mends it.
MISMATCH = "EXTERNAL_CHECKSUM_MISMATCH"


def read_outcome(run: Run, submission: Submission, *, given_up: str = "") -> Outcome | None:
    """How the service says that a transfer ended; None while it is under way.

    given_up : why the wait gave up a transfer that still tries; it is cancelled then
    """
    if submission.transfer_task_id is None:
        return None
    task_id = str(submission.transfer_task_id)
    try:
        document = run.hook.task(task_id)
    except GlobusNotFoundError:
        lost = f"the service no longer knows transfer task {task_id}; the next run compares and sends again"
        return Outcome("LOST", lost)
    now = dt.datetime.now(dt.UTC)
    # Only the wait has seen how long a fault lasts; here a transfer is over when the service says so.
    progress = judge(document, now=now, patience=math.inf)
    if not progress.over:
        if not given_up:
            return None
        # Left alone it would try on until its deadline, and block every new attempt on the same paths.
        run.hook.cancel(task_id)
        return Outcome("FAILED", f"{given_up}; the transfer was cancelled", completed_at=now)
    if progress.verdict is Verdict.FAILED:
        # The task's own document names no file.
        file = f": {run.hook.last_fault(task_id)}" if MISMATCH in progress.reason else ""
        return Outcome("FAILED", progress.reason + file, completed_at=now)
    return Outcome(
        status="SUCCEEDED",
        n_files=document.get("files_transferred") or 0,
        n_bytes=document.get("bytes_transferred") or 0,
        completed_at=now,
        checksums=_checksums(run, run.any_place(submission.destination), task_id),
    )


def settle(run: Run) -> None:
    """Write down the end of transfers whose own run has died, so that they take no place for ever.

    Their data sets lose nothing: the next run that takes them up finds the files there, and Globus compares them.
    """
    for submission in run.catalog.unfinished():
        try:
            outcome = read_outcome(run, submission)
        except (GlobusPermanentError, ArchiveError) as error:
            if error.retryable:
                raise
            # What nobody can read of one transfer must not hold up all others; its own run or the next one tells it.
            log.warning("the end of %s is not known: %s", submission.data_set, error)
            continue
        if outcome is None and _abandoned(submission):
            outcome = Outcome("LOST", "begun, and never accepted by the service")
        if outcome is not None:
            run.catalog.finish(submission.submission_id, outcome)


def _abandoned(submission: Submission) -> bool:
    begun_at = submission.begun_at or dt.datetime.now(dt.UTC)
    return submission.transfer_task_id is None and dt.datetime.now(dt.UTC) - begun_at > ABANDONED_AFTER


def _checksums(run: Run, destination: Place, task_id: str) -> dict[str, tuple[str, str]]:
    """Path relative to the destination -> what the service computed; empty where it tells none."""
    checksums: dict[str, tuple[str, str]] = {}
    for document in run.hook.successful_transfers(task_id):
        if document.get("checksum") and document.get("destination_path"):
            path = destination.relative(document["destination_path"])
            checksums[path] = (document.get("checksum_algorithm") or "MD5", document["checksum"])
    return checksums
