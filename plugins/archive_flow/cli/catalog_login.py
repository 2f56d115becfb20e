"""The catalog for console commands: through Airflow's connection, or a login of one's own from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from session_archive.errors import SettingsError

if TYPE_CHECKING:
    from session_archive.catalog.catalog import Catalog
    from session_archive.settings import Settings

_PREFIX = "SESSION_ARCHIVE_CATALOG_"


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The open catalog; closed at the end of the block.

    A login in SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT) goes before Airflow's connection.
    Raises SettingsError when there is neither.
    """
    from session_archive.catalog.catalog import Catalog
    from session_archive.catalog.connection import connect
    from session_archive.catalog.settings_layout import layout_of

    login = _from_environment(os.environ) or _from_airflow(settings.catalog.connection)
    connection = connect(**login)
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def _from_environment(environment: os._Environ[str] | dict[str, str]) -> dict[str, Any] | None:
    user = environment.get(f"{_PREFIX}USER")
    if not user:
        return None
    port = environment.get(f"{_PREFIX}PORT", "3306")
    if not port.isdigit():
        raise SettingsError(f"{_PREFIX}PORT: {port!r} is no port; expected a number, such as 3306")
    return {
        "host": environment.get(f"{_PREFIX}HOST", "127.0.0.1"),
        "port": int(port),
        "user": user,
        "password": environment.get(f"{_PREFIX}PASSWORD", ""),
    }


def _from_airflow(conn_id: str) -> dict[str, Any]:
    # Airflow costs seconds: not where a login is given.
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
                f"or set {_PREFIX}USER and {_PREFIX}PASSWORD"
            ) from error
    return {
        "host": found.host or "127.0.0.1",
        "port": found.port or 3306,
        "user": found.login or "",
        "password": found.password or "",
        "tls": found.extra_dejson.get("ssl"),
    }
