"""The catalog's login for console commands: Airflow's connection."""

from __future__ import annotations

from typing import Any

from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import SettingsError

__all__ = ["airflow_login", "open_catalog"]


def airflow_login(conn_id: str) -> dict[str, Any]:
    """What the connection says. Raises SettingsError where Airflow has none of that name."""
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    from archive_flow.cli.airflow_objects import connection_of

    found: Any = connection_of(conn_id)
    if found is None:
        try:
            found = BaseHook.get_connection(conn_id)  # of the environment, or a secrets backend
        except AirflowNotFoundException as error:
            raise SettingsError(
                f"Airflow has no connection {conn_id!r}, which catalog.connection names; run `session-archive setup`, "
                f"or set SESSION_ARCHIVE_CATALOG_USER and _PASSWORD"
            ) from error
    return {
        "host": found.host or "127.0.0.1",
        "port": found.port or 3306,
        "user": found.login or "",
        "password": found.password or "",
        "tls": found.extra_dejson.get("ssl"),
    }
