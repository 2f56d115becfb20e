"""The doctor's checks of the catalog's database, through the nightly login; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, quiet
from session_archive.catalog.database.tls import verified
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.open import Catalog
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.setup.grants import lab_databases, nightly_rights
from session_archive.catalog.setup.install import COLLATION, collation_of
from session_archive.doctor.check import Check, Checks
from session_archive.doctor.grants import grant_checks
from session_archive.doctor.machine import clock_check
from session_archive.doctor.tls import tls_check
from session_archive.errors import CatalogError

_MAKE = Checks("catalog")
_SETUP = "run `session-archive setup`"


def examine(
    connection: OwnConnection, layout: Layout, *, tls: Mapping[str, Any] | None, now: dt.datetime
) -> Iterator[Check]:
    """The checks of an open connection.

    tls    : what the Airflow connection asks for; None if TLS is not required
    now    : this machine's time, aware
    raises : CatalogError if the database stops answering
    """
    with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet():
        version, server_time = connection.query("SELECT VERSION(), UTC_TIMESTAMP(6)").fetchone()
        yield _MAKE.ok("database", f"{version} at {connection.where} as {connection.conn_info['user']}")
        yield tls_check(
            connection.cipher,
            required=tls is not None,
            verified=tls is not None and verified(tls),
            host=connection.conn_info["host"],
        )
        yield clock_check("catalog", theirs=server_time.replace(tzinfo=dt.UTC), ours=now)
        rows = [str(row[0]) for row in connection.query("SHOW GRANTS FOR CURRENT_USER()").fetchall()]
        rights = nightly_rights(connection, layout)
        yield from grant_checks(rows, own=rights, lab=lab_databases(layout))
        yield from _collation_checks(connection, layout)
        yield from _content_checks(connection, layout)


def _collation_checks(connection: OwnConnection, layout: Layout) -> Iterator[Check]:
    expected = {layout.database: COLLATION}
    try:
        expected[layout.link_database] = collation_of(connection, Lab(connection, layout.lab).session_table)
    except CatalogError as error:
        yield _MAKE.failure("lab.session", str(error), "correct [lab] in archive.toml")
    for database, collation in expected.items():
        rows = connection.query(
            "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = %s "
            "UNION SELECT table_collation FROM information_schema.tables WHERE table_schema = %s "
            # without DataJoint's own tables
            "AND table_collation IS NOT NULL AND LEFT(table_name, 1) <> '~'",
            (database, database),
        ).fetchall()
        wrong = sorted({row[0] for row in rows} - {collation})
        if not rows:
            yield _MAKE.failure(
                f"database {database}", "it does not exist, or this login may not read it", _SETUP
            )
        elif wrong:
            yield _MAKE.failure(
                f"collation of {database}",
                f"{', '.join(wrong)}; expected {collation}, which does not merge different names",
                f"dump it, drop it, {_SETUP} and load it again (docs/administration.md, Backup)",
            )
        else:
            yield _MAKE.ok(f"collation of {database}", collation)


def _content_checks(connection: OwnConnection, layout: Layout) -> Iterator[Check]:
    try:
        catalog = Catalog(connection, layout)
    except CatalogError as error:
        yield _MAKE.failure("schema", str(error))
        return
    versions = catalog.tables.SchemaVersion().to_arrays("schema_version")
    yield _MAKE.ok("schema", f"version {max(versions)}, as this package needs")
    for kind in layout.link_tables:
        try:
            sessions = catalog.expected_sessions(kind)
        except CatalogError as error:
            yield _MAKE.failure(f"sessions with {kind}", str(error))
            continue
        nameless = sum(not session.subject for session in sessions)
        if not sessions:
            yield _MAKE.warning(
                f"sessions with {kind}", "none is expected", f"check [lab] and data_sets.{kind}.expected"
            )
        elif nameless:
            yield _MAKE.warning(
                f"sessions with {kind}",
                f"{nameless} of {len(sessions)} have a subject without a short name, which no folder matches",
                f"enter it in {layout.lab.subject}",
            )
        else:
            yield _MAKE.ok(f"sessions with {kind}", f"{len(sessions)} are expected")
