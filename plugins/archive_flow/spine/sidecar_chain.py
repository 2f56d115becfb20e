"""The last tasks of a night: stage, submit, wait and record the sidecar manifests, which travel with the data."""

from __future__ import annotations

from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task, task_group

from archive_flow.run.work_item import CARRY, RECORD, STAGED
from archive_flow.sidecar.send import Carrying, stage_manifests
from archive_flow.spine.tasks import record_manifests
from archive_flow.spine.transfer_group import submit_and_wait

#: The grid shows each mapped task under its location's name.
_LOCATION = f"{{{{ ti.xcom_pull(task_ids='{STAGED}')[ti.map_index]['location'] }}}}"


def carry_manifests(*, after: Any, before: Any) -> None:
    """Copy the sidecar manifests of archived data sets into the archive: one transfer for each location that needs it.

    after, before : tasks or groups of the DAG that is being defined
    """

    @task(task_id=STAGED, trigger_rule=TriggerRule.ALL_DONE)
    def stage() -> list[dict[str, Any]]:
        return stage_manifests(get_current_context())

    @task(
        task_id=RECORD,
        trigger_rule=TriggerRule.ALL_DONE,
        map_index_template=_LOCATION,
    )
    def record(location: str, manifest_id: str) -> dict[str, Any]:
        return record_manifests(location, manifest_id)

    @task_group(group_id=CARRY)
    def carry(
        location: str,
        manifest_id: str,
        source_collection: str,
        destination_collection: str,
        transfer_label: str,
        globus_connection: str,
        poll_interval: float,
        patience: float,
        deadline: str,
    ) -> None:
        wait = submit_and_wait(
            Carrying(),
            op_kwargs={"location": location, "manifest_id": manifest_id, "label": transfer_label},
            map_index_template=_LOCATION,
            source_collection=source_collection,
            destination_collection=destination_collection,
            transfer_label=transfer_label,
            globus_connection=globus_connection,
            poll_interval=poll_interval,
            patience=patience,
            deadline=deadline,
        )
        wait >> record(location, manifest_id)

    staged = stage()
    after >> staged
    carry.expand_kwargs(staged) >> before
