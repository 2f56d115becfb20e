"""A lab's own DAG, as docs/operations.md shows it: one mapped task for each newly archived data set."""

from __future__ import annotations

from airflow.sdk import Asset, dag, get_current_context, task

ARCHIVED = Asset(name="archived_data_sets", uri="session-archive://archived")


@dag(schedule=[ARCHIVED], catchup=False, is_paused_upon_creation=False)
def after_archiving() -> None:
    @task
    def data_sets() -> list[str]:
        events = get_current_context()["triggering_asset_events"][ARCHIVED]
        return [event.extra["data_set"] for event in events]

    @task
    def sort(data_set: str) -> str:
        return data_set

    sort.expand(data_set=data_sets())


after_archiving()
