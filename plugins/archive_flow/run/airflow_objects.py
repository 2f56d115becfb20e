"""The rows in Airflow's own database that the DAGs need: the pool and the connections; written on the Airflow host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from airflow.models.connection import Connection
from airflow.models.crypto import get_fernet
from airflow.models.dag import DagModel
from airflow.models.pool import Pool
from airflow.sdk.exceptions import AirflowException
from airflow.utils.session import create_session
from cryptography.fernet import InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from session_archive.errors import SettingsError

#: The connection type that needs no host.
GLOBUS = "globus"
#: As the UI posts it; see `give_ports`.
NO_PORT = 0

#: SQLite's words: the first when it writes, the second already when it opens a database with a write-ahead log.
_DISK_FULL = ("database or disk is full", "disk I/O error")
_ON_THE_HOST = (
    "run this on the Airflow host, with Airflow's AIRFLOW_HOME and environment, after `airflow db migrate`"
)

_KEY = "AIRFLOW__CORE__FERNET_KEY ([core] fernet_key)"
_SAME_KEY = "set it here to the key with which Airflow itself runs"


class UnreadableError(SettingsError):
    """A connection exists, but its secrets cannot be decrypted."""


def make_pool(name: str, *, slots: int, description: str) -> None:
    """Make or update a pool; deferred tasks keep their slot. Raises SettingsError."""
    with clear_errors():
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=True)


def password_of(conn_id: str) -> str | None:
    """The password of a connection, None where there is no such connection. Raises SettingsError."""
    connection = connection_of(conn_id)
    return connection.get_password() if connection else None


def connection_of(conn_id: str) -> Connection | None:
    """A connection from Airflow's database: outside of a task, hooks see only those of the environment.

    Raises SettingsError; UnreadableError where its secrets cannot be decrypted.
    """
    with clear_errors(), create_session() as session, _decrypting(conn_id):
        connection = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        if connection:
            # Decrypt here, so that the error does not come up later, where the caller reads a secret.
            connection.get_password(), connection.get_extra()
            session.expunge(connection)
        return connection


def find_connection(conn_id: str) -> Any | None:
    """A connection as tasks see it: from the environment or a secrets backend, else from Airflow's database.

    Raises SettingsError.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        with _decrypting(conn_id):
            return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return connection_of(conn_id)


def unpaused(dag_ids: Iterable[str]) -> list[str]:
    """Those of these DAGs that Airflow knows and may start. Raises SettingsError."""
    with clear_errors(), create_session() as session:
        dags = [session.get(DagModel, dag_id) for dag_id in dag_ids]
        return [dag.dag_id for dag in dags if dag and not dag.is_stale and not dag.is_paused]


def has_key() -> bool:
    """True when Airflow encrypts the secrets of connections. Raises SettingsError where its key is not valid."""
    try:
        return bool(get_fernet().is_encrypted)
    except AirflowException as error:
        raise SettingsError(f"{_KEY} is not a Fernet key: {error}; {_SAME_KEY}") from error


def require_encryption() -> None:
    """Raise SettingsError where Airflow would store a connection's secrets unencrypted."""
    if not has_key():
        raise SettingsError(
            "Airflow has no Fernet key, so its database would store the login unencrypted; set core.fernet_key, or "
            'AIRFLOW__CORE__FERNET_KEY, here and for Airflow (Airflow docs, "Fernet")'
        )


def give_ports() -> list[str]:
    """Store port 0 in Globus connections that have no port; returns their names. Raises SettingsError.

    The Test button of Airflow's UI posts 0 where none is stored, and Airflow refuses it as the port of another service.
    """
    with clear_errors(), create_session() as session:
        # Do not load the connections: that would decrypt secrets, which are not needed here.
        without_port = (Connection.conn_type == GLOBUS) & Connection.port.is_(None)
        query = select(Connection.conn_id).where(without_port).order_by(Connection.conn_id)
        conn_ids = list(session.scalars(query))
        session.execute(update(Connection).where(without_port).values(port=NO_PORT))
    return conn_ids


def make_connection(conn_id: str, *, fields: dict[str, Any], replace: bool) -> str:
    """Add a connection unless it exists; returns what was done, in words. Raises SettingsError."""
    if fields["conn_type"] == GLOBUS:
        fields = {**fields, "port": NO_PORT}
    with clear_errors(), create_session() as session:
        # Do not load it: one that can no longer be decrypted must be replaceable, too.
        named = Connection.conn_id == conn_id
        exists = session.scalar(select(Connection.id).where(named)) is not None
        if exists and not replace:
            return f"connection {conn_id} already exists; it was left unchanged"
        session.execute(delete(Connection).where(named))
        session.add(Connection(conn_id=conn_id, **fields))
    return f"connection {conn_id} {'replaced' if exists else 'made'}"


@contextmanager
def _decrypting(conn_id: str) -> Iterator[None]:
    """Turn what a missing, wrong or unusable Fernet key raises into an UnreadableError."""
    try:
        yield
    except InvalidToken as error:
        raise UnreadableError(
            f"Airflow's connection {conn_id!r} was encrypted with another key than {_KEY} is now; {_SAME_KEY}. If "
            "that key is lost, replace the connection: `session-archive setup --replace` and "
            "`session-archive login --replace`"
        ) from error
    except ValueError as error:
        if has_key():
            raise
        raise UnreadableError(
            f"Airflow's connection {conn_id!r} is encrypted, but {_KEY} is not set; {_SAME_KEY}"
        ) from error
    except AirflowException:
        has_key()
        raise


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what Airflow's database raises into a SettingsError."""
    try:
        yield
    except DBAPIError as error:
        full = any(words in str(error.orig) for words in _DISK_FULL)
        to_do = "see whether its disk is full (`df -h`), then try again" if full else _ON_THE_HOST
        raise SettingsError(f"Airflow's own database cannot be used: {error.orig}; {to_do}") from error
