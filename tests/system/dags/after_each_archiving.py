"""A lab's own DAG, as docs/operations.md shows it: one run for each newly archived data set."""

from __future__ import annotations

from airflow.sdk import Asset, PartitionedAssetTimetable, dag, get_current_context, task

ARCHIVED_BY_DATA_SET = Asset(name="archived_by_data_set", uri="session-archive://archived/by-data-set")


@dag(
    schedule=PartitionedAssetTimetable(assets=ARCHIVED_BY_DATA_SET),
    catchup=False,
    is_paused_upon_creation=False,
)
def after_each_archiving() -> None:
    @task
    def sort() -> str:
        return str(get_current_context()["dag_run"].partition_key)

    sort()


after_each_archiving()
