"""Airflow's side: connections, pool, DAGs, and whether the services that a night needs are alive."""

from __future__ import annotations

from collections.abc import Iterator

from airflow.jobs.job import most_recent_job
from airflow.models.connection import Connection
from airflow.models.dag import DagModel
from airflow.models.errors import ParseImportError
from airflow.models.pool import Pool
from airflow.utils.session import create_session
from sqlalchemy import select

from archive_flow.run.airflow_objects import (
    GLOBUS,
    UnreadableError,
    clear_errors,
    find_connection,
    has_key,
)
from archive_flow.run.archived_asset import ARCHIVED
from archive_flow.run.register_asset import asset_is_registered
from archive_flow.transfer.operators import SUBMIT_POOL
from session_archive.airflow_client.dag_ids import (
    AUDIT,
    CANCEL,
    DISCOVER,
    MESSAGES,
    REPAIR,
    REPLICATE,
    RETRIEVE,
    UPLOAD,
)
from session_archive.doctor.check import Check, Checks
from session_archive.errors import SettingsError
from session_archive.settings.load import Settings

_JOBS = {"SchedulerJob": "scheduler", "DagProcessorJob": "dag-processor", "TriggererJob": "triggerer"}
_SETUP = "run `session-archive setup`"
_MAKE = Checks("airflow")
_ONCE_OK = "when all else is ok: "
#: What does not happen while a DAG is paused, and when it may be unpaused.
_WHILE_PAUSED = {
    UPLOAD: ("no night runs", _ONCE_OK),
    MESSAGES: ("nobody is sent a message", ""),
    AUDIT: ("nothing looks again at what is archived", _ONCE_OK),
    REPLICATE: ("what no rig has any more gets no further copy", _ONCE_OK),
}


def airflow_checks(settings: Settings) -> Iterator[Check]:
    """All checks of Airflow; a single failure if Airflow's own database cannot be used."""
    try:
        with clear_errors():
            yield _connection_check(settings.catalog.connection, "mysql", "catalog.connection")
            yield _connection_check(settings.globus.connection, "globus", "globus.connection")
            for location in settings.locations.values():
                if location.connection:
                    key = f"locations.{location.name}.connection"
                    yield _connection_check(location.connection, "globus", key)
            yield _encryption_check()
            yield _pool_check()
            yield _asset_check()
            copies = any(len(each.locations) > 1 for each in settings.data_sets.values())
            yield from _dag_checks(messages=settings.notify is not None, copies=copies)
            yield from _job_checks()
    except SettingsError as error:
        yield _MAKE.failure("database", str(error))


def _connection_check(conn_id: str, expected: str, key: str) -> Check:
    subject = f"connection {conn_id}"
    try:
        connection = find_connection(conn_id)
    except UnreadableError as error:
        return _MAKE.failure(subject, str(error))
    if connection is None:
        return _MAKE.failure(subject, f"Airflow has no such connection, which {key} names", _SETUP)
    if connection.conn_type != expected:
        return _MAKE.failure(
            subject,
            f"its type is {connection.conn_type!r}; expected {expected!r}",
            f"correct it, or {key} in archive.toml",
        )
    # The UI does not show connections from the environment.
    if expected == GLOBUS and isinstance(connection, Connection) and connection.port is None:
        return _MAKE.warning(
            subject,
            "no port is stored, so the Test button of Airflow's UI refuses it; transfers work",
            f"{_SETUP}: it stores 0",
        )
    return _MAKE.ok(subject, f"of type {expected}, login {connection.login}")


def _encryption_check() -> Check:
    try:
        if has_key():
            return _MAKE.ok("Fernet key", "connections are encrypted in Airflow's database")
    except SettingsError as error:
        return _MAKE.failure("Fernet key", str(error))
    return _MAKE.warning(
        "Fernet key",
        "none is set: secrets are stored in plain text in Airflow's database",
        "set AIRFLOW__CORE__FERNET_KEY for every service of Airflow, then enter the connections again",
    )


def _pool_check() -> Check:
    subject = f"pool {SUBMIT_POOL}"
    with create_session() as session:
        pool = session.scalar(select(Pool).where(Pool.pool == SUBMIT_POOL))
        slots = pool.slots if pool else None
    if slots is None:
        return _MAKE.failure(subject, "it does not exist: no transfer would ever be submitted", _SETUP)
    if slots == 0:
        return _MAKE.failure(
            subject, "it has no slots: no transfer would ever be submitted", "give it 4 slots"
        )
    return _MAKE.ok(subject, f"{slots} slots")


def _asset_check() -> Check:
    subject = f"asset {ARCHIVED.uri}"
    if asset_is_registered():
        return _MAKE.ok(subject, "registered: a DAG that is scheduled on it misses no event")
    return _MAKE.warning(
        subject, "not registered yet: if the first two events coincide, one would be lost", _SETUP
    )


def _dag_checks(*, messages: bool, copies: bool) -> Iterator[Check]:
    """Of each DAG that archive.toml has work for.

    messages : somebody is to get some
    copies   : a data set type has several locations
    """
    with create_session() as session:
        broken = {
            str(row.filename): (row.stacktrace or "").strip().rpartition("\n")[2]
            for row in session.scalars(select(ParseImportError))
        }
        needed = [UPLOAD, DISCOVER, RETRIEVE, AUDIT, REPAIR, CANCEL]
        needed += [MESSAGES] * messages + [REPLICATE] * copies
        for dag_id in needed:
            yield _dag_check(dag_id, session.get(DagModel, dag_id), broken)


def _dag_check(dag_id: str, dag: DagModel | None, broken: dict[str, str]) -> Check:
    subject = f"DAG {dag_id}"
    for file, why in broken.items():
        if file.rpartition("/")[2] == f"{dag_id}.py":
            return _MAKE.failure(subject, f"{file} cannot be imported: {why}", "see the UI's import errors")
    if dag is None or dag.is_stale:
        return _MAKE.failure(
            subject,
            "Airflow does not know this DAG" if dag is None else "its file is gone",
            "copy dags/*.py into Airflow's DAGs folder, and start the dag-processor",
        )
    if dag.is_paused:
        # Nobody would notice that no message comes.
        make = _MAKE.failure if dag_id == MESSAGES else _MAKE.warning
        words, when = _WHILE_PAUSED.get(dag_id, ("a run that you trigger waits", ""))
        return make(subject, f"it is paused: {words}", f"{when}`airflow dags unpause {dag_id}`")
    return _MAKE.ok(subject, f"known, not paused, schedule {dag.timetable_summary or 'none'}")


def _job_checks() -> Iterator[Check]:
    for kind, name in _JOBS.items():
        job = most_recent_job(kind)
        if job is not None and job.is_alive():
            yield _MAKE.ok(name, "alive")
        else:
            last = f"last seen {job.latest_heartbeat:%Y-%m-%d %H:%M} UTC" if job else "never seen"
            yield _MAKE.warning(name, f"not running ({last})", f"start it: `airflow {name}`")
