"""What the waits of the runs have reported, from Airflow's own database; requested in a thread of the page's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import select

from globus_provider.links import TRANSFER_TASK_ID
from session_archive.airflow_client.transfers import WAIT
from session_archive.airflow_client.under_way import RunUnderWay, runs_under_way
from session_archive.transfers.progress import Progress

#: Runs of one DAG, as the REST API answers at once.
_RUNS = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """runs : that go on now; transfers : Globus' task -> the report of its wait."""

    runs: tuple[RunUnderWay, ...] = ()
    transfers: Mapping[str, Progress] = field(default_factory=dict)


def read_reports() -> Reported:
    """As of now."""
    airflow = AirflowDatabase()
    runs = runs_under_way(airflow)
    transfers = {
        str(transfer_task_id): report
        for run in runs
        for index, report in run.progress.reports.items()
        if (transfer_task_id := airflow.xcom(run.dag_id, run.run_id, WAIT, TRANSFER_TASK_ID, map_index=index))
    }
    return Reported(tuple(runs), transfers)


class AirflowDatabase:
    """Answers as `AirflowApi` does. The values of all mapped instances of a task are read at once."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str, str], dict[int, Any]] = {}

    def running(self, dag_id: str) -> list[str]:
        """The ids of the runs that have begun and not ended, newest first."""
        with create_session() as session:
            running = (DagRun.dag_id == dag_id) & (DagRun.state == "running")
            ids = select(DagRun.run_id).where(running).order_by(DagRun.run_after.desc()).limit(_RUNS)
            return list(session.scalars(ids))

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The waits of a run."""
        with create_session() as session:
            waits = (
                (TaskInstance.dag_id == dag_id)
                & (TaskInstance.run_id == run_id)
                & (TaskInstance.task_id == WAIT)
            )
            rows = session.execute(select(TaskInstance.map_index, TaskInstance.state).where(waits))
            return [{"task_id": WAIT, "map_index": index, "state": state} for index, state in rows]

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str, *, map_index: int = -1) -> Any:
        """A task's XCom value; None if there is none."""
        which = (dag_id, run_id, task_id, key)
        if which not in self._values:
            self._values[which] = self._read(*which)
        return self._values[which].get(map_index)

    def _read(self, dag_id: str, run_id: str, task_id: str, key: str) -> dict[int, Any]:
        with create_session() as session:
            of_task = (
                (XComModel.dag_id == dag_id)
                & (XComModel.run_id == run_id)
                & (XComModel.task_id == task_id)
                & (XComModel.key == key)
            )
            rows = session.execute(select(XComModel.map_index, XComModel.value).where(of_task))
            return {row.map_index: XComModel.deserialize_value(row) for row in rows}
