"""The mapped groups of a run: one for each data set, or one for each batch of a discovery."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run, open_run
from archive_flow.run.deadline import run_deadline
from archive_flow.run.errors import airflow_errors
from archive_flow.run.summary import describe
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.run.work_item_pages import paged, push_pages
from archive_flow.select.choose import select
from session_archive.routes import Route

if TYPE_CHECKING:
    from airflow.sdk import Context

    from session_archive.settings.load import Place

log = logging.getLogger(__name__)


def select_data_sets(route: Route, context: Context, *, may_wait: bool) -> list[dict[str, Any]] | dt.datetime:
    """The arguments of each mapped group of this run; or, if it may wait, the time at which to select again."""
    with airflow_errors(context), open_run(route, context) as run:
        deadline = run_deadline(context, run.settings.limits)
        work_items = select(run, wait_until=deadline if may_wait else None)
        if isinstance(work_items, dt.datetime):
            log.info("not yet stable: %s", ", ".join(sorted(run.report.settling)))
            return work_items
        context["ti"].xcom_push(key="report", value=run.report.as_xcom())
        log.info("%s", describe(run.report.as_xcom(), []))
        batches = list(_batches(run, work_items))
        pages, parts = paged(batches)
        push_pages(context, pages)
        return [
            {"part": part, **_group_arguments(run, batch, deadline)}
            for part, batch in zip(parts, batches, strict=True)
        ]


def _batches(run: Run, work_items: list[WorkItem]) -> Iterator[list[WorkItem]]:
    """The work items of each mapped group: one, or as many as one task may record; all of one place, in their order."""
    size = 1 if run.route.moves else run.settings.limits.max_batch
    for place in dict.fromkeys(work_item.origin for work_item in work_items):
        of_place = [work_item for work_item in work_items if work_item.origin == place]
        for first in range(0, len(of_place), size):
            yield of_place[first : first + size]


def _group_arguments(run: Run, work_items: list[WorkItem], deadline: dt.datetime) -> dict[str, Any]:
    first, more = work_items[0], len(work_items) - 1
    limits = run.settings.limits
    return {
        "label": f"{first.label} and {more} more" if more else first.label,
        "source_collection": str(run.origin(first).collection),
        "destination_collection": str(_receiver(run, first).collection),
        "transfer_label": transfer_label(run.route.name, first),
        "globus_connection": run.settings.globus.connection,
        "poll_interval": limits.poll_interval,
        "patience": limits.fault_patience,
        "deadline": deadline.isoformat(),
    }


def _receiver(run: Run, work_item: WorkItem) -> Place:
    """The place that a transfer of this route writes to."""
    staging = run.settings.staging
    return run.destination(work_item) if run.route.moves or staging is None else staging
