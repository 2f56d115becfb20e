"""What Airflow's own OpenLineage provider writes of a transfer, by its file transport."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

pytest.importorskip("airflow.providers.openlineage", reason="needs apache-airflow-providers-openlineage")

PROGRAM = """
import datetime as dt, sys
from airflow.utils import db
from airflow.sdk import DAG
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.sensors.transfer import GlobusTransferSensor
source, destination, *names = sys.argv[1:]
given = dict(source_collection=source, destination_collection=destination, patience=0, poll_interval=0.05,
             deferrable=True, items=[(f"/{name}", f"/{name}") for name in names])
with DAG("lineage", schedule=None, start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) as dag:
    # One after the other: Globus refuses a second transfer of the same paths while the first is under way.
    first = GlobusTransferOperator(task_id="waits", transfer_label="waits", wait_for_completion=True, **given)
    move = GlobusTransferOperator(task_id="submits", transfer_label="submits", trigger_rule="all_done", **given)
    first >> move
    GlobusTransferSensor(task_id="sensor", transfer_task_id=move.output, patience=0, poll_interval=0.05)
if __name__ == "__main__":
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from pathlib import Path
    db.initdb()
    DagBundlesManager().sync_bundles_to_db()
    here = Path(__file__).parent
    bag = DagBag(str(here), bundle_path=here, bundle_name="dags-folder")
    assert not bag.import_errors, bag.import_errors
    sync_bag_to_db(bag, "dags-folder", None)
    dag.test()
"""


def events(lab: Lab, *names: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The last event of each task and kind, of a run that transfers these files."""
    place = lab.folder / "airflow"
    (place / "dags").mkdir(parents=True)
    program = place / "dags" / "lineage_dag.py"
    program.write_text(PROGRAM)
    log = place / "lineage.json"
    environment = os.environ | {
        "AIRFLOW_HOME": str(place),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{place}/airflow.db",
        "AIRFLOW__CORE__DAGS_FOLDER": str(place / "dags"),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
            {"type": "file", "log_file_path": str(log), "append": True}
        ),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "a-lab",
    }
    run = subprocess.run(
        [sys.executable, str(program), lab.rig, lab.archive, *names],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert log.exists(), run.stdout[-4000:] + run.stderr[-4000:]
    read = [json.loads(line) for line in log.read_text().splitlines()]
    return {(event["job"]["name"].removeprefix("lineage."), event["eventType"]): event for event in read}


def checksum(dataset: dict[str, Any]) -> str:
    return str(dataset["facets"]["globus_checksum"]["checksum"])


@pytest.mark.timeout(600)
def test_a_transfer_tells_its_data_sets_counts_and_checksums(lab: Lab) -> None:
    lab.write("a", "b", content=b"recorded")
    reported = events(lab, "a", "b")
    for task in ("waits", "sensor"):
        event = reported[task, "COMPLETE"]
        assert {(each["namespace"], each["name"]) for each in event["inputs"]} == {
            (f"globus://{lab.rig}", "/a"),
            (f"globus://{lab.rig}", "/b"),
        }
        assert {each["namespace"] for each in event["outputs"]} == {f"globus://{lab.archive}"}
        for output in event["outputs"]:
            statistics = output["outputFacets"]["outputStatistics"]
            assert (statistics["fileCount"], statistics["size"]) == (1, 8)
            assert checksum(output) == hashlib.md5(b"recorded").hexdigest()  # noqa: S324  # the one of Globus
        facet = event["run"]["facets"]["globus_transfer"]
        assert (facet["status"], facet["fileCount"], facet["size"]) == ("SUCCEEDED", 2, 16)
    facet = reported["submits", "COMPLETE"]["run"]["facets"]["globus_transfer"]
    assert (facet["status"], facet["label"]) == ("SUBMITTED", "submits")


@pytest.mark.timeout(600)
def test_a_failed_transfer_tells_what_arrived(lab: Lab) -> None:
    lab.write("a")
    reported = events(lab, "a", "missing")
    facet = reported["waits", "FAIL"]["run"]["facets"]["globus_transfer"]
    assert facet["status"] == "ACTIVE"
    assert facet["transferTaskId"]


def test_many_files_are_one_folder() -> None:
    from globus_provider.lineage import MOST_DATASETS, MovedFile, TransferReport, operator_lineage

    files = tuple(MovedFile(f"/raw/day/{n}", f"/in/day/{n}", 1) for n in range(MOST_DATASETS + 1))
    lineage = operator_lineage(
        TransferReport("t", "s", "d", files, "SUCCEEDED", files=5000, n_bytes=123, files_skipped=0)
    )
    assert [each.name for each in lineage.inputs] == ["/raw/day"]
    (output,) = lineage.outputs
    statistics = output.outputFacets["outputStatistics"]
    assert (output.name, statistics.fileCount, statistics.size) == ("/in/day", 5000, 123)


def test_the_example_is_a_dag_of_this_provider() -> None:
    from globus_provider.example_dags import example_globus

    assert Path(example_globus.__file__).exists()
    assert example_globus.dag.task_ids == [
        "folder_is_there",
        "make_incoming",
        "move",
        "publish",
        "list_arrived",
    ]
