"""The catalog's login as Airflow's connection has it, for tasks and console commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.database.tls import PREFIX, tls_values
from session_archive.errors import SettingsError


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
