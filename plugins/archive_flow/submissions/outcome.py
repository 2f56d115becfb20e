"""How transfers ended: read from the service, recorded once."""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from sys import intern
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from archive_flow.submissions.inquiry import no_answer, under_way
from archive_flow.submissions.resume import find_task
from globus_provider.errors import (
    GlobusNoCollectionError,
    GlobusNotFoundError,
    GlobusProviderError,
)
from globus_provider.task_status import TransferState, judge
from session_archive import clock
from session_archive.errors import ArchiveError, ListingError, SettingsError
from session_archive.fixity.vouchers import Digest, compared_by_globus
from session_archive.transfers.standing import Standing
from session_archive.transfers.submission import EXPIRED, MISMATCH, End, Outcome, Submission

if TYPE_CHECKING:
    from globus_provider.hooks.globus import GlobusHook
    from session_archive.fixity.manifest import FileEntry

log = logging.getLogger(__name__)

#: A submission that the service has not accepted within this time is abandoned: its run died, and no other began it.
ABANDONED_AFTER = dt.timedelta(days=1)

#: Seconds between polls of a transfer that was cancelled: it may go on writing for a moment.
_CANCEL_PAUSES = (0.1, 0.4, 1.0, 2.0, 4.0)
#: Transfer API, "sync_level".
_SYNC_CHECKSUM = 3


def end(run: Run, submission: Submission, *, given_up: str = "") -> Outcome | Standing | None:
    """Read how a transfer ended, list what a failed one left, and record both; how it stands while it is under way.

    given_up : why the wait gave up a transfer that is still trying; it is then cancelled
    returns  : None for one that the service has not accepted
    """
    outcome = read_outcome(run, submission, given_up=given_up)
    if not isinstance(outcome, Outcome):
        return outcome
    if not outcome.succeeded:
        outcome = replace(outcome, left=_left(run, submission))
    return run.catalog.ledger.finish(submission.submission_id, outcome)


def read_outcome(run: Run, submission: Submission, *, given_up: str = "") -> Outcome | Standing | None:
    """How the service says that a transfer ended, or how it stands while it is under way.

    given_up, returns : as for `end`
    """
    if submission.transfer_task_id is None:
        return None
    task_id, hook = str(submission.transfer_task_id), run.hook_of(submission.source, submission.destination)
    try:
        document = hook.task(task_id)
    except GlobusNoCollectionError:
        raise
    except GlobusNotFoundError:
        why = (
            f"the service no longer knows transfer task {task_id}; the next run compares the files and sends "
            "what is missing"
        )
        return Outcome(End.LOST, why)
    now = clock.utc_now()
    # Only the wait observes how long a fault lasts; here a transfer is over when the service says so.
    progress = judge(document, now=now, patience=math.inf)
    if not progress.over:
        if not given_up:
            return under_way(run, submission, document, progress)
        # Otherwise it would keep trying until its deadline, and block every new attempt on the same paths.
        document = _cancelled(hook, task_id)
        return _outcome(run, submission, document, failed=f"{given_up}; the transfer was cancelled")
    if progress.state is TransferState.FAILED:
        return _outcome(
            run, submission, document, failed=progress.reason + _fault(hook, task_id, progress.reason)
        )
    return _outcome(run, submission, document)


def _fault(hook: GlobusHook, task_id: str, reason: str) -> str:
    """What the task's own document does not say: the file that did not match; why it was tried until its deadline."""
    if MISMATCH in reason:
        return f": {hook.last_fault(task_id)}"
    fault = hook.last_fault(task_id, besides=EXPIRED) if EXPIRED in reason else ""
    return f": {fault}" if fault else ""


def _outcome(run: Run, submission: Submission, document: Mapping[str, Any], *, failed: str = "") -> Outcome:
    ended = document.get("completion_time")
    return Outcome(
        status=End.FAILED if failed else End.SUCCEEDED,
        detail=failed,
        n_files=document.get("files_transferred") or 0,
        n_bytes=document.get("bytes_transferred") or 0,
        completed_at=dt.datetime.fromisoformat(ended) if ended else clock.utc_now(),
        checksums=_compared(run, submission, document, succeeded=not failed),
    )


def _cancelled(hook: GlobusHook, task_id: str) -> dict[str, Any]:
    """Cancel a transfer; returns its last document, once it has ended or after the last poll."""
    hook.cancel(task_id)
    for pause in _CANCEL_PAUSES:
        document = hook.task(task_id)
        if document["status"] not in ("ACTIVE", "INACTIVE"):
            break
        time.sleep(pause)
    return document


def _compared(
    run: Run, submission: Submission, document: Mapping[str, Any], *, succeeded: bool
) -> dict[str, Digest]:
    """Path -> digest of the files that the service compared at both ends, as far as it reports them."""
    place, task_id = run.place(submission.destination), str(submission.transfer_task_id)
    digests: dict[str, Digest] = {}
    try:
        for row in run.hook_of(submission.source, submission.destination).successful_transfers(task_id):
            if row.get("checksum") and row.get("destination_path"):
                # Interned, since the manifest has the same paths.
                path = intern(place.relative(row["destination_path"]))
                digests[path] = (intern(str(row.get("checksum_algorithm") or "MD5")), row["checksum"])
    except GlobusProviderError as error:
        if succeeded and error.retryable:
            raise
        # A later run compares these files again; the failure itself is known and must be recorded.
        log.warning("%s: which files arrived is not known: %s", submission.data_set, error)
    return compared_by_globus(
        items=submission.items,
        digests=digests,
        n_transferred=document.get("files_transferred") or 0,
        n_skipped=document.get("files_skipped") or 0,
        verified=bool(document.get("verify_checksum")),
        sync_checksum=succeeded and document.get("sync_level") == _SYNC_CHECKSUM,
    )


def _left(run: Run, submission: Submission) -> tuple[FileEntry, ...] | None:
    """Those of its files that exist at the destination now; None where it cannot be listed."""
    items = frozenset(submission.items)
    try:
        listed = list_folders(
            run, submission.destination, sorted({path.rpartition("/")[0] for path in items})
        )
    except (ListingError, SettingsError, GlobusProviderError) as error:
        log.warning(
            "%s: the files that the transfer left could not be listed: %s", submission.data_set, error
        )
        return None
    left: list[FileEntry] = []
    for files in listed.values():
        if isinstance(files, ListingError):
            log.warning(
                "%s: the files that the transfer left could not be listed: %s", submission.data_set, files
            )
            return None
        left += [file for file in files if file.path in items]
    return tuple(sorted(left))


def settle(run: Run) -> None:
    """Record the end of transfers whose own run has died, so that they do not count as unfinished for ever.

    Their data sets lose nothing: the next run that takes them up finds the files at the destination. One that the
    service does not answer for stops no other; it counts as unfinished for a day.
    """
    for submission in run.catalog.ledger.unfinished():
        settle_one(run, submission)


def settle_one(run: Run, submission: Submission) -> Standing | None:
    """Record the end of one transfer, or how it stands; None for one that has ended, or was never accepted."""
    try:
        if submission.transfer_task_id is None:
            submission = find_task(run, submission) or submission
        ended = end(run, submission)
    except (GlobusProviderError, ArchiveError) as error:
        return no_answer(run, submission, error)
    if ended is None and _abandoned(submission):
        why = "begun, but never accepted by the service"
        run.catalog.ledger.finish(submission.submission_id, Outcome(End.LOST, why))
    return ended if isinstance(ended, Standing) else None


def _abandoned(submission: Submission) -> bool:
    """Not accepted for long; one that claims to begin in the future is none of ours, and would take room for ever."""
    begun_at = submission.begun_at or clock.utc_now()
    return submission.transfer_task_id is None and abs(clock.utc_now() - begun_at) > ABANDONED_AFTER
