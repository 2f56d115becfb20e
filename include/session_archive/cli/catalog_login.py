"""Opens the catalog for console commands, with the login that this machine has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from session_archive.catalog.database.tls import PREFIX, tls_from_environment
from session_archive.errors import SettingsError

__all__ = ["PREFIX", "login_from_environment", "open_catalog", "read_catalog"]

_Answer = TypeVar("_Answer")

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog
    from session_archive.settings.load import Settings


@contextmanager
def open_catalog(settings: Settings) -> Iterator[Catalog]:
    """The open catalog; closed at the end of the block.

    The login is that of SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT); else Airflow's connection if Airflow
    is installed, or DataJoint's own configuration if it is not. _SSL_CA or _SSL asks for TLS in each of these cases.
    Raises SettingsError if there is no login.
    """
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of

    connection = connect(**_login(settings))
    try:
        yield Catalog(connection, layout_of(settings))
    finally:
        connection.close()


def read_catalog(settings: Settings, read: Callable[[Catalog | ReadOnlyCatalog], _Answer]) -> _Answer:
    """What `read` returns of the catalog, with the login of `open_catalog`; without DataJoint wherever that can be.

    Importing DataJoint takes longer than reading a hundred thousand states. Raises SettingsError, CatalogError.
    """
    from session_archive.catalog.database.plain import connect_plain
    from session_archive.catalog.read_only import NeedsDataJointError, ReadOnlyCatalog
    from session_archive.catalog.schema.settings_layout import layout_of

    connection = connect_plain(**_login(settings))
    try:
        return read(ReadOnlyCatalog(connection, layout_of(settings)))
    except NeedsDataJointError:
        pass
    finally:
        connection.close()
    # It reads more kinds of labs, and says what is wrong with the others.
    with open_catalog(settings) as catalog:
        return read(catalog)


def _login(settings: Settings) -> dict[str, Any]:
    login = login_from_environment(os.environ) or _installed_login()(settings.catalog.connection)
    requested = tls_from_environment(os.environ)
    return login if requested is None else {**login, "tls": requested}


def _installed_login() -> Callable[[str], dict[str, Any]]:
    """The function that reads the login: from an Airflow connection, or from DataJoint if there is no Airflow."""
    from importlib.metadata import entry_points

    readers = tuple(entry_points(group="session_archive.catalog_logins")) if find_spec("airflow") else ()
    return readers[0].load() if readers else _from_datajoint


def _from_datajoint(conn_id: str) -> dict[str, Any]:
    from session_archive.catalog.database.connection import datajoint_login

    return datajoint_login()


def login_from_environment(environment: Mapping[str, str]) -> dict[str, Any] | None:
    """SESSION_ARCHIVE_CATALOG_USER and _PASSWORD (_HOST, _PORT, _SSL, _SSL_CA), as `connect` takes them.

    None if no user is set. Raises SettingsError.
    """
    user = environment.get(f"{PREFIX}USER")
    if not user:
        return None
    port = environment.get(f"{PREFIX}PORT", "3306")
    if not (port.isascii() and port.isdigit()):
        raise SettingsError(f"{PREFIX}PORT: {port!r} is not a port; expected a number, such as 3306")
    return {
        "host": environment.get(f"{PREFIX}HOST", "127.0.0.1"),
        "port": int(port),
        "user": user,
        "password": environment.get(f"{PREFIX}PASSWORD", ""),
        "tls": tls_from_environment(environment),
    }
