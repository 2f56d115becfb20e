"""Reads the publication tables of map-ephys; never writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, quiet
from session_archive.catalog.lab.attached_tables import LabTables, require_attribute
from session_archive.catalog.lab.session_keys import plain_value
from session_archive.catalog.open import Catalog
from session_archive.errors import CatalogError
from session_archive.moving_over.old_data_sets import OldDataSet

#: What is read of each table; other attributes do not matter.
_ATTRIBUTES = {
    "GlobusStorageLocation": ("globus_alias", "globus_endpoint", "globus_path"),
    "DataSet": ("globus_alias", "dataset_name"),
    "DataSet.PhysicalFile": ("globus_alias", "dataset_name", "file_subpath", "file_type"),
}
#: The tables that say which session a data set is of; a pipeline may have one of them only.
_ARCHIVED = ("ArchivedRawEphys", "ArchivedTrackingVideo")

_Name = tuple[str, str]


def publication_rows(catalog: Catalog, database: str) -> PublicationRows:
    """The predecessor's catalog in `database` of the catalog's server. Raises CatalogError if it is not one."""
    session_key = list(catalog.lab.session_table.primary_key)
    return PublicationRows(catalog.connection, database, session_key=session_key)


class PublicationRows:
    """One `publication` database.

    session_key : attributes of the primary key of the lab's session table
    raises      : CatalogError, naming the table or attribute that is missing
    """

    def __init__(self, connection: OwnConnection, database: str, *, session_key: list[str]) -> None:
        self._connection, self._database, self._session_key = connection, database, session_key
        #: 'map_v2_publication at db.lab.edu:3306'
        self.source = f"{database} at {connection.where}"
        with self._reading():
            find = LabTables(connection).table
            self._tables = {name: find(f"{database}.{name}", setting=database)() for name in _ATTRIBUTES}
            for name, attributes in _ATTRIBUTES.items():
                for attribute in attributes:
                    require_attribute(self._tables[name], attribute, setting=f"{database}.{name}")
            self._archived = list(self._find_archived(find, database))

    def data_sets(self) -> Iterator[OldDataSet]:
        """Every data set with its files, one query each."""
        with self._reading():
            locations = {row["globus_alias"]: row for row in self._rows("GlobusStorageLocation")}
            sessions = self._sessions()
            names = sorted((row["globus_alias"], row["dataset_name"]) for row in self._rows("DataSet"))
        for alias, name in names:
            location = locations.get(alias, {})
            yield OldDataSet(
                location=alias,
                endpoint=str(location.get("globus_endpoint", "")),
                root=str(location.get("globus_path", "")),
                name=name,
                sessions=tuple(sessions[alias, name]),
                files=self._files(alias, name),
            )

    def sessions_without_data_set(self) -> list[Mapping[str, Any]]:
        """Keys of sessions that only `ArchivedSession` names, which names neither data set nor file."""
        with self._reading():
            try:
                table = LabTables(self._connection).table(
                    f"{self._database}.ArchivedSession", setting=self._database
                )
            except CatalogError:
                return []  # only some versions of map-ephys have this table
            named = {tuple(key.values()) for keys in self._sessions().values() for key in keys}
            rows = [{name: plain_value(row[name]) for name in self._session_key} for row in table.to_dicts()]
        return [key for key in rows if tuple(key.values()) not in named]

    def _files(self, alias: str, name: str) -> tuple[tuple[str, str], ...]:
        table = self._tables["DataSet.PhysicalFile"].full_table_name
        with self._reading():
            rows = self._connection.query(
                f"SELECT file_subpath, file_type FROM {table} WHERE globus_alias = %s AND dataset_name = %s",
                (alias, name),
            ).fetchall()
        return tuple(sorted((str(path), str(file_type)) for path, file_type in rows))

    def _sessions(self) -> dict[_Name, list[Mapping[str, Any]]]:
        sessions: dict[_Name, list[Mapping[str, Any]]] = defaultdict(list)
        for table in self._archived:
            for row in table.to_dicts():
                key = {name: plain_value(row[name]) for name in self._session_key}
                sessions[row["globus_alias"], row["dataset_name"]].append(key)
        return sessions

    def _find_archived(self, find: Any, database: str) -> Iterator[Any]:
        missing = []
        for name in _ARCHIVED:
            try:
                table = find(f"{database}.{name}", setting=database)
            except CatalogError as error:
                missing.append(error)
                continue
            for attribute in (*self._session_key, "globus_alias", "dataset_name"):
                require_attribute(table, attribute, setting=f"{database}.{name}")
            yield table()
        if len(missing) == len(_ARCHIVED):
            raise missing[0]

    def _rows(self, name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._tables[name].to_dicts()
        return rows

    @contextmanager
    def _reading(self) -> Iterator[None]:
        connection = self._connection
        with clear_errors(where=connection.where, user=connection.conn_info["user"]), quiet():
            yield
