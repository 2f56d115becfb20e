"""The real DAGs, run in this process by `dag.test()`, on a real database and a real local Globus."""

import contextlib
import copy
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from session_archive.cli.main import build
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

ROOT = Path(__file__).resolve().parents[2]

#: Between two polls of a transfer: the local service is quick, and every wait begins with such a pause.
POLL = "0.2 s"


def make_airflow_database() -> None:
    """Airflow's own, in the home of this process."""
    from airflow.utils import db

    db.initdb()


def dag_reader() -> Callable[..., dict[str, Any]]:
    """What reads this project's DAGs anew, or one of them by its id, as the DAG processor does.

    Airflow's database knows them.
    """
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    def parse(dag_id: str = "") -> Any:
        # Reading all of them takes seconds, most of them in the schemas of params.
        path = ROOT / "dags" / (f"{dag_id}.py" if dag_id else "")
        bag = DagBag(str(path), bundle_path=ROOT / "dags", bundle_name="dags-folder")
        assert bag.import_errors == {}
        return bag

    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(parse(), "dags-folder", None)
    return lambda dag_id="": parse(dag_id).dags


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Made once."""
    make_airflow_database()


@pytest.fixture(scope="session")
def parse(airflow_database: None) -> Callable[..., dict[str, Any]]:
    """The reader of this project's DAGs."""
    return dag_reader()


@contextlib.contextmanager
def without_idle_seconds() -> Iterator[None]:
    """`dag.test` sleeps for a second whenever a step only expanded or skipped tasks; nothing happens meanwhile.

    What else sleeps in this process, a retry of ours or of an SDK, sleeps as long as it means to.
    """
    from airflow.sdk import DAG

    loop, sleep = DAG.test.__code__, time.sleep

    def nap(seconds: float) -> None:
        sleep(0.01 if sys._getframe(1).f_code is loop else seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", nap)
        yield


class World:
    """A stack with the sample rig, and the DAGs to run on it."""

    def __init__(self, stack: Stack, parse: Callable[..., dict[str, Any]]) -> None:
        self.stack = stack
        self.dags = parse

    def run(self, dag_id: str, **params: Any) -> dict[str, Any]:
        """Run a DAG to its end; returns its state, its summary's text and problems, and the states of its tasks."""
        # Parsed for each run: `dag.test` leaves the params of one run in the DAG, and in the Param objects themselves.
        dag = self.dags(dag_id)[dag_id]
        dag.params = copy.deepcopy(dag.params)
        # `dag.test` of Airflow 3.3.2 looks an alert up by its text, where a scheduler has the alert's id.
        dag.deadline = None
        for task in dag.tasks:
            task.retry_delay = dt.timedelta(0)
        with without_idle_seconds():
            run = dag.test(run_conf=params or None)
        tasks = {(ti.task_id, ti.map_index): ti.state for ti in run.get_task_instances()}
        reported = run.get_task_instance("summary").xcom_pull(task_ids="summary", key="summary") or {}
        return {
            "state": str(run.state),
            "tasks": tasks,
            "run_id": run.run_id,
            "summary": reported.get("text", ""),
            "problems": reported.get("problems", []),
        }

    def set_up(self) -> None:
        """Run `session-archive setup` in this process, where Airflow is imported already."""
        command = ["setup", "--port", str(self.stack.database.port), "--replace"]
        done = CliRunner().invoke(build(), command, env=self.stack.environment)
        assert done.exit_code == 0, done.output

    def set_limit(self, name: str, value: str) -> None:
        """Write one more limit into archive.toml, whose last table is [limits]."""
        with self.stack.settings_file.open("a") as file:
            file.write(f'{name} = "{value}"\n')

    def states(self, data_set_type: str = "raw-ephys") -> dict[str, Any]:
        """Session words -> state row."""
        from session_archive.states.overview import overview

        with self.stack.catalog() as catalog:
            rows = overview(
                data_set_type,
                expected=catalog.expected_sessions(data_set_type),
                states=catalog.states.newest_rows(data_set_type=data_set_type),
            )
        return {row.session: row for row in rows}

    def transfers(self) -> list[dict[str, Any]]:
        """The transfers that the service accepted, from its journal."""
        return self.stack.globus.effects("accepted")


@pytest.fixture
def world(parse: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A fresh rig, archive, lab and catalog."""
    with Stack(poll_interval=POLL) as stack:
        yield filled(stack, parse, monkeypatch)


@pytest.fixture
def archived(world: World) -> World:
    """As `world`, in which two data sets of a subject are archived."""
    run = world.run("upload_sessions", subjects=["SC038"], kinds=["raw-ephys"])
    assert run["state"] == "success", run["problems"]
    rows = [row for row in world.states().values() if row.session.startswith("SC038")]
    assert {row.state for row in rows} == {"archived"}
    return world


@pytest.fixture
def staged(parse: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """As `world`, with a staging place."""
    with Stack(poll_interval=POLL, staging=True) as stack:
        yield filled(stack, parse, monkeypatch)


def filled(stack: Stack, parse: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> World:
    """The stack as a lab has it before its first night: recordings, sessions, an empty catalog."""
    make_rig(stack.rig)
    stack.enter_sessions(lab_sessions())
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
    world = World(stack, parse)
    world.set_up()
    return world


def tried(world: World) -> None:
    """As doctor's trial leaves it where a file could be set aside."""
    with world.stack.catalog() as catalog:
        for place in world.stack.settings.locations.values():
            catalog.aside_trials.record(place, works=True)


def local_scratch(world: World) -> Path:
    """Let this machine see the scratch place; returns its folder."""
    folder = world.stack.scratch / "retrieved"
    text = world.stack.settings_file.read_text()
    directory = 'directory = "/retrieved"\n'
    world.stack.settings_file.write_text(text.replace(directory, f'{directory}local_path = "{folder}"\n'))
    return folder
