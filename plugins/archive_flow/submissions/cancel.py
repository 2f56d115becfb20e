"""Cancels the transfers that a person names, an action of its own; their own runs record how they ended."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.run.errors import airflow_errors
from archive_flow.run.readers import hook_on, load_settings, open_catalog
from archive_flow.run.work_item import SUMMARY
from session_archive.transfers.submission import Submission

log = logging.getLogger(__name__)


def cancel_transfers() -> None:
    """Cancel what the param `transfers` names. Fails where a name matches no transfer under way."""
    context = get_current_context()
    requested: list[str] = context["params"]["transfers"]
    with airflow_errors():
        settings = load_settings()
        with open_catalog(settings) as catalog:
            unfinished = catalog.ledger.unfinished()
        matching = named(requested, unfinished)
        lines = []
        for submission in matching:
            hook = hook_on(settings.connection_of(submission.source, submission.destination))
            response = hook.cancel(str(submission.transfer_task_id))
            lines.append(f"{submission.data_set} to {submission.destination}: {response}")
            log.info("%s", lines[-1])
    # A console command on another machine reads this when the run has ended.
    context["ti"].xcom_push(key=SUMMARY, value={"text": "\n".join(lines), "problems": []})
    if unknown := [
        name for name in requested if not any(name in names(submission) for submission in matching)
    ]:
        under_way = ", ".join(sorted({submission.data_set for submission in unfinished})) or "nothing"
        raise AirflowFailException(
            f"{', '.join(unknown)}: no such transfer is under way, so none was cancelled; under way: {under_way}"
        )


def named(requested: Iterable[str], unfinished: Iterable[Submission]) -> list[Submission]:
    """The transfers that one of the requested names matches and that the service has accepted."""
    accepted = [each for each in unfinished if each.transfer_task_id is not None]
    return [each for each in accepted if not names(each).isdisjoint(requested)]


def names(submission: Submission) -> set[str]:
    """The names by which a person may call a transfer: its data set, its run, its Globus task."""
    return {submission.data_set, submission.run_id, str(submission.transfer_task_id)}
