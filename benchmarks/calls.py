"""Counts the calls to the Transfer API and the Airflow task instances of one data set, whatever its size.

Run: PYTHONPATH=script .venv/bin/python benchmarks/calls.py
It counts and measures no seconds, so that the numbers are the same on every machine.
"""

import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Any

from goals import Result, report

from support.airflow_settings import own_home

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1, 100, 3000)
SUBMISSION_CALLS, TASK_INSTANCES = 2, 3


def main() -> None:
    """Upload one data set of each size, and count."""
    with tempfile.TemporaryDirectory(prefix="session-archive-benchmark-") as home:
        counts = _measure(home)
    results = []
    for each in counts:
        what = f"uploading a data set of {each['files']} files"
        results += [
            Result(what, each["submission calls"], "calls to submit it", SUBMISSION_CALLS),
            Result(what, each["task instances"], "task instances", TASK_INSTANCES),
            Result(what, each["listings"], "listings through Globus"),
        ]
    report(results)


def _measure(home: str) -> list[dict[str, int]]:
    os.environ |= own_home(home)
    from support.sample_rig import LabSession
    from support.stack import Stack

    sessions = [
        LabSession(number, f"BM{number:03}", 1, dt.date(2021, 1, 1), dt.time(10))
        for number in range(1, len(SIZES) + 1)
    ]
    with Stack(poll_interval="1 s") as stack:
        os.environ["SESSION_ARCHIVE_CONFIG"] = str(stack.settings_file)
        dag = _upload_dag()
        stack.enter_sessions(sessions)
        stack.set_up({"AIRFLOW_HOME": home})
        return [_count(stack, dag, session, n) for session, n in zip(sessions, SIZES, strict=True)]


def _upload_dag() -> Any:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.utils import db

    db.initdb()
    DagBundlesManager().sync_bundles_to_db()  # type: ignore[no-untyped-call]  # Airflow's own, without types
    bag = DagBag(str(ROOT / "dags"), bundle_path=ROOT / "dags", bundle_name="dags-folder")
    sync_bag_to_db(bag, "dags-folder", None)
    return bag.dags["upload_sessions"]


def _count(stack: Any, dag: Any, session: Any, n_files: int) -> dict[str, int]:
    folder = stack.rig / session.subject / f"catgt_{session.subject}_{session.date:%m%d%y}_g0"
    folder.mkdir(parents=True)
    for number in range(n_files):
        (folder / f"{number:06}.txt").write_text("x")
    before = len(stack.globus.journal())
    run = dag.test(run_conf={"subjects": [session.subject], "kinds": ["raw-ephys"]})
    assert str(run.state) == "success", run.state
    requests = [line for line in stack.globus.journal()[before:] if "method" in line]
    calls = [
        line
        for line in requests
        if line["path"].endswith("/submission_id")
        or (line["method"], line["path"]) == ("POST", "/v0.10/transfer")
    ]
    return {
        "files": n_files,
        "submission calls": len(calls),
        "listings": sum(line["path"].endswith("/ls") for line in requests),
        "task instances": sum(ti.map_index >= 0 for ti in run.get_task_instances()),
    }


if __name__ == "__main__":
    main()
