"""What Airflow knows of a DAG, as the page shows it; requested in a thread of the page's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from sqlalchemy import select


@dataclass(frozen=True, slots=True)
class LastRun:
    """state : queued, running, success or failed; began, ended : UTC, None while it has not."""

    dag_id: str
    run_id: str
    state: str
    began: dt.datetime | None
    ended: dt.datetime | None


def last_run(dag_id: str) -> LastRun | None:
    """The newest run of a DAG; None if it never ran."""
    with create_session() as session:
        run = session.scalar(
            select(DagRun).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after.desc()).limit(1)
        )
        return run and LastRun(run.dag_id, run.run_id, str(run.state), run.start_date, run.end_date)


def is_paused(dag_id: str) -> bool:
    """Whether Airflow starts no run of it until somebody unpauses it."""
    with create_session() as session:
        return bool(session.scalar(select(DagModel.is_paused).where(DagModel.dag_id == dag_id)))
