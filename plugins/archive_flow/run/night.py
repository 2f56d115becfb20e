"""Records the end of a night in the catalog, where messages and `status --stale` find it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowException

from archive_flow.run.readers import open_catalog
from session_archive import clock
from session_archive.errors import ArchiveError
from session_archive.messages.night import Night, looks_for_everything
from session_archive.settings.load import load_settings
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)


def record_night(
    context: Context,
    *,
    report: Mapping[str, Any] | None,
    results: Sequence[Mapping[str, Any]],
    text: str,
    problems: Sequence[str],
) -> None:
    """Record that this run has ended, unless it was one for a part, or a dry run; never fails the night.

    report   : of select; None when select itself did not end
    text     : of the summary
    problems : why the night failed
    """
    if not looks_for_everything(context["params"]):
        return
    states = Counter(report["states"] if report else {})
    states.update(str(result["state"]) for result in results)
    now = clock.utc_now()
    night = Night(
        run_id=context["run_id"],
        began_at=context["dag_run"].start_date or now,
        ended_at=now,
        problems=tuple(problems),
        text=text,
        states=dict(states),
        unclaimed=report["unclaimed_count"] if report else 0,
        n_new=sum(1 for result in results if result["new"] and result["state"] == State.ARCHIVED),
    )
    try:
        with open_catalog(load_settings()) as catalog:
            catalog.nights.record(night)
    except (ArchiveError, AirflowException) as error:
        log.warning("the end of this night could not be recorded, so that no message knows of it: %s", error)
