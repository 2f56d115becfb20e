"""In a whole Airflow that has never seen the asset: no event is lost, and a lab's DAG receives each data set once."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.airflow import Airflow
from support.processes import Processes
from support.sample_rig import lab_sessions
from support.stack import Stack

ROOT = Path(__file__).resolve().parents[2]

DATA_SETS = [f"raw-ephys/SC{number:03d}/2021-01-01" for number in range(4)]
LATER = "raw-ephys/SC004/2021-01-02"

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def airflow(tmp_path: Path) -> Iterator[Airflow]:
    """With the nightly DAG and those of tests/system/dags, set up as an administrator does."""
    dags = tmp_path / "airflow" / "dags"
    shutil.copytree(Path(__file__).parent / "dags", dags)
    shutil.copy(ROOT / "dags" / "upload_sessions.py", dags)
    with Stack() as stack, Processes() as processes:
        stack.enter_sessions(lab_sessions())
        airflow = Airflow(dags.parent, dags=dags)
        airflow.start(processes)
        stack.set_up(airflow.environment)
        for dag_id in ("upload_sessions", "after_archiving", "after_each_archiving", "end_together"):
            # Each one is known once it was parsed.
            airflow.unpause(dag_id)
        yield airflow


def sorted_by_the_lab(airflow: Airflow) -> list[str]:
    """The data sets that the lab's DAG received, over all its runs so far."""
    return [
        airflow.xcom("after_archiving", run["dag_run_id"], "sort", map_index=task["map_index"])
        for run in airflow.call("GET", "/dags/after_archiving/dagRuns")["dag_runs"]
        for task in airflow.task_instances("after_archiving", run["dag_run_id"])
        if task["task_id"] == "sort" and task["state"] == "success"
    ]


def runs_of_the_lab(airflow: Airflow) -> list[str]:
    """For each run of the DAG that runs once for each data set: what it received."""
    runs = airflow.call("GET", "/dags/after_each_archiving/dagRuns")["dag_runs"]
    return sorted(
        airflow.xcom("after_each_archiving", run["dag_run_id"], "sort")
        for run in runs
        if run["state"] == "success"
    )


def end_together(airflow: Airflow, meet_in: Path, data_sets: list[str]) -> list[str]:
    """Announce data sets in tasks that end together; the data sets of the events that Airflow has stored."""
    meet_in.mkdir()
    run_id = airflow.trigger("end_together", {"meet_in": str(meet_in), "data_sets": data_sets})
    assert airflow.wait("end_together", run_id)["state"] == "success"
    return airflow.archived(run_id)


def test_no_event_is_lost_if_tasks_end_at_the_same_time(airflow: Airflow, tmp_path: Path) -> None:
    """Airflow gives a lab's DAG the events up to the one that started it; those of the same moment with the next."""
    assert end_together(airflow, tmp_path / "night", DATA_SETS) == DATA_SETS
    assert end_together(airflow, tmp_path / "next night", [LATER]) == [LATER]
    deadline = time.monotonic() + 120
    # The lab's runs may end in another order than they began.
    while len(sorted_by_the_lab(airflow)) <= len(DATA_SETS) and time.monotonic() < deadline:
        time.sleep(1)
    assert sorted(sorted_by_the_lab(airflow)) == [*DATA_SETS, LATER]
    while len(runs_of_the_lab(airflow)) <= len(DATA_SETS) and time.monotonic() < deadline:
        time.sleep(1)
    assert runs_of_the_lab(airflow) == [*DATA_SETS, LATER]
