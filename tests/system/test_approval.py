"""In a whole Airflow: a large transfer needs a user's approval."""

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.system.elsewhere import Elsewhere

from support.airflow import FINISHED, Airflow
from support.processes import Processes
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

NAME = "raw-ephys/SC038/2021-01-01"
DAG, REPAIR = "retrieve_sessions", "repair_archive"

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Stack, Airflow]]:
    """A stack with its Airflow and one archived data set; requests of more than 1000 bytes need approval."""
    with Stack(poll_interval="2 s") as stack, Processes() as processes:
        make_rig(stack.rig)
        for folder in stack.rig.iterdir():
            if folder.name not in ("SC038", ".DS_Store"):
                shutil.rmtree(folder)
        stack.enter_sessions(lab_sessions())
        with stack.settings_file.open("a") as file:
            file.write("approve_above = 1000\n")
        airflow = stack.start_airflow(processes)
        stack.set_up(airflow.environment)
        for dag_id in ("upload_sessions", DAG):
            airflow.unpause(dag_id)
        # The day's run starts by itself when the DAG is unpaused.
        run_id = airflow.scheduled_run("upload_sessions")
        assert airflow.wait("upload_sessions", run_id)["state"] == "success"
        yield stack, airflow


def question(airflow: Airflow, run_id: str, dag_id: str = DAG) -> dict:
    """The run's request for approval, as soon as it exists."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if found := airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails")["hitl_details"]:
            return found[0]
        time.sleep(0.5)
    raise AssertionError("approval was not requested")


def answer(
    airflow: Airflow, run_id: str, word: str, dag_id: str = DAG, params_input: dict[str, str] | None = None
) -> str:
    """Answer each request for approval until the run ends; returns its state.

    Answers only while the task waits: an earlier answer is lost if Airflow's database is SQLite, which has no lock
    on a row. Airflow asks again if its scheduler did not know yet that the task waits: the task is retried.
    """
    details = f"/dags/{dag_id}/dagRuns/{run_id}/hitlDetails"
    while (state := airflow.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]) not in FINISHED:
        waits = any(task["state"] == "awaiting_input" for task in airflow.task_instances(dag_id, run_id))
        questions = airflow.call("GET", details)["hitl_details"] if waits else []
        if any(not each["response_received"] for each in questions):
            path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/approve/-1/hitlDetails"
            airflow.call("PATCH", path, json={"chosen_options": [word], "params_input": params_input or {}})
        time.sleep(0.5)
    return state


def test_a_rejected_request_moves_nothing_and_names_who_rejected_it(running) -> None:
    stack, airflow = running
    sent = len(stack.globus.effects("accepted"))
    run_id = airflow.trigger(DAG, {"data_sets": [NAME]})
    questions = question(airflow, run_id)
    assert questions["subject"].startswith("Retrieve 37.5 kB to analysis? Asked for by admin")
    assert "- 1 data set, 6 files, 37.5 kB to analysis (" in questions["body"]
    assert "- raw-ephys/SC038/2021-01-01: 6 files" in questions["body"]
    assert answer(airflow, run_id, "Reject") == "failed"
    states = {task["task_id"]: task["state"] for task in airflow.task_instances(DAG, run_id)}
    assert states == {
        "select": "success",
        "approve": "success",
        "data_set.submit": "skipped",
        "data_set.wait": "skipped",
        "data_set.record": "skipped",
        "summary": "failed",
    }
    assert "rejected by admin; nothing was transferred" in airflow.task_log(DAG, run_id, "summary")
    assert len(stack.globus.effects("accepted")) == sent
    assert not [path for path in (stack.scratch / "retrieved").rglob("*") if path.is_file()]


def test_a_notebook_says_who_must_approve_and_where_and_continues_after_approval(
    running, tmp_path: Path
) -> None:
    stack, airflow = running
    script = f"""
from session_archive import publication

run = (publication.DataSet & {{"data_set_name": {NAME!r}}}).retrieve()
print("ended:", run.state, run.questions)
"""
    with Elsewhere(stack, airflow, tmp_path).in_background(sys.executable, "-c", script) as notebook:
        assert notebook.stdout
        url = notebook.stdout.readline().removeprefix(f"started {DAG}: ").strip()
        waits = next(line for line in notebook.stdout if line.startswith("waits for approval"))
        assert waits == (
            "waits for approval: Retrieve 37.5 kB to analysis? Asked for by admin; "
            f"any user who may edit runs of this DAG can answer, at {url}/tasks/approve/required_actions\n"
        )
        assert notebook.poll() is None
        assert answer(airflow, url.rpartition("/")[2], "Approve") == "success"
        assert notebook.stdout.read().endswith("ended: success []\n")
    assert notebook.returncode == 0
    arrived = [path for path in (stack.scratch / "retrieved").rglob("*") if path.is_file()]
    assert len(arrived) == 6


def test_a_small_request_needs_no_approval(running) -> None:
    _, airflow = running
    # Everything is at the scratch place already: nothing has to be moved.
    run_id = airflow.trigger(DAG, {"data_sets": [NAME]})
    assert airflow.wait(DAG, run_id)["state"] == "success"
    assert airflow.call("GET", f"/dags/{DAG}/dagRuns/{run_id}/hitlDetails")["hitl_details"] == []


def test_a_repair_without_a_reason_asks_and_the_catalog_keeps_who_said_yes_and_why(running) -> None:
    stack, airflow = running
    with stack.catalog() as catalog:
        for place in stack.settings.locations.values():
            catalog.aside_trials.record(place, works=True)
    folder = stack.archive / "4ElectrodeRig_Ephys/SC038/catgt_SC038_010121_g0"
    file = next(folder.rglob("*.ap.bin"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-2])
    airflow.unpause("audit_archive")
    looked = airflow.trigger("audit_archive", {"subjects": ["SC038"]})
    assert airflow.wait("audit_archive", looked)["state"] == "failed"
    rejected = airflow.trigger(REPAIR, {})
    request = question(airflow, rejected, REPAIR)
    assert request["subject"].startswith("Repair 1 data set, 15.4 kB? Asked for by admin")
    assert "from rig to archive-ephys; 1 damaged file set aside before" in request["body"]
    assert answer(airflow, rejected, "Reject", REPAIR) == "failed"
    assert file.read_bytes() == whole[:-2]
    approved = airflow.trigger(REPAIR, {})
    question(airflow, approved, REPAIR)
    assert answer(airflow, approved, "Approve", REPAIR, {"reason": "a cable was loose"}) == "success"
    assert file.read_bytes() == whole
    with stack.catalog() as catalog:
        (row,) = catalog.tables.Repair().to_dicts()
        assert (row["asked_by"], row["why"]) == ("admin", "a cable was loose")
        assert len(catalog.tables.Repair.Ended()) == 1
