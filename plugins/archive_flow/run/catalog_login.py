"""The catalog's login for console commands, where Airflow is installed: its connection."""

from __future__ import annotations

from typing import Any

from session_archive.cli.environment_login import PREFIX
from session_archive.errors import SettingsError


def airflow_login(conn_id: str) -> dict[str, Any]:
    """What the connection says. Raises SettingsError where Airflow has none of that name."""
    # Airflow costs seconds: not where another login is given.
    from archive_flow.run.airflow_objects import find_connection

    found = find_connection(conn_id)
    if found is None:
        raise SettingsError(
            f"Airflow has no connection {conn_id!r}, which catalog.connection names; run `session-archive setup`, "
            f"or set {PREFIX}USER and {PREFIX}PASSWORD"
        )
    return {
        "host": found.host or "127.0.0.1",
        "port": found.port or 3306,
        "user": found.login or "",
        "password": found.password or "",
        "tls": found.extra_dejson.get("ssl"),
    }
