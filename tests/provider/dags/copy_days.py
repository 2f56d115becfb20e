"""What somebody who only wants to copy folders writes with the Globus provider."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import DAG, Param, task, task_group

from globus_provider.operators.listing import GlobusListOperator
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.sensors.transfer import GlobusTransferSensor

with DAG(
    dag_id="copy_days",
    schedule=None,
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    params={"source": Param(type="string"), "destination": Param(type="string")},
    default_args={"retries": 2, "retry_delay": dt.timedelta(0)},
) as dag:
    days = GlobusListOperator(task_id="list_days", collection="{{ params.source }}", path="/")

    @task
    def folders(entries: list[dict[str, Any]]) -> list[str]:
        return [entry["path"] for entry in entries if entry["type"] == "dir"]

    @task_group
    def one_day(day: str) -> None:
        move = GlobusTransferOperator(
            task_id="move",
            source_collection="{{ params.source }}",
            destination_collection="{{ params.destination }}",
            items=lambda context, day: [] if day == "empty" else [(f"/{day}", f"/days/{day}")],
            op_kwargs={"day": day},
            transfer_label="{{ dag.dag_id }} {{ run_id }} {{ ti.map_index }}",
            sync_level="checksum",
        )
        GlobusTransferSensor(task_id="wait", transfer_task_id=move.output, poll_interval=0.1, timeout=60)  # type: ignore[arg-type]  # Airflow fills it in

    one_day.expand(day=folders(days.output))  # type: ignore[arg-type]  # Airflow fills it in
