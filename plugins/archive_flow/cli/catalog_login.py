"""The catalog for console commands: through Airflow's connection, or a login of one's own from the environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from session_archive.cli.environment_login import PREFIX, login_from_environment
from session_archive.errors import SettingsError

if TYPE_CHECKING:
    from session_archive.catalog.catalog import Catalog
    from session_archive.settings import Settings


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The open catalog; closed at the end of the block.

    A login in SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT) goes before Airflow's connection.
    Raises SettingsError when there is neither.
    """
    from session_archive.catalog.catalog import Catalog
    from session_archive.catalog.connection import connect
    from session_archive.catalog.settings_layout import layout_of

    login = login_from_environment(os.environ) or _from_airflow(settings.catalog.connection)
    connection = connect(**login)
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def _from_airflow(conn_id: str) -> dict[str, Any]:
    # Airflow costs seconds: not where a login is given.
    from archive_flow.cli.airflow_objects import find_connection

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
