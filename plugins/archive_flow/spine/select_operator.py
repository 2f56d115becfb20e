"""SelectOperator: the select step, which lists a second time in the same run if that makes data sets ready."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.run.work_item_pages import paged, push_pages
from archive_flow.transfer.order import transfer_order
from session_archive import clock

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.routes.route import Route
    from archive_flow.run.context import Run


log = logging.getLogger(__name__)

#: Added to the settle gap, since the clocks of worker and triggerer may differ a little.
MARGIN = dt.timedelta(seconds=1)

#: Airflow itself ends the wait after this, if no triggerer is alive; the next try lists again immediately.
BACKSTOP = dt.timedelta(minutes=10)


class SelectOperator(BaseOperator):
    """Return the arguments of each mapped group; defers while recordings have to settle.

    It waits once at most: recordings that have changed by the second listing are left to the next run. A retry resumes
    the wait, since the catalog keeps the observations.
    """

    def __init__(self, *, route: Route, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.route = route

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Select; if recordings have to settle, select again after the settle gap."""
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        selected = select_data_sets(self.route, context, may_wait=True)
        if isinstance(selected, dt.datetime):
            moment = selected + MARGIN
            log.info("listing again at %s", moment.isoformat(sep=" ", timespec="seconds"))
            self.defer(
                trigger=DateTimeTrigger(moment=moment),
                method_name="look_again",
                timeout=moment - clock.utc_now() + BACKSTOP,
            )
        return selected

    def look_again(self, context: Context, event: object = None) -> list[dict[str, Any]]:
        """Select what is ready now."""
        selected = select_data_sets(self.route, context, may_wait=False)
        assert isinstance(selected, list), "a selection that may not wait is final"
        return selected


def select_data_sets(route: Route, context: Context, *, may_wait: bool) -> list[dict[str, Any]] | dt.datetime:
    """The arguments of each mapped group of this run; or, if it may wait, the time at which to select again."""
    from archive_flow.run.context import open_run
    from archive_flow.run.deadline import run_deadline
    from archive_flow.run.errors import airflow_errors
    from archive_flow.run.summary import describe

    with airflow_errors(context), open_run(route.name, context) as run:
        deadline = run_deadline(context, run.settings.limits)
        selected = route.choose(run, wait_until=deadline if may_wait else None)
        if isinstance(selected, dt.datetime):
            return selected
        report = selected.report.as_xcom()
        context["ti"].xcom_push(key="report", value=report)
        log.info("%s", describe(report, []))
        batches = list(_batches(route, run, selected.work_items))
        pages, parts = paged(batches)
        push_pages(context, pages)
        return [
            {"part": part, **_group_arguments(route, run, batch, deadline)}
            for part, batch in zip(parts, batches, strict=True)
        ]


def _batches(route: Route, run: Run, work_items: list[WorkItem]) -> Iterator[list[WorkItem]]:
    """The work items of each mapped group: one, or as many as one task may record; all of one place, in their order."""
    size = route.group_size(run.settings.limits)
    for place, proof in dict.fromkeys((work_item.origin, work_item.proof) for work_item in work_items):
        together = [each for each in work_items if (each.origin, each.proof) == (place, proof)]
        # Reading one copy may take hours.
        at_once = 1 if proof else size
        for first in range(0, len(together), at_once):
            yield together[first : first + at_once]


def _group_arguments(
    route: Route, run: Run, work_items: list[WorkItem], deadline: dt.datetime
) -> dict[str, Any]:
    first, more = work_items[0], len(work_items) - 1
    label = {"label": f"{first.label} and {more} more" if more else first.label}
    order = transfer_order(
        run,
        origin=run.origin(first),
        destination=route.receiver(run, first),
        label=transfer_label(run.route, first),
        deadline=deadline,
        n_files=sum(each.n_files for each in work_items if each.sends),
        n_bytes=sum(each.n_bytes for each in work_items if each.sends),
    )
    return {**label, "order": order.as_xcom()}
