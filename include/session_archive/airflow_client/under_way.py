"""How far the transfers of all runs are that go on now: for the console over REST, and for Airflow's own page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from session_archive.airflow_client.dag_ids import DISCOVER, REPAIR, RETRIEVE, UPLOAD
from session_archive.airflow_client.transfers import RunProgress, RunReports, RunTransfers

#: Whose runs wait for transfers.
DAGS = (UPLOAD, RETRIEVE, DISCOVER, REPAIR)


@dataclass(frozen=True, slots=True)
class RunUnderWay:
    """A run that has begun and not ended, with its transfers."""

    dag_id: str
    run_id: str
    progress: RunProgress

    def line(self, *, now: dt.datetime) -> str:
        """`upload_sessions: 3 transfers under way: ...`; '' where nothing is on its way.

        now : aware; times are shown in its zone
        """
        words = self.progress.line(now=now)
        return words and f"{self.dag_id}: {words}"


def runs_under_way(airflow: RunReports) -> list[RunUnderWay]:
    """The runs that go on now, as of the last reports of their waits; Globus is not asked."""
    return [
        RunUnderWay(
            dag_id, run_id, RunTransfers(airflow, dag_id, run_id).look(airflow.task_instances(dag_id, run_id))
        )
        for dag_id in DAGS
        for run_id in airflow.running(dag_id)
    ]
