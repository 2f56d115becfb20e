"""Nights of a whole Airflow that a test breaks, and what must be true after them."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.system.canaries import Arguments

from session_archive.states.state import State
from support.airflow import FINISHED, AirflowApi, AirflowError, Json
from support.cluster import Cluster
from support.sample_rig import LabSession, make_recordings
from support.stack import Stack

TWO_AT_ONCE = "two_at_once"
UPLOAD, DISCOVER, RETRIEVE = "upload_sessions", "discover_sessions", "retrieve_sessions"
SUBMIT, WAIT, RECORD = "data_set.submit", "data_set.wait", "data_set.record"
DAY = dt.date(2021, 3, 1)
#: Generous, since the tests run on busy machines; nothing waits for its end.
PATIENCE = 400.0


def until(condition: Callable[[], Any], *, what: str, seconds: float = PATIENCE) -> Any:
    """Poll until there is a true answer, and return it; `what` says what did not happen."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.2)
    return answer


def parent(pid: int) -> int:
    """The process that started another one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@dataclass(frozen=True)
class Nights:
    """One data set of raw ephys for each subject, in a stack and its Airflow."""

    stack: Stack
    cluster: Cluster
    secrets: dict[str, str]
    arguments: Arguments

    @property
    def api(self) -> AirflowApi:
        """Airflow, as a person uses it."""
        return self.cluster.api

    def record(self, *subjects: str) -> None:
        """A recording of each subject appears on the rig, and its session in the lab's pipeline."""
        sessions = [LabSession(int(name[2:]), name, 1, DAY, dt.time(10, 0)) for name in subjects]
        make_recordings(self.stack.rig, sessions)
        self.stack.enter_sessions(sessions)

    def begin(self, *subjects: str, dag_id: str = UPLOAD) -> str:
        """Start a night for these subjects; for all without any."""
        return self.api.trigger(dag_id, {"subjects": list(subjects), "kinds": ["raw-ephys"]})

    def end(self, run_id: str, *, dag_id: str = UPLOAD) -> None:
        """Wait until a night has ended, with success."""
        assert self.ended(run_id, dag_id=dag_id)["state"] == "success", self.tasks(run_id, dag_id=dag_id)

    def ended(self, run_id: str, *, dag_id: str = UPLOAD) -> Json:
        """The run, once it has ended; services that end meanwhile are started again."""
        return until(lambda: self._ended(dag_id, run_id), what=f"{run_id} of {dag_id} did not end")

    def _ended(self, dag_id: str, run_id: str) -> Json | None:
        self.cluster.start_ended()
        try:
            run = self.api.run(dag_id, run_id)
        except (AirflowError, httpx.HTTPError):  # its database has just come back
            return None
        return run if run["state"] in FINISHED else None

    def tasks(self, run_id: str, *, dag_id: str = UPLOAD) -> Counter[str]:
        """The tasks of a run with their states, and how many there are of each."""
        tasks = self.api.task_instances(dag_id, run_id)
        return Counter(f"{task['task_id']} {task['state']}" for task in tasks)

    def task(self, run_id: str, task_id: str, subject: str, *states: str, dag_id: str = UPLOAD) -> Json:
        """The task of a data set, as soon as it is in one of these states."""

        def found() -> Json | None:
            tasks = self.api.task_instances(dag_id, run_id)
            # A try that has failed has lost its label; the submit of the same data set has kept it.
            labels = {
                task["map_index"]: task["rendered_map_index"] or ""
                for task in tasks
                if task["task_id"] == SUBMIT
            }
            for task in tasks:
                its = f"/{subject}/" in labels.get(task["map_index"], "")
                if task["task_id"] == task_id and its and task["state"] in states:
                    return task
            return None

        what = f"{task_id} of {subject} was never {' or '.join(states)}"
        return until(found, what=f"{what}: {self.tasks(run_id, dag_id=dag_id)}")

    def stopped_at(self, table: str, *, tasks: int = 1) -> None:
        """Wait until so many tasks want to write into a table that the test has locked."""
        until(lambda: self.stack.database.waiting_for(table) == tasks, what=f"nobody wrote into {table}")

    def hold_transfers(self) -> None:
        """Transfers under way stay so until `release_transfers`."""
        self.stack.globus.fault(file="/4ElectrodeRig_Ephys/*", do="permission_denied", times=0)

    def release_transfers(self) -> None:
        self.stack.globus.clear_faults()

    def transfers(self, subject: str) -> list[Json]:
        """The uploads of a data set that the service accepted."""
        label = f"session-archive upload raw-ephys/{subject}/"
        return [each for each in self.stack.globus.effects("accepted") if each["label"].startswith(label)]

    def status(self, transfer: Json) -> str:
        """How a transfer stands, by the service's own books: to ask it would stand in the journal."""
        with sqlite3.connect(f"file:{self.stack.directory}/state.sqlite?mode=ro", uri=True) as books:
            ((status,),) = books.execute("SELECT status FROM task WHERE task_id = ?", (transfer["task_id"],))
        return str(status)

    def polls(self, transfer: Json) -> list[dt.datetime]:
        """When the service was asked about a transfer."""
        requests = self.stack.globus.requests("GET", f"/v0.10/task/{transfer['task_id']}")
        return [dt.datetime.fromisoformat(line["time"]) for line in requests]

    def posts(self) -> int:
        """How often a transfer was posted, accepted or not."""
        return len(self.stack.globus.requests("POST", "/v0.10/transfer"))

    def logs(self, run_id: str, task_id: str) -> str:
        """What the tries of a task and their triggers have logged so far."""
        folders = (self.cluster.directory / "airflow" / "logs").rglob(f"run_id={run_id}/task_id={task_id}")
        return "".join(
            path.read_text(errors="replace")
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        )

    def state(self, subject: str) -> State | None:
        """What the catalog says of a data set."""
        with self.stack.catalog() as catalog:
            rows = catalog.states.newest_rows(data_set_type="raw-ephys")
        found = [row.state for row in rows if row.session.startswith(subject)]
        return found[0] if found else None

    def freeze(self, service: str, *, alone: bool = False) -> None:
        """Let a service stand still; `alone`: what it started goes on."""
        process = self.cluster.process(service)
        if alone:
            process.popen.send_signal(signal.SIGSTOP)
        else:
            process.send(signal.SIGSTOP)

    def thaw(self, service: str) -> None:
        self.cluster.process(service).send(signal.SIGCONT)

    def missed_its_database(self, service: str) -> int:
        """How often a service has logged that its database does not answer."""
        return self.cluster.process(service).log.read_text(errors="replace").count("OperationalError")

    def announced(self, run_id: str) -> list[str]:
        """The subjects of the data sets that a run has announced, sorted."""
        return [data_set.split("/")[1] for data_set in self.api.archived(run_id)]

    def rows(self, table: str, subject: str) -> int:
        """How many rows of a table are about a data set."""
        with self.stack.catalog() as catalog:
            tables = catalog.tables
            name = {"data_set_name": f"raw-ephys/{subject}/{DAY}"}
            uploads = {**name, "route": "upload"}
            where = {
                "Submission": tables.Submission & uploads,
                "Acceptance": tables.Acceptance & (tables.Submission & uploads),
                "DataSet": tables.DataSet & name,
                "Verified": tables.Replica.Verified & (tables.DataSet & name),
            }
            return len(where[table])

    def verify(self, *subjects: str) -> None:
        """One transfer, each path written once, one row of each kind, and the bytes of the rig in the archive."""
        for subject in subjects:
            assert len(self.transfers(subject)) == 1, subject
            written = Counter(
                line["path"]
                for line in self.stack.globus.effects("written")
                if line["path"].startswith(f"/4ElectrodeRig_Ephys/{subject}/")
            )
            files = _files(self.stack.rig / subject)
            assert files
            assert _files(self.stack.archive / "4ElectrodeRig_Ephys" / subject) == files
            assert written == {f"/4ElectrodeRig_Ephys/{subject}/{path}": 1 for path in files}
            assert self.state(subject) is State.ARCHIVED
            for table in ("Submission", "Acceptance", "DataSet", "Verified"):
                assert self.rows(table, subject) == 1, (subject, table)
            with self.stack.catalog() as catalog:
                name = f"raw-ephys/{subject}/{DAY}"
                rows = (
                    catalog.tables.DataSet.PhysicalFile & (catalog.tables.DataSet & {"data_set_name": name})
                ).to_dicts()
            assert {row["file_path"]: row["file_size"] for row in rows} == {
                f"{subject}/{path}": len(content) for path, content in files.items()
            }

    def verify_one_more(self) -> None:
        """A further night over everything on the rig changes nothing."""
        self.end(self.begin())
        effects = self.stack.globus.effects()
        self.end(self.begin())
        assert self.stack.globus.effects() == effects
        self.verify(*sorted(path.name for path in self.stack.rig.iterdir()))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
