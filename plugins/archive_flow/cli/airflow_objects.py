"""Airflow's own rows that the DAGs need: the pool and the connections; written on the Airflow host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.models.connection import Connection
from airflow.models.crypto import get_fernet
from airflow.models.pool import Pool
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from session_archive.errors import SettingsError


def make_pool(name: str, *, slots: int, description: str) -> None:
    """Make or update a pool; waiting tasks keep their slot. Raises SettingsError."""
    with _clear_errors():
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=True)


def password_of(conn_id: str) -> str | None:
    """The password that a connection holds, None where there is no such connection. Raises SettingsError."""
    with _clear_errors(), create_session() as session:
        found = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        return found.get_password() if found else None


def connection_of(conn_id: str) -> Connection | None:
    """A connection as Airflow's database has it: outside of a task, hooks see the environment's only.

    Raises SettingsError.
    """
    with _clear_errors(), create_session() as session:
        found = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        if found:
            session.expunge(found)
        return found


def find_connection(conn_id: str) -> Any | None:
    """A connection as tasks see it: of the environment or a secrets backend, else of Airflow's database.

    Raises SettingsError.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return connection_of(conn_id)


def require_encryption() -> None:
    """Raise SettingsError where Airflow would keep a connection's secrets in plain."""
    if not get_fernet().is_encrypted:
        raise SettingsError(
            "Airflow has no Fernet key, so the login would lie in its database in plain; set core.fernet_key, or "
            'AIRFLOW__CORE__FERNET_KEY, here and for Airflow (Airflow docs, "Fernet")'
        )


def make_connection(conn_id: str, *, fields: dict[str, Any], replace: bool) -> str:
    """Add a connection unless it is there; returns what was done, in words. Raises SettingsError."""
    with _clear_errors(), create_session() as session:
        found = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        if found and not replace:
            return f"connection {conn_id} is there already, left as it is"
        if found:
            session.delete(found)
            session.flush()
        session.add(Connection(conn_id=conn_id, **fields))
    return f"connection {conn_id} {'written anew' if found else 'made'}"


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise SettingsError(
            f"Airflow's own database cannot be used: {error.orig}; run this on the Airflow host, with its AIRFLOW_HOME "
            "and environment, after `airflow db migrate`"
        ) from error
