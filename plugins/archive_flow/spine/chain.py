"""The one chain of tasks of all three flows: select, list, (approve, submit, wait,) verify, record."""

from __future__ import annotations

import datetime as dt

from airflow.sdk import BaseOperator, TriggerRule, task, task_group

from archive_flow.discover.fetch import Fetching
from archive_flow.retrieve.approval import ApproveOperator
from archive_flow.run.archived_asset import ARCHIVED, NEWLY_ARCHIVED
from archive_flow.run.work_item import APPROVE, FETCH, GROUP, RECORD, SELECT, SUBMIT, SUMMARY
from archive_flow.run.work_item_pages import Part
from archive_flow.select.operator import SelectOperator
from archive_flow.spine import tasks
from archive_flow.spine.sidecar_chain import carry_manifests
from archive_flow.spine.transfer_group import submit_and_wait
from archive_flow.transfer.submit import Sending
from session_archive.routes import Route

#: Retries are for our own crashes and an unreachable service; an error that only a person can mend is not retried.
DEFAULT_ARGS = {
    "retries": 3,
    "retry_delay": dt.timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": dt.timedelta(minutes=15),
}

#: The grid shows each mapped task under its data set's name.
_LABEL = f"{{{{ ti.xcom_pull(task_ids='{SELECT}')[ti.map_index]['label'] }}}}"


def session_chain(route: Route) -> None:
    """Wire `route` into the DAG that is being defined: at most three mapped tasks for each data set."""
    selected: BaseOperator = SelectOperator(task_id=SELECT, route=route)
    if route.asks_first:
        select, selected = selected, ApproveOperator(task_id=APPROVE)
        select >> selected
    # The rate limit for listings holds within one task, so that tasks which list must run one at a time.
    concurrency = None if route.moves else 1

    @task(
        task_id=RECORD,
        trigger_rule=TriggerRule.ALL_DONE,
        outlets=[NEWLY_ARCHIVED] if route.archives else [],
        map_index_template=_LABEL,
        max_active_tis_per_dagrun=concurrency,
    )
    def record(part: Part) -> None:
        tasks.record_data_sets(route, part)

    @task_group(group_id=GROUP)
    def data_set(
        part: Part,
        label: str,
        source_collection: str,
        destination_collection: str,
        transfer_label: str,
        globus_connection: str,
        poll_interval: float,
        patience: float,
        deadline: str,
    ) -> None:
        wait = submit_and_wait(
            # DISCOVER transfers only small files, in order to read them.
            Sending(route) if route.moves else Fetching(),
            submit_id=SUBMIT if route.moves else FETCH,
            concurrency=concurrency,
            op_kwargs={"part": part},
            map_index_template=_LABEL,
            source_collection=source_collection,
            destination_collection=destination_collection,
            transfer_label=transfer_label,
            globus_connection=globus_connection,
            poll_interval=poll_interval,
            patience=patience,
            deadline=deadline,
        )
        wait >> record(part)

    # As an inlet, Airflow registers the asset with the DAG. With the alias alone it does so at the first event, and of
    # two concurrent first events one would be lost.
    inlets = [ARCHIVED] if route.archives else []

    @task(task_id=SUMMARY, trigger_rule=TriggerRule.ALL_DONE, retries=0, inlets=inlets)
    def summary() -> None:
        tasks.summarize()

    recorded, summarized = data_set.expand_kwargs(selected.output), summary()
    recorded >> summarized
    if route.moves and route.archives:
        carry_manifests(after=recorded, before=summarized)
