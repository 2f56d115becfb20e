"""The example DAG on the local service; and a worker that is killed between the submission and its note."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import globus_provider

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

EXAMPLES = Path(globus_provider.__file__).parent / "example_dags"

PROGRAM = """
import json, sys
from pathlib import Path
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.store import StoredSubmission
note, source, destination = sys.argv[1:]
class Note:
    def load(self):
        return StoredSubmission(*json.loads(Path(note).read_text())) if Path(note).exists() else None
    def save(self, *, submission_id, task_id=None):
        Path(note).write_text(json.dumps([submission_id, task_id]))
class Messages:
    def xcom_push(self, key, value): print(value)
GlobusTransferOperator(
    task_id="move", source_collection=source, destination_collection=destination, items=[("/a", "/a")],
    transfer_label="killed", submission_store=Note(), wait_for_completion=True, deferrable=False, poll_interval=0.05,
).execute({"ti": Messages()})
"""


@pytest.mark.fault(2, 3)
def test_a_worker_killed_between_the_post_and_the_note_makes_one_transfer(lab: Lab) -> None:
    lab.write("a")
    note = lab.folder / "note.json"
    command = [sys.executable, "-c", PROGRAM, str(note), lab.rig, lab.archive]
    lab.globus.fault(match="POST /v0.10/transfer", do="drop_after")
    lab.globus.fault(match="POST /v0.10/transfer", do="slow", seconds=600)
    worker = subprocess.Popen(command, env=os.environ.copy())
    while not lab.globus.effects("accepted"):
        assert worker.poll() is None
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    # Globus has accepted it, and nobody knows its task.
    assert json.loads(note.read_text())[1] is None
    lab.globus.clear_faults()
    subprocess.run(command, env=os.environ.copy(), check=True)
    (accepted,) = lab.globus.effects("accepted")
    assert json.loads(note.read_text())[1] == accepted["task_id"]
    assert (lab.folder / "archive" / "a").exists()


def test_the_example_dag_copies_a_folder(lab: Lab) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.utils import db

    db.initdb()
    folder = lab.folder / "rig" / "measured"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"1")
    lab.keep_connection_in_airflow()
    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(str(EXAMPLES), bundle_path=EXAMPLES, bundle_name="dags-folder")
    assert bag.import_errors == {}
    sync_bag_to_db(bag, "dags-folder", None)
    conf = {"source": lab.rig, "destination": lab.archive, "poll_interval": 0.1}
    assert str(bag.dags["example_globus"].test(run_conf=conf).state) == "success"
    assert (lab.folder / "archive" / "measured" / "a.bin").read_bytes() == b"1"
    assert lab.posts() == [202]
