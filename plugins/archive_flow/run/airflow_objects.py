"""Airflow's own rows that the DAGs need: the pool and the connections; written on the Airflow host."""

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

#: Of connections that name no host.
GLOBUS = "globus"
#: As the UI posts it; see `give_ports`.
NO_PORT = 0

_KEY = "AIRFLOW__CORE__FERNET_KEY ([core] fernet_key)"
_SAME_KEY = "set it here to the key with which Airflow itself runs"


class UnreadableError(SettingsError):
    """A connection is there, and its secrets cannot be decrypted."""


def make_pool(name: str, *, slots: int, description: str) -> None:
    """Make or update a pool; waiting tasks keep their slot. Raises SettingsError."""
    with clear_errors():
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=True)


def password_of(conn_id: str) -> str | None:
    """The password that a connection holds, None where there is no such connection. Raises SettingsError."""
    found = connection_of(conn_id)
    return found.get_password() if found else None


def connection_of(conn_id: str) -> Connection | None:
    """A connection as Airflow's database has it: outside of a task, hooks see the environment's only.

    Raises SettingsError; UnreadableError where its secrets cannot be decrypted.
    """
    with clear_errors(), create_session() as session, _decrypting(conn_id):
        found = session.scalar(select(Connection).where(Connection.conn_id == conn_id))
        if found:
            # What cannot be decrypted is found out here, and not where the caller reads it.
            found.get_password(), found.get_extra()
            session.expunge(found)
        return found


def find_connection(conn_id: str) -> Any | None:
    """A connection as tasks see it: of the environment or a secrets backend, else of Airflow's database.

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
    """True when Airflow encrypts the secrets of connections. Raises SettingsError where its key is none."""
    try:
        return bool(get_fernet().is_encrypted)
    except AirflowException as error:
        raise SettingsError(f"{_KEY} is no Fernet key: {error}; {_SAME_KEY}") from error


def require_encryption() -> None:
    """Raise SettingsError where Airflow would keep a connection's secrets in plain."""
    if not has_key():
        raise SettingsError(
            "Airflow has no Fernet key, so the login would lie in its database in plain; set core.fernet_key, or "
            'AIRFLOW__CORE__FERNET_KEY, here and for Airflow (Airflow docs, "Fernet")'
        )


def give_ports() -> list[str]:
    """Store port 0 in Globus connections without one; returns their names. Raises SettingsError.

    The Test button of Airflow's UI posts 0 where none is stored, and Airflow refuses it as the port of another service.
    """
    with clear_errors(), create_session() as session:
        # Not by loading them: that would decrypt what this does not need.
        without = (Connection.conn_type == GLOBUS) & Connection.port.is_(None)
        found = list(session.scalars(select(Connection.conn_id).where(without).order_by(Connection.conn_id)))
        session.execute(update(Connection).where(without).values(port=NO_PORT))
    return found


def make_connection(conn_id: str, *, fields: dict[str, Any], replace: bool) -> str:
    """Add a connection unless it is there; returns what was done, in words. Raises SettingsError."""
    if fields["conn_type"] == GLOBUS:
        fields = {**fields, "port": NO_PORT}
    with clear_errors(), create_session() as session:
        # Not by loading it: one that cannot be decrypted any more is to be replaced, too.
        named = Connection.conn_id == conn_id
        found = session.scalar(select(Connection.id).where(named)) is not None
        if found and not replace:
            return f"connection {conn_id} is there already, left as it is"
        session.execute(delete(Connection).where(named))
        session.add(Connection(conn_id=conn_id, **fields))
    return f"connection {conn_id} {'written anew' if found else 'made'}"


@contextmanager
def _decrypting(conn_id: str) -> Iterator[None]:
    """Turn what a missing, wrong or unusable Fernet key raises into an UnreadableError."""
    try:
        yield
    except InvalidToken as error:
        raise UnreadableError(
            f"Airflow's connection {conn_id!r} was encrypted with another key than {_KEY} is now; {_SAME_KEY}. Where "
            "that key is lost, `session-archive setup --replace` and `session-archive login --replace` write it anew"
        ) from error
    except ValueError as error:
        if has_key():
            raise
        raise UnreadableError(
            f"Airflow's connection {conn_id!r} is encrypted, and {_KEY} is not set; {_SAME_KEY}"
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
        raise SettingsError(
            f"Airflow's own database cannot be used: {error.orig}; run this on the Airflow host, with its AIRFLOW_HOME "
            "and environment, after `airflow db migrate`"
        ) from error
