"""The open catalog with DataJoint's classes: what writes, and what DataJoint reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, dj, quiet
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.link_tables import link_tables
from session_archive.catalog.schema.store import Store, require_version, restricted
from session_archive.catalog.schema.tables import archive_tables
from session_archive.errors import CatalogError


def bound_store(connection: OwnConnection, layout: Layout) -> Store:
    """The catalog's tables, checked against this package's schema version.

    raises : CatalogError when the catalog is not installed, or installed by another version
    """
    with connection.clear_errors(), quiet():
        require_version(connection, layout.database)
        tables = archive_tables(connection, layout.database)
        links = link_tables(connection, layout.link_database, layout.link_tables)
        for kind, name in layout.link_tables.items():
            if not links[name]().is_declared:
                raise CatalogError(
                    f"data_sets.{kind}.link_table: there is no table {name} in {layout.link_database} "
                    f"at {connection.where}; run `session-archive setup`"
                )
    return Store(connection, layout, tables=tables, links=links)


def insert_missing(table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert the rows whose keys are new; existing rows stay. Not for use in a transaction.

    DataJoint's skip_duplicates would need the right to UPDATE.
    """
    for row in rows:
        key = {name: row[name] for name in table.primary_key}
        if not restricted(table, key):
            try:
                table.insert1(row)
            except dj.errors.DuplicateError:
                continue  # another task was faster
