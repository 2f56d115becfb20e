"""Records at once that a transfer waits for a person, and that it goes on: its wait may last until the run is over."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import open_run
from archive_flow.submissions.inquiry import under_way
from archive_flow.transfer.shipment import Shipment
from globus_provider.errors import GlobusProviderError
from globus_provider.task_status import Progress
from session_archive import clock
from session_archive.errors import ArchiveError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook

log = logging.getLogger(__name__)


def report_standing(
    context: Context,
    document: Mapping[str, Any],
    progress: Progress,
    *,
    route: str,
    shipment: Shipment,
    hook: GlobusHook,
) -> bool:
    """Keep in the catalog how the transfer stands, where `session-archive status` finds it; True if that was possible.

    The wait goes on in any case.
    """
    try:
        with open_run(route, context, hook=hook) as run:
            name = shipment.name
            for submission, outcome in reversed(run.catalog.ledger.attempts(name.id, name.destination)):
                if outcome is None and str(submission.transfer_task_id) == document["task_id"]:
                    standing = under_way(run, submission, document, progress)
                    words = standing.message(submission.data_set, now=clock.utc_now())
                    log.info("%s: %s", submission.data_set, words or "its transfer goes on")
                    shipment.stands(run, words)
                    break
    except (ArchiveError, GlobusProviderError) as error:
        log.warning("how the transfer stands could not be recorded, and is recorded later: %s", error)
        return False
    return True
