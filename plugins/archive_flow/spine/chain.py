"""The one chain of tasks of all flows: select, (approve,) submit, wait, record, then the summary of the run.

What a task does is imported when it does it: Airflow reads the DAG file anew for each task, and every few minutes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import BaseOperator, TriggerRule, task, task_group

from archive_flow.routes import route_named
from archive_flow.routes.route import Route
from archive_flow.run.archived_asset import ARCHIVED, ARCHIVED_BY_DATA_SET, NEWLY_ARCHIVED
from archive_flow.run.work_item import APPROVE, GROUP, RECORD, SELECT, SUMMARY
from archive_flow.run.work_item_pages import Part
from archive_flow.spine.select_operator import SelectOperator
from archive_flow.transfer.operators import submit_and_wait

#: Retries are for our own crashes and an unreachable service; an error that only a person can mend is not retried.
DEFAULT_ARGS = {
    "retries": 3,
    "retry_delay": dt.timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": dt.timedelta(minutes=15),
}

#: The grid shows each mapped task under its data set's name.
_LABEL = f"{{{{ ti.xcom_pull(task_ids='{SELECT}')[ti.map_index]['label'] }}}}"


def session_chain(route: Route | str) -> None:
    """Wire a route into the DAG that is being defined: select, then a group for each data set, then the summary.

    route : or the name of one of ours, 'upload'
    """
    route = route_named(route) if isinstance(route, str) else route
    selected = _select(route)
    recorded = _data_set_group(route).expand_kwargs(selected.output)
    summarized = _summary(route)
    recorded >> summarized
    if route.copies_sidecars:
        from archive_flow.spine.sidecar_group import copy_sidecars

        copy_sidecars(route.name, after=recorded, before=summarized)


def _select(route: Route) -> BaseOperator:
    """The task that hands on the mapped groups: select, or a person's approval of what it selected."""
    select = SelectOperator(task_id=SELECT, route=route)
    if not route.asks_first:
        return select
    from archive_flow.retrieve.approval import REASON_FIELD, ApproveOperator

    approve = ApproveOperator(task_id=APPROVE, params=REASON_FIELD if route.asks_why else {})
    select >> approve
    return approve


def _data_set_group(route: Route) -> Any:
    """At most three tasks for each data set: submit, wait, record."""

    @task(
        task_id=RECORD,
        trigger_rule=TriggerRule.ALL_DONE,
        outlets=[NEWLY_ARCHIVED, ARCHIVED_BY_DATA_SET] if route.archives else [],
        map_index_template=_LABEL,
        max_active_tis_per_dagrun=route.concurrency,
    )
    def record(part: Part) -> None:
        from archive_flow.spine.tasks import record_data_sets

        record_data_sets(route, part)

    @task_group(group_id=GROUP)
    def data_set(part: Part, label: str, order: dict[str, Any]) -> None:
        wait = submit_and_wait(
            route=route.name,
            shipment=route.shipment,
            order=order,
            op_kwargs={"part": part},
            submit_id=route.submit_id,
            concurrency=route.concurrency,
            map_index_template=_LABEL,
        )
        wait >> record(part)

    return data_set


def _summary(route: Route) -> Any:
    """The task that says how the run ended, and fails if a person must act."""
    # As an inlet, Airflow registers the asset with the DAG. With the alias alone it does so at the first event, and of
    # two concurrent first events one would be lost.
    inlets = [ARCHIVED] if route.archives else []

    @task(task_id=SUMMARY, trigger_rule=TriggerRule.ALL_DONE, retries=0, inlets=inlets)
    def summary() -> None:
        from archive_flow.spine.tasks import summarize

        summarize(route)

    return summary()
