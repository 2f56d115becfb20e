"""Opens the catalog for console commands, with the login that this machine has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from session_archive.cli.environment_login import login_from_environment

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The open catalog; closed at the end of the block.

    The login is that of SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT); else Airflow's connection if Airflow
    is installed, or DataJoint's own configuration if it is not. Raises SettingsError if there is none.
    """
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of

    login = login_from_environment(os.environ) or _installed_login()(settings.catalog.connection)
    connection = connect(**login)
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def _installed_login() -> Callable[[str], dict[str, Any]]:
    """The function that reads the login: from an Airflow connection, or from DataJoint if there is no Airflow."""
    readers = tuple(entry_points(group="session_archive.catalog_logins")) if find_spec("airflow") else ()
    return readers[0].load() if readers else _from_datajoint


def _from_datajoint(conn_id: str) -> dict[str, Any]:
    from session_archive.catalog.database.connection import datajoint_login

    return datajoint_login()
