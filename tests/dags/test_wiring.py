"""Rules for every DAG of the project, parsed as Airflow parses them."""

import ast
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.measured import MEASURED
from typer.testing import CliRunner

from session_archive.cli.main import build

ROOT = Path(__file__).resolve().parents[2]
DAGS = ("upload_sessions", "discover_sessions", "retrieve_sessions", "audit_archive", "repair_archive")


@pytest.mark.parametrize("dag_id", DAGS)
def test_a_dag_retries_is_documented_and_shares_the_spine(parse, dag_id: str) -> None:
    dag = parse()[dag_id]
    assert "Triage" in dag.doc_md or "failed run" in dag.doc_md
    assert dag.catchup is False
    first = "data_set.fetch" if dag_id == "discover_sessions" else "data_set.submit"
    carrying = {"stage_manifests", "carry.submit", "carry.wait", "carry.record"}
    assert {task.task_id for task in dag.tasks} == {
        *("select", first, "data_set.wait", "data_set.record", "summary"),
        *(carrying if dag_id == "upload_sessions" else ()),
        *({"approve"} if dag_id in ("retrieve_sessions", "repair_archive") else ()),
    }
    # A deferred task that fails because of a race in the scheduler must get another try.
    assert all(task.retries >= 2 for task in dag.tasks if task.task_id != "summary")


@pytest.mark.parametrize(
    ("command", "dag_id"),
    [
        (["upload"], "upload_sessions"),
        (["discover"], "discover_sessions"),
        (["retrieve", "--everything"], "retrieve_sessions"),
        (["audit", "--location", "tape"], "audit_archive"),
    ],
)
def test_every_option_of_a_command_is_a_param_of_its_dag(
    parse, monkeypatch, command: list[str], dag_id: str
) -> None:
    started: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr(
        f"session_archive.cli.{command[0]}.run_dag", lambda of, params, **_: started.update({of: params})
    )
    places = ["--accept-missing", "rig1", "--accept-missing", "rig2"]
    assert CliRunner().invoke(build(), [*command, *places]).exit_code == 0
    # Airflow ignores a param that the DAG does not have.
    assert started[dag_id].keys() <= set(parse()[dag_id].params)
    assert started[dag_id]["accept_missing"] == ["rig1", "rig2"]


def test_a_reason_on_the_console_is_a_yes_and_every_option_is_a_param(parse, monkeypatch) -> None:
    started: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr("session_archive.cli.repair.run_dag", lambda of, params, **_: started.update(params))
    name = "raw-ephys/SC022/2021-01-01"
    for without in ([], ["--why", " "]):
        refused = CliRunner().invoke(build(), ["repair", name, *without])
        assert "--why: a reason is needed; it is recorded with your name" in str(refused.exception)
    assert started == {}
    assert CliRunner().invoke(build(), ["repair", name, "--why", "a disk failed"]).exit_code == 0
    assert started == {"data_sets": [name], "why": "a disk failed", "dry_run": False}
    assert started.keys() == set(parse()["repair_archive"].params)
    assert CliRunner().invoke(build(), ["repair", name, "--dry-run"]).exit_code == 0
    assert started == {"data_sets": [name], "why": None, "dry_run": True}


@pytest.mark.fault(12, 13)
def test_nightly_runs_do_not_overlap_or_catch_up(parse) -> None:
    upload = parse()["upload_sessions"]
    assert (upload.schedule, upload.max_active_runs, upload.catchup) == ("0 2 * * *", 1, False)


def test_no_audit_overlaps_another(parse) -> None:
    audit = parse()["audit_archive"]
    assert (audit.schedule, audit.max_active_runs, audit.catchup) == ("0 12 * * *", 1, False)


def test_manual_dags_are_not_created_paused(parse) -> None:
    paused = {dag_id: dag.is_paused_upon_creation for dag_id, dag in parse().items()}
    # A user starts the nightly runs after checking a dry run.
    assert paused.pop("upload_sessions") is True
    assert paused.pop("audit_archive") is True
    assert paused.pop("replicate_archive") is True
    # Messages do nothing without [notify], and would be missed if somebody forgot to unpause them.
    assert paused.keys() == {
        "discover_sessions",
        "retrieve_sessions",
        "repair_archive",
        "cancel_transfers",
        "send_messages",
    }
    assert set(paused.values()) == {False}


def test_messages_are_looked_for_as_often_as_their_code_supposes(parse) -> None:
    from croniter import croniter

    from archive_flow.messages.times import EVERY

    messages = parse()["send_messages"]
    assert (messages.max_active_runs, messages.catchup) == (1, False)
    times = croniter(messages.schedule, dt.datetime(2021, 1, 1, 6, 50))
    first, second = (times.get_next(dt.datetime) for _ in range(2))
    assert second - first == EVERY
    # The param of `session-archive notify --test`.
    assert messages.params["test"] is False


def test_only_dags_that_archive_produce_the_asset(parse) -> None:
    from archive_flow.run.archived_asset import ARCHIVED_BY_DATA_SET, NEWLY_ARCHIVED

    producers = {
        (dag_id, task.task_id): task.outlets
        for dag_id, dag in parse().items()
        for task in dag.tasks
        if task.outlets
    }
    assert producers == {
        (dag_id, "data_set.record"): [NEWLY_ARCHIVED, ARCHIVED_BY_DATA_SET]
        for dag_id in ("upload_sessions", "discover_sessions", "replicate_archive")
    }


def test_the_asset_is_registered_and_active_once_the_dags_are_parsed(parse) -> None:
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.asset import AssetActive, AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    from archive_flow.run.archived_asset import ARCHIVED

    assert (ARCHIVED.name, ARCHIVED.uri) == ("archived_data_sets", "session-archive://archived/")
    with create_session() as session:
        # As on an Airflow that has never seen the asset, whichever tests ran before.
        for table in (AssetEvent, AssetActive, AssetModel):
            session.execute(delete(table))
    bag = DagBag(str(ROOT / "dags"), bundle_path=ROOT / "dags", bundle_name="dags-folder")
    sync_bag_to_db(bag, "dags-folder", None)
    with create_session() as session:
        (known,) = session.scalars(select(AssetModel).where(AssetModel.name == ARCHIVED.name))
        assert known.uri == ARCHIVED.uri
        assert known.active is not None


def test_a_name_that_is_too_long_for_a_partition_has_its_other_event_all_the_same() -> None:
    from airflow.sdk.execution_time.context import OutletEventAccessors

    from archive_flow.run.archived_asset import ARCHIVED_BY_DATA_SET, LONGEST_KEY, NEWLY_ARCHIVED, announce

    fits, long = "a" * LONGEST_KEY, "b" * (LONGEST_KEY + 1)
    outlet_events = OutletEventAccessors()
    assert announce(outlet_events, [fits, long]) == [long]
    assert outlet_events[ARCHIVED_BY_DATA_SET].partition_keys == {fits}
    announced = outlet_events[NEWLY_ARCHIVED].asset_alias_events
    assert [event.extra["data_set"] for event in announced] == [fits, long]


@pytest.mark.parametrize("dag_id", DAGS)
def test_parsing_again_makes_no_new_version(parse, dag_id: str) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    first, second = (DagSerialization.to_dict(parse()[dag_id]) for _ in range(2))
    assert first == second
    assert " at 0x" not in str(first)


def test_dag_files_contain_only_wiring() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 80
        assert not [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For | ast.If | ast.Try)
        ]


@pytest.mark.parametrize("dag_id", DAGS)
def test_where_slots_are_few_a_transfer_is_sent_before_one_that_has_ended_is_recorded(
    parse, dag_id: str
) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    # As the scheduler knows it, which takes the tasks with the highest weight first.
    dag = DagSerialization.from_dict(DagSerialization.to_dict(parse()[dag_id]))
    first = "data_set.fetch" if dag_id == "discover_sessions" else "data_set.submit"
    order = ["select", first, "data_set.wait", "data_set.record", "summary"]
    weights = [
        dag.task_dict[task_id].weight_rule.get_weight(_instance(dag.task_dict[task_id])) for task_id in order
    ]
    assert weights == sorted(set(weights), reverse=True)


def _instance(task: Any) -> Any:
    return SimpleNamespace(task=task)


_IMPORTED = """
import airflow.sdk, importlib.util, json, sys
before = set(sys.modules)
spec = importlib.util.spec_from_file_location("dag_file", PATH)
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps(sorted(set(sys.modules) - before)))
"""

#: Airflow reads the file for every task; ours had 235 modules, and a third of a second of CPU.
OWN_MODULES = 60


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.stem)
def test_reading_a_dag_file_imports_only_what_the_wiring_needs(path: Path) -> None:
    modules = json.loads(_python(f"PATH = {str(path)!r}\n{_IMPORTED}"))
    ours = [
        each for each in modules if each.startswith(("archive_flow", "globus_provider", "session_archive"))
    ]
    assert len(ours) <= OWN_MODULES, ours
    rooms = {".".join(each.split(".")[:2]) for each in ours}
    # What a task does, it imports itself.
    assert not rooms & {
        *(f"archive_flow.{room}" for room in ("select", "submissions", "upload", "discover", "sidecar")),
        *(f"session_archive.{room}" for room in ("catalog", "assess", "recording", "listing", "settings")),
    }
    packages = {each.partition(".")[0] for each in modules}
    assert not packages & {"datajoint", "globus_sdk", "numpy", "pandas", "pymysql", "pyrate_limiter"}


def _python(code: str, **environment: str) -> str:
    """The last line that a Python of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | MEASURED | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]
