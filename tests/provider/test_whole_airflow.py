"""The example DAG in a whole Airflow, whose worker is killed between the submission and the note of its answer."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import globus_provider
from support.airflow import Airflow
from support.processes import Processes

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

EXAMPLE = "example_globus"
MOVE = "move"


@pytest.fixture
def airflow(lab: Lab) -> Iterator[Airflow]:
    connection = {"AIRFLOW_CONN_GLOBUS_DEFAULT": os.environ["AIRFLOW_CONN_GLOBUS_DEFAULT"]}
    examples = Path(globus_provider.__file__).parent / "example_dags"
    with Processes() as processes:
        airflow = Airflow(lab.folder / "airflow", dags=examples, environment=connection)
        airflow.start(processes)
        airflow.unpause(EXAMPLE)
        yield airflow


def until(found: Callable[[], Any], *, what: str, timeout: float = 180) -> Any:
    deadline = time.monotonic() + timeout
    while not (value := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return value


def task(airflow: Airflow, run_id: str, state: str) -> Any:
    instances = airflow.task_instances(EXAMPLE, run_id)
    return next((each for each in instances if each["task_id"] == MOVE and each["state"] == state), None)


@pytest.mark.fault(2, 3)
def test_a_killed_worker_leaves_one_transfer(lab: Lab, airflow: Airflow) -> None:
    folder = lab.folder / "rig" / "measured"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"1")
    # The service accepts the transfer, and its answer never comes; the worker would wait for the next one.
    lab.globus.fault(match="POST /v0.10/transfer", do="drop_after")
    lab.globus.fault(match="POST /v0.10/transfer", do="slow", seconds=600)
    run_id = airflow.trigger(EXAMPLE, {"source": lab.rig, "destination": lab.archive, "poll_interval": 1})
    until(lambda: lab.globus.effects("accepted"), what="nothing was submitted")
    os.kill(task(airflow, run_id, "running")["pid"], signal.SIGKILL)
    until(lambda: task(airflow, run_id, "up_for_retry"), what="Airflow did not notice the end of the worker")
    lab.globus.clear_faults()
    assert airflow.wait(EXAMPLE, run_id)["state"] == "success"
    (accepted,) = lab.globus.effects("accepted")
    assert airflow.xcom(EXAMPLE, run_id, MOVE) == accepted["task_id"]
    assert (lab.folder / "archive" / "measured" / "a.bin").read_bytes() == b"1"
    assert [entry["path"] for entry in airflow.xcom(EXAMPLE, run_id, "list_arrived")] == ["a.bin"]
    # One try was killed, and the next one waited in the triggerer.
    assert task(airflow, run_id, "success")["try_number"] == 2
