"""The catalog's login as Airflow's connection has it, for tasks and console commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from session_archive.catalog.database.tls import PREFIX, tls_values
from session_archive.errors import SettingsError

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings


def airflow_login(conn_id: str) -> dict[str, Any]:
    """The login of the connection. Raises SettingsError where Airflow has no connection of that name."""
    # Importing Airflow takes seconds: not where another login is given.
    from archive_flow.run.airflow_objects import find_connection

    connection = find_connection(conn_id)
    if connection is None:
        raise SettingsError(
            f"Airflow has no connection {conn_id!r}, which catalog.connection names; run `session-archive setup`, "
            f"or set {PREFIX}USER and {PREFIX}PASSWORD"
        )
    return login_of(connection)


@contextmanager
def catalog_of_tasks(settings: Settings) -> Iterator[Catalog]:
    """The open catalog outside of a task, by the login that tasks use. Raises CatalogError, SettingsError."""
    # Importing DataJoint takes seconds.
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of

    connection = connect(**airflow_login(settings.catalog.connection))
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def login_of(connection: Any) -> dict[str, Any]:
    """What `connect` needs, of a connection of Airflow's. Raises SettingsError for a wrong `ssl` in its extra."""
    return {
        "host": connection.host or "127.0.0.1",
        "port": connection.port or 3306,
        "user": connection.login or "",
        "password": connection.password or "",
        "tls": tls_of(connection.conn_id, connection.extra_dejson),
    }


def tls_of(conn_id: str, extra: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a connection's extra asks of TLS; None for nothing. Raises SettingsError."""
    return tls_values(extra.get("ssl"), where=f"`ssl` in the extra of Airflow's connection {conn_id!r}")
