"""Which data sets lack a copy at one of their locations."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.schema.store import Store
from session_archive.naming.session_name import DataSetName


@dataclass(frozen=True, slots=True)
class CatalogedFolder:
    """A data set, with its newest files.

    directory   : relative to the root of its places
    manifest_id : of its newest files
    n_bytes     : bytes
    """

    name: DataSetName
    id: uuid.UUID
    directory: str
    manifest_id: str
    n_files: int
    n_bytes: int


class LackingCopies:
    """Reads what is verified at one location and not at another."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def at(self, data_set_type: str, location: str) -> list[CatalogedFolder]:
        """The data sets of a type whose newest files are not verified at a location, and are at another one."""
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                "SELECT d.data_set_id, d.data_set_name, d.directory, r.manifest_id, r.n_files, r.n_bytes "
                f"FROM {t.DataSet.full_table_name} d JOIN {t.Replica.full_table_name} r USING (data_set_id) "
                f"JOIN {t.Replica.Verified.full_table_name} v USING (data_set_id, storage_location, revision) "
                "WHERE d.data_set_type = %s AND r.storage_location <> %s AND r.revision = "
                f"(SELECT MAX(n.revision) FROM {t.Replica.full_table_name} n WHERE n.data_set_id = d.data_set_id) "
                f"AND NOT EXISTS (SELECT 1 FROM {t.Replica.Verified.full_table_name} h "
                f"LEFT JOIN {t.Replica.Unproven.full_table_name} u USING (data_set_id, storage_location, revision) "
                "WHERE h.data_set_id = d.data_set_id AND h.storage_location = %s AND h.revision = r.revision "
                "AND u.found_at IS NULL)",
                data_set_type,
                location,
                location,
            )
        return list({row["data_set_id"]: _folder(row) for row in rows}.values())


def _folder(row: Mapping[str, Any]) -> CatalogedFolder:
    return CatalogedFolder(
        name=DataSetName.parse(row["data_set_name"]),
        id=uuid.UUID(bytes=row["data_set_id"]),
        directory=row["directory"],
        manifest_id=row["manifest_id"],
        n_files=row["n_files"],
        n_bytes=row["n_bytes"],
    )
