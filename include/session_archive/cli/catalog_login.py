"""The catalog for console commands: by the login that this machine has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from session_archive.errors import SettingsError

if TYPE_CHECKING:
    from session_archive.catalog.catalog import Catalog
    from session_archive.settings import Settings

_PREFIX = "SESSION_ARCHIVE_CATALOG_"


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The open catalog; closed at the end of the block.

    The login is that of SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT); else Airflow's connection where
    Airflow is installed, and DataJoint's own configuration where it is not. Raises SettingsError when there is none.
    """
    from session_archive.catalog.catalog import Catalog
    from session_archive.catalog.connection import connect
    from session_archive.catalog.settings_layout import layout_of

    login = _from_environment(os.environ) or _installed_login()(settings.catalog.connection)
    connection = connect(**login)
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
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


def _installed_login() -> Callable[[str], dict[str, Any]]:
    """What gives the login of an Airflow connection; where there is no Airflow, that of DataJoint."""
    found = tuple(entry_points(group="session_archive.catalog_logins")) if find_spec("airflow") else ()
    return found[0].load() if found else _from_datajoint


def _from_datajoint(conn_id: str) -> dict[str, Any]:
    from session_archive.catalog.connection import datajoint_login

    return datajoint_login()
