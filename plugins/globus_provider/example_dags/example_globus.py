"""Copies a folder once it exists, waits for it without a worker slot, and lists what arrived."""

from __future__ import annotations

import datetime as dt

from airflow.sdk import DAG, Param

from globus_provider.operators.listing import GlobusListOperator
from globus_provider.operators.paths import GlobusMakeDirectoryOperator, GlobusRenameOperator
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.sensors.path import GlobusPathSensor

with DAG(
    dag_id="example_globus",
    schedule=None,
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    catchup=False,
    params={
        "source": Param(type="string", description="id of the collection that has the folder"),
        "destination": Param(type="string", description="id of the collection that gets it"),
        "folder": Param("measured", type="string", description="name of the folder at the root of both"),
        "poll_interval": Param(30, type="number", description="seconds between two looks"),
    },
    # A retry finds what an earlier try submitted: Globus accepts a submission id only once.
    default_args={"retries": 2, "retry_delay": dt.timedelta(seconds=5)},
    tags=["example", "globus"],
) as dag:
    exists = GlobusPathSensor(
        task_id="folder_is_there",
        collection="{{ params.source }}",
        path="/{{ params.folder }}",
        kind="dir",
        deferrable=True,
        poke_interval=30,
        timeout=dt.timedelta(hours=12),
    )
    incoming = GlobusMakeDirectoryOperator(
        task_id="make_incoming", collection="{{ params.destination }}", path="/incoming"
    )
    move = GlobusTransferOperator(
        task_id="move",
        source_collection="{{ params.source }}",
        destination_collection="{{ params.destination }}",
        items=[("/{{ params.folder }}", "/incoming/{{ params.folder }}")],
        transfer_label="{{ dag.dag_id }} {{ params.folder }}",
        sync_level="checksum",
        poll_interval="{{ params.poll_interval }}",  # type: ignore[arg-type]  # Airflow fills it in
        wait_for_completion=True,
        deferrable=True,
    )
    # Whoever looks at the final place never sees half a folder.
    publish = GlobusRenameOperator(
        task_id="publish",
        collection="{{ params.destination }}",
        old_path="/incoming/{{ params.folder }}",
        new_path="/{{ params.folder }}",
    )
    arrived = GlobusListOperator(
        task_id="list_arrived",
        collection="{{ params.destination }}",
        path="/{{ params.folder }}",
        recursive=True,
    )
    exists >> incoming >> move >> publish >> arrived
