"""Cancelling, an action of its own: ends the transfers that a person names; their runs write down what came of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.run.errors import airflow_errors
from archive_flow.run.opening import globus_hook, load_settings, open_catalog
from archive_flow.run.work_item import SUMMARY
from session_archive.transfers.submission import Submission

log = logging.getLogger(__name__)


def cancel_transfers() -> None:
    """Cancel what the param `transfers` names. Fails where a name is that of no transfer under way."""
    context = get_current_context()
    asked: list[str] = context["params"]["transfers"]
    with airflow_errors():
        settings = load_settings()
        with open_catalog(settings) as catalog:
            unfinished = catalog.unfinished()
        meant = named(asked, unfinished)
        hook, lines = globus_hook(settings), []
        for submission in meant:
            answer = hook.cancel(str(submission.transfer_task_id))
            lines.append(f"{submission.data_set} to {submission.destination}: {answer}")
            log.info("%s", lines[-1])
    # For those who wait for the run from elsewhere.
    context["ti"].xcom_push(key=SUMMARY, value={"text": "\n".join(lines), "problems": []})
    if unknown := [name for name in asked if not any(name in names(submission) for submission in meant)]:
        under_way = ", ".join(sorted({submission.data_set for submission in unfinished})) or "nothing"
        raise AirflowFailException(
            f"{', '.join(unknown)}: no such transfer is under way, so none was cancelled; under way: {under_way}"
        )


def named(asked: Iterable[str], unfinished: Iterable[Submission]) -> list[Submission]:
    """The transfers that the service has and one of the names means."""
    wanted = set(asked)
    return [each for each in unfinished if each.transfer_task_id is not None and wanted & names(each)]


def names(submission: Submission) -> set[str]:
    """What a person may call a transfer: its data set, its run, its Globus task."""
    return {submission.data_set, submission.run_id, str(submission.transfer_task_id)}
