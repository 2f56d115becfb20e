"""Rules that hold for every DAG of the project, read as Airflow reads them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAGS = ("upload_sessions", "discover_sessions", "retrieve_sessions")


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
        *({"approve"} if dag_id == "retrieve_sessions" else ()),
    }
    # A deferred task that is failed by the scheduler's own race must get another try.
    assert all(task.retries >= 2 for task in dag.tasks if task.task_id != "summary")


def test_the_nightly_run_is_one_at_a_time_and_never_catches_up(parse) -> None:
    upload = parse()["upload_sessions"]
    assert (upload.schedule, upload.max_active_runs, upload.catchup) == ("0 2 * * *", 1, False)


@pytest.mark.parametrize("dag_id", DAGS)
def test_parsing_again_makes_no_new_version(parse, dag_id: str) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    first, second = (DagSerialization.to_dict(parse()[dag_id]) for _ in range(2))
    assert first == second
    assert " at 0x" not in str(first)


def test_dag_files_only_wire() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 80
        assert not [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For | ast.If | ast.Try)
        ]


def test_nothing_heavy_is_imported_while_a_dag_is_parsed() -> None:
    import subprocess
    import sys

    code = "import sys, archive_flow.chain; print(sorted({'datajoint', 'globus_sdk'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
