"""Finds files of archived data sets by what they are, not by where they lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from session_archive.catalog.data_sets.replica_reader import file_entry
from session_archive.catalog.schema.store import Store
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.storable import is_storable, modification_time
from session_archive.naming.session_name import DataSetName


class ArchivedFiles:
    """Reads the files of verified replicas."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def alike(
        self, files: Collection[FileEntry], *, except_of: DataSetName
    ) -> list[tuple[DataSetName, FileEntry, dt.datetime]]:
        """Archived files with the size and time of one of `files`; each with its data set, and when it was verified.

        One question by an index, whatever the number of files that the archive holds.

        except_of : its own files do not count
        """
        sizes_and_times = sorted(
            {(file.size, modification_time(file)) for file in files if is_storable(file)}
        )
        if not sizes_and_times:
            return []
        t = self._tables
        alike = " OR ".join(["(f.file_size = %s AND f.file_mtime = %s)"] * len(sizes_and_times))
        with self._store.reading():
            rows = self._store.rows(
                "SELECT f.*, d.data_set_name, v.verified_at "
                f"FROM {t.DataSet.PhysicalFile.full_table_name} f "
                f"JOIN {t.DataSet.full_table_name} d USING (data_set_id) "
                f"JOIN {t.Replica.Verified.full_table_name} v USING (data_set_id, revision) "
                f"LEFT JOIN {t.Replica.Unproven.full_table_name} u "
                "USING (data_set_id, storage_location, revision) "
                f"WHERE ({alike}) AND f.data_set_id != %s AND u.found_at IS NULL ORDER BY v.verified_at",
                *(value for pair in sizes_and_times for value in pair),
                except_of.id.bytes,
            )
        return [
            (
                DataSetName.parse(row["data_set_name"]),
                file_entry(row),
                row["verified_at"].replace(tzinfo=dt.UTC),
            )
            for row in rows
        ]
