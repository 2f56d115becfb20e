"""The last tasks of a night: stage, submit, wait and record the sidecar manifests, which travel with the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, get_current_context, task, task_group

from archive_flow.run.work_item import CARRY, RECORD, STAGED
from archive_flow.transfer.operators import submit_and_wait

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.sidecar.shipment import SidecarShipment

#: The grid shows each mapped task under its location's name.
_LOCATION = f"{{{{ ti.xcom_pull(task_ids='{STAGED}')[ti.map_index]['location'] }}}}"


def copy_sidecars(route: str, *, after: Any, before: Any) -> None:
    """Copy the sidecar manifests of archived data sets into the archive: one transfer for each location that needs it.

    after, before : tasks or groups of the DAG that is being defined
    """

    @task(task_id=STAGED, trigger_rule=TriggerRule.ALL_DONE)
    def stage() -> list[dict[str, Any]]:
        from archive_flow.sidecar.stage import stage_manifests

        return stage_manifests(route, get_current_context())

    @task(
        task_id=RECORD,
        trigger_rule=TriggerRule.ALL_DONE,
        map_index_template=_LOCATION,
    )
    def record(location: str, manifest_id: str) -> dict[str, Any]:
        from archive_flow.spine.tasks import record_manifests

        return record_manifests(route, location, manifest_id)

    @task_group(group_id=CARRY)
    def carry(location: str, manifest_id: str, order: dict[str, Any]) -> None:
        wait = submit_and_wait(
            route=route,
            shipment=_shipment,
            order=order,
            op_kwargs={"location": location, "manifest_id": manifest_id},
            map_index_template=_LOCATION,
        )
        wait >> record(location, manifest_id)

    staged = stage()
    after >> staged
    carry.expand_kwargs(staged) >> before


def _shipment(context: Context, *, location: str, manifest_id: str) -> SidecarShipment:
    from archive_flow.sidecar.shipment import SidecarShipment

    return SidecarShipment(location, manifest_id)
