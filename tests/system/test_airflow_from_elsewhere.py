"""A notebook, a script and a shell on a machine without Airflow start runs in an Airflow elsewhere."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.system.elsewhere import Elsewhere

from support.airflow import Airflow
from support.processes import Processes
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text()

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Stack, Airflow]]:
    """A stack with its Airflow, whose scheduler starts the nightly upload immediately."""
    with Stack(poll_interval="2 s") as stack, Processes() as processes:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        airflow = stack.start_airflow(processes)
        stack.set_up(airflow.environment)
        airflow.unpause("upload_sessions")
        yield stack, airflow


@pytest.fixture(scope="module")
def elsewhere(running: tuple[Stack, Airflow], tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """A machine after the first night; its login can only read the catalog and the lab's pipeline."""
    stack, airflow = running
    airflow.wait("upload_sessions", airflow.scheduled_run("upload_sessions"))
    for dag_id in ("discover_sessions", "retrieve_sessions"):
        airflow.unpause(dag_id)
    return Elsewhere(stack, airflow, tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture
def held_up(running: tuple[Stack, Airflow], elsewhere: Elsewhere) -> tuple[str, str]:
    """The ids of a run and of its transfer, which does not end by itself."""
    stack, _ = running
    before = len(stack.globus.effects("accepted"))
    stack.globus.fault(file="/retrieved/SC038/*", do="permission_denied", times=0)
    done = elsewhere.session_archive("retrieve", "raw-ephys/SC038/2021-01-01", "--no-wait", "--json")
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + 400
    while len(stack.globus.effects("accepted")) == before and time.monotonic() < deadline:
        time.sleep(0.2)
    return json.loads(done.stdout)["run_id"], stack.globus.effects("accepted")[-1]["task_id"]


def test_every_example_of_the_page_runs_without_airflow(
    running: tuple[Stack, Airflow], elsewhere: Elsewhere
) -> None:
    stack, _ = running
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 6
    output = elsewhere.python("\n".join(blocks))
    assert "'subject_idd' is not an attribute here; expected one of:" in output
    assert "success" in output
    brought = sorted(path for path in (stack.scratch / "retrieved").rglob("*") if path.is_file())
    # Only ephys and video of the one session of SC022.
    assert {path.relative_to(stack.scratch / "retrieved").parts[0] for path in brought} == {"SC022"}
    for path in brought:
        assert path.read_bytes() == (stack.rig / path.relative_to(stack.scratch / "retrieved")).read_bytes()
    assert len(brought) == 27 + 8


def test_every_command_of_the_page_runs_without_airflow(elsewhere: Elsewhere) -> None:
    commands = re.findall(r"^\$ session-archive (.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        done = elsewhere.session_archive(*command.split())
        assert done.returncode == 0, (command, done.stderr)
        if "--json" in command:
            output = json.loads(done.stdout)
            assert (output["state"], output["problems"]) == ("success", [])
            assert "raw-ephys" in output["summary"]


@pytest.mark.long
def test_a_transfer_is_cancelled_remotely_and_the_next_run_makes_a_new_attempt(
    running: tuple[Stack, Airflow], elsewhere: Elsewhere, held_up: tuple[str, str]
) -> None:
    stack, airflow = running
    run_id, task_id = held_up
    wrong = elsewhere.session_archive("cancel", "raw-ephys/SC099/2021-01-01")
    assert wrong.returncode == 1
    assert "raw-ephys/SC099/2021-01-01: no such transfer is under way" in wrong.stderr
    assert "under way: raw-ephys/SC038/2021-01-01" in wrong.stderr
    done = elsewhere.session_archive("cancel", run_id)
    assert (done.returncode, done.stdout) == (0, "raw-ephys/SC038/2021-01-01 to analysis: Canceled\n"), (
        done.stderr
    )
    assert airflow.wait("retrieve_sessions", run_id)["state"] == "failed"
    stack.globus.clear_faults()
    again = elsewhere.session_archive("retrieve", "raw-ephys/SC038/2021-01-01")
    assert again.returncode == 0, again.stderr
    newest = stack.globus.effects("accepted")[-1]
    assert newest["task_id"] != task_id


def test_a_failed_run_is_reported_with_its_reasons_and_exit_code_1(elsewhere: Elsewhere) -> None:
    done = elsewhere.session_archive("retrieve", "raw-ephys/SC099/2021-01-01", "--json")
    assert done.returncode == 1
    output = json.loads(done.stdout)
    assert output["state"] == "failed"
    assert "raw-ephys/SC099/2021-01-01" in " ".join(output["problems"])


@pytest.mark.parametrize(
    ("words", "environment", "output"),
    [
        (["upload", "--dry-run"], {"SESSION_ARCHIVE_AIRFLOW_PASSWORD": "no"}, "refuses the login 'admin'"),
        (["upload", "--subject", "a/b"], {}, "param subjects: 'a/b' does not match"),
        (["upload", "--date", "yesterday"], {}, "param dates: 'yesterday' does not match"),
        (["retrieve"], {}, "no data sets were selected"),
        (["retrieve", "a", "--restriction", "x"], {}, "--restriction: 'x' is not a JSON object"),
        (["status"], {"DJ_PASS": "no"}, "refuses the login 'reader'"),
        (
            ["login", "--check"],
            {},
            "this command needs airflow: pip install 'session-archive[airflow]'",
        ),
    ],
)
def test_each_error_is_one_clear_line(
    elsewhere: Elsewhere, words: list[str], environment: dict[str, str], output: str
) -> None:
    done = elsewhere.session_archive(*words, **environment)
    assert done.returncode == 1
    assert output in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_paused_dag_is_reported_with_advice(running: tuple[Stack, Airflow], elsewhere: Elsewhere) -> None:
    _, airflow = running
    airflow.call("PATCH", "/dags/discover_sessions", json={"is_paused": True})
    try:
        done = elsewhere.session_archive("discover")
    finally:
        airflow.unpause("discover_sessions")
    assert done.returncode == 1
    assert f"Unpause it at {airflow.url}/dags/discover_sessions, or with `airflow dags unpause" in done.stderr
