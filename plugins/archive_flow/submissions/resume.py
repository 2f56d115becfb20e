"""What a retry after a crash resumes: a transfer under way, or a submission whose answer was never seen."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace

from archive_flow.run.context import Run
from session_archive import clock
from session_archive.transfers.submission import End, Outcome, ShipmentName, Submission

log = logging.getLogger(__name__)

#: By how much the clocks of this machine and of the service may differ.
CLOCK_SKEW = dt.timedelta(minutes=10)

NEVER_ACCEPTED = "the service never accepted it; the destination was listed again"


def promised_before(run: Run, name: ShipmentName) -> Submission | None:
    """The attempt to attach to: one under way, no matter which run began it, or one of this run that has succeeded.

    A worker may die after the service has accepted its transfer. Before Airflow tries the task again, another task that
    looks for room may have recorded that this transfer succeeded.
    """
    if under_way := run.catalog.ledger.open_submission(name.id, name.route, name.destination):
        return under_way
    expected = (run.run_id, name.route, name.manifest_id)
    for submission, outcome in run.catalog.ledger.attempts(name.id, name.destination)[-1:]:
        of_this_run = (submission.run_id, submission.route, submission.manifest_id) == expected
        if of_this_run and outcome is not None and outcome.succeeded:
            return submission
    return None


def answered(run: Run, promised: Submission, *, still_right: Callable[[], bool]) -> Submission | None:
    """The submission to go on with; None where a new one has to be made, and this one is recorded as lost.

    still_right : whether a new listing of the destination allows exactly this transfer, with nothing in its way
    returns     : with its task if the service has accepted it; else unchanged, to be submitted under the same id, which
                  the service accepts only once
    """
    if promised.transfer_task_id is not None:
        return promised
    if accepted := find_task(run, promised):
        return accepted
    if still_right():
        return promised
    log.info("%s: submission %s is given up: %s", promised.data_set, promised.submission_id, NEVER_ACCEPTED)
    run.catalog.ledger.finish(promised.submission_id, Outcome(End.LOST, NEVER_ACCEPTED))
    return None


def find_task(run: Run, promised: Submission) -> Submission | None:
    """Ask the service for the task of a submission, and record it; None where the service made none."""
    since = (promised.begun_at or clock.utc_now()) - CLOCK_SKEW
    destination = str(run.place(promised.destination).collection)
    history = run.catalog.ledger.attempts(promised.data_set_id, promised.destination)
    known = {str(attempt.transfer_task_id) for attempt, _ in history}
    for task in run.hook_of(promised.source, promised.destination).requested(promised.label, since=since):
        if task["task_id"] in known or destination not in (
            task.get("destination_endpoint"),
            task.get("destination_endpoint_id"),
        ):
            continue
        task_id, at = uuid.UUID(task["task_id"]), dt.datetime.fromisoformat(task["request_time"])
        log.info("%s: the service had accepted it, as transfer task %s", promised.data_set, task_id)
        run.catalog.ledger.accept(promised.submission_id, task_id, at=at)
        return replace(promised, transfer_task_id=task_id, accepted_at=at)
    return None
