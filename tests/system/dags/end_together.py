"""Tasks that announce a data set each, as `record` does, and end together."""

from __future__ import annotations

import time
from pathlib import Path

from airflow.sdk import Param, dag, get_current_context, task

from archive_flow.run.archived_asset import ARCHIVED_BY_DATA_SET, NEWLY_ARCHIVED, announce


@dag(
    schedule=None,
    catchup=False,
    is_paused_upon_creation=False,
    params={"meet_in": Param(type="string"), "data_sets": Param(type="array")},
)
def end_together() -> None:
    @task
    def data_sets() -> list[str]:
        return list(get_current_context()["params"]["data_sets"])

    @task(outlets=[NEWLY_ARCHIVED, ARCHIVED_BY_DATA_SET], retries=0)
    def record(data_set: str) -> None:
        context = get_current_context()
        meet_in = Path(context["params"]["meet_in"])
        (meet_in / data_set.replace("/", " ")).touch()
        while len(list(meet_in.iterdir())) < len(context["params"]["data_sets"]):
            time.sleep(0.01)
        announce(context["outlet_events"], [data_set])

    record.expand(data_set=data_sets())


end_together()
