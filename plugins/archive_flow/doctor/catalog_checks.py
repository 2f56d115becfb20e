"""The catalog's side, through the Airflow connection that tasks use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from archive_flow.run.catalog_login import airflow_login
from session_archive.doctor.check import Check, Checks
from session_archive.errors import ArchiveError
from session_archive.settings.load import Settings


def catalog_checks(settings: Settings, *, now: dt.datetime) -> Iterator[Check]:
    """All checks of the catalog, as far as the login may read."""
    # Importing DataJoint takes seconds.
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.schema.settings_layout import layout_of
    from session_archive.catalog.setup.database_checks import examine

    try:
        login = airflow_login(settings.catalog.connection)
        connection = connect(**login)
        try:
            yield from examine(connection, layout_of(settings), tls=login["tls"] is not None, now=now)
        finally:
            connection.close()
    except ArchiveError as error:
        yield Checks("catalog").failure("database", str(error))
