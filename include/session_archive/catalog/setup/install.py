"""Creates the databases and tables, which only an administrator's login can do. Running it again changes nothing."""

from __future__ import annotations

from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, quiet
from session_archive.catalog.lab.sessions import Lab
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.link_tables import link_tables
from session_archive.catalog.schema.store import now
from session_archive.catalog.schema.tables import SCHEMA_VERSION, archive_tables
from session_archive.catalog.setup.grants import grant_nightly_rights
from session_archive.catalog.setup.migrations import outstanding
from session_archive.errors import CatalogError

#: Keeps apart texts that differ in case, accents or emoji; the server's default may not.
COLLATION = "utf8mb4_bin"


def install(connection: OwnConnection, layout: Layout, *, nightly_user: str | None = None) -> None:
    """Create what the catalog lacks, attach it to the lab's sessions, and grant the nightly login its rights.

    connection   : an administrator's login; on the lab's databases it needs SELECT (MySQL 8: and REFERENCES)
    nightly_user : an existing login; it gets SELECT and INSERT on the catalog's tables, SELECT on the lab
    raises       : CatalogError; a database that exists with another collation is refused, not converted, and so is
                   a catalog of another schema version
    """
    _require_version(connection, layout)
    with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet():
        lab = Lab(connection, layout.lab)
        session = lab.session_table
        lab.table(layout.lab.subject, setting="lab.subject")
        _make_database(connection, "catalog.database", layout.database, COLLATION)
        _make_database(
            connection, "catalog.link_database", layout.link_database, collation_of(connection, session)
        )
        tables = archive_tables(connection, layout.database, create=True)
        link_tables(
            connection, layout.link_database, layout.link_tables, session=session, data_set=tables.DataSet
        )
        _let_old_datajoint_delete(connection, layout.link_database)
        if not tables.SchemaVersion():
            tables.SchemaVersion.insert1({"schema_version": SCHEMA_VERSION, "installed_at": now()})
        if nightly_user is not None:
            grant_nightly_rights(connection, layout, nightly_user)


def _require_version(connection: OwnConnection, layout: Layout) -> None:
    if migrations := outstanding(connection, layout):
        raise CatalogError(
            f"the catalog {layout.database} at {connection.where} is older than this package, which needs schema "
            f"version {migrations[-1].version}; pause the DAGs, back it up, and run `session-archive setup --upgrade`"
        )


def _make_database(connection: OwnConnection, setting: str, name: str, collation: str) -> None:
    charset = collation.partition("_")[0]
    connection.query(f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET {charset} COLLATE {collation}")
    actual = connection.query(
        "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = %s", (name,)
    ).fetchone()[0]
    if actual != collation:
        raise CatalogError(
            f"{setting}: the database {name} at {connection.where} has the collation {actual}; expected {collation}. "
            "Name another one, or drop it if it is empty"
        )


def collation_of(connection: OwnConnection, session: Any) -> str:
    """The collation that a foreign key to this table needs: that of the texts in its key, else the table's own."""
    database, table = session.database, session.table_name
    rows = connection.query(
        "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
        "AND column_key = 'PRI' AND collation_name IS NOT NULL",
        (database, table),
    ).fetchall()
    if len(rows) > 1:
        names = " and ".join(sorted(row[0] for row in rows))
        raise CatalogError(
            f"lab.session: the key of {database}.{table} mixes the collations {names}; expected one"
        )
    if not rows:
        rows = connection.query(
            "SELECT table_collation FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
            (database, table),
        ).fetchall()
    return str(rows[0][0])


def _let_old_datajoint_delete(connection: OwnConnection, database: str) -> None:
    """Prepare the link tables so that DataJoint 0.13 and 0.14 can delete a session of the lab with its links.

    DataJoint 2 notes the types of columns in their comments. The older versions know the note of a uuid, but fail at
    ':datetime(6):'. They also log each deletion in a table, which must exist.
    """
    columns = connection.query(
        "SELECT table_name, column_type FROM information_schema.columns "
        "WHERE table_schema = %s AND column_name = 'linked_at' AND column_comment LIKE ':%%'",
        (database,),
    ).fetchall()
    for table, kind in columns:
        connection.query(f"ALTER TABLE `{database}`.`{table}` MODIFY linked_at {kind} NOT NULL COMMENT 'UTC'")
    connection.query(
        f"CREATE TABLE IF NOT EXISTS `{database}`.`~log` (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, "
        "timestamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, version VARCHAR(12) NOT NULL, "
        "user VARCHAR(255) NOT NULL, host VARCHAR(255) NOT NULL DEFAULT '', event VARCHAR(255) NOT NULL DEFAULT '') "
        "COMMENT = 'What DataJoint before 2.0 has done here'"
    )
