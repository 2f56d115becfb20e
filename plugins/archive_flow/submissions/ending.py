"""How the transfer of a mapped group stands: by the results of its tasks, by the ledger, and by Globus."""

from __future__ import annotations

import uuid

from archive_flow.run.context import Run
from archive_flow.submissions.inquiry import no_answer
from archive_flow.submissions.outcome import end
from archive_flow.submissions.previous_tasks import PreviousTasks
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.errors import ArchiveError, CatalogError
from session_archive.transfers.ending import (
    Arrived,
    Ending,
    Failed,
    NothingToMove,
    NotSent,
    UnderWay,
    Unknown,
)
from session_archive.transfers.standing import Answer, Standing
from session_archive.transfers.submission import End, Outcome, ShipmentName, Submission


def ending_of(run: Run, name: ShipmentName, tasks: PreviousTasks, *, submission_id: str = "") -> Ending:
    """How the transfer of this mapped group stands; where the service says that it is over, the ledger has it then.

    submission_id : of the transfer of an earlier run that this one records; '' for none
    """
    if submission_id and (ending := _ended_before(run, uuid.UUID(submission_id))):
        return ending
    if tasks.refused:
        return NotSent(tasks.refused, refused=True)
    if tasks.transfer_task_id is None:
        return NothingToMove() if tasks.n_items == 0 else NotSent(tasks.no_transfer)
    submission, outcome = _attempt(run, name, tasks.transfer_task_id)
    ended = outcome or _end(run, submission, given_up=tasks.given_up)
    if isinstance(ended, Outcome):
        return (Arrived if ended.succeeded else Failed)(submission, ended)
    message = ended.message(submission.data_set, now=clock.utc_now())
    return Unknown(submission, message) if ended.answer is Answer.NONE else UnderWay(submission, message)


def _end(run: Run, submission: Submission, *, given_up: str) -> Outcome | Standing:
    try:
        ended = end(run, submission, given_up=given_up)
    except (GlobusProviderError, ArchiveError) as error:
        if error.retryable and run.tries_left:
            raise
        return no_answer(run, submission, error)
    assert ended is not None, "the service has accepted it"
    return ended


def _ended_before(run: Run, submission_id: uuid.UUID) -> Ending | None:
    """As the ledger has it, which needs no answer of the service; None while it is under way."""
    submission, outcome = run.catalog.ledger.submission(submission_id)
    if outcome is None:
        return None
    if outcome.status is End.LOST:
        # The service tells no more of it; the archive's listing does.
        return NothingToMove()
    return (Arrived if outcome.succeeded else Failed)(submission, outcome)


def _attempt(run: Run, name: ShipmentName, transfer_task_id: str) -> tuple[Submission, Outcome | None]:
    """The transfer of this run, as the ledger has it."""
    # The newest first: an attempt that met its unfinished predecessor has adopted the predecessor's task.
    for submission, outcome in reversed(run.catalog.ledger.attempts(name.id, name.destination)):
        if str(submission.transfer_task_id) == transfer_task_id:
            return submission, outcome
    raise CatalogError(f"the ledger has no transfer task {transfer_task_id} of {name.what}")
