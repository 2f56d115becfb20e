"""The catalog's login for console commands where Airflow is installed: Airflow's connection."""

from __future__ import annotations

from typing import Any

from session_archive.cli.catalog_login import PREFIX
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
    return {
        "host": connection.host or "127.0.0.1",
        "port": connection.port or 3306,
        "user": connection.login or "",
        "password": connection.password or "",
        "tls": connection.extra_dejson.get("ssl"),
    }
