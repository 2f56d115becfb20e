"""Lists of what may be deleted at rigs, and what the logs of their scripts say; rows are never changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import ROWS, Store, cut, now, stored_time
from session_archive.errors import ArchiveError
from session_archive.naming.session_name import DataSetName
from session_archive.release.release_list import ReleaseList, ReleaseLog


class ReleaseLists:
    """Adds and reads release lists."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.ReleaseList

    def record(self, release: ReleaseList) -> None:
        """Record a list, before anybody is given it."""
        key = {"list_id": release.id}
        with self._store.writing(f"release list {release.id}"):
            self._table.insert1(
                {
                    **key,
                    "place": release.place,
                    "given_by": cut(release.given_by, NAME_LENGTH),
                    "given_at": stored_time(release.given_at),
                    "expires_at": stored_time(release.expires_at),
                    "n_bytes": release.n_bytes,
                }
            )
            rows = [
                {
                    **key,
                    "data_set_id": each.name.id,
                    "data_set_name": str(each.name),
                    "manifest_id": each.files.id,
                    "n_files": len(each.files.files),
                    "n_bytes": each.files.n_bytes,
                }
                for each in release.data_sets
            ]
            self._table.DataSet.insert(rows, chunk_size=ROWS)

    def record_log(self, log: ReleaseLog, *, read_by: str) -> str:
        """Record what a log says; the same log again adds nothing. Returns the rig's name.

        raises : ArchiveError for a list or a data set that was never given out, or more files than it had
        """
        key = {"list_id": log.list_id}
        with self._store.writing(f"release list {log.list_id}"):
            lists = (self._table & key).to_dicts()
            if not lists:
                raise ArchiveError(
                    f"the catalog has no release list {log.list_id}; is this another catalog's log?"
                )
            listed = {row["data_set_name"]: row for row in (self._table.DataSet & key).to_dicts()}
            known = {
                (row["data_set_id"], row["n_removed"], row["n_left"])
                for row in (self._table.Removed & key).to_dicts()
            }
            rows = []
            for each in log.removed:
                row = listed.get(each.data_set)
                if row is None or each.n_files > row["n_files"]:
                    raise ArchiveError(
                        f"{each.data_set}: release list {log.list_id} has "
                        f"{'no such data set' if row is None else str(row['n_files']) + ' files of it'}, and the log "
                        f"{each.n_files}; expected the log as its script wrote it"
                    )
                if (row["data_set_id"], each.n_files, len(each.left)) not in known:
                    rows.append(
                        {
                            **key,
                            "data_set_id": row["data_set_id"],
                            "read_at": now(),
                            "read_by": cut(read_by, NAME_LENGTH),
                            "n_removed": each.n_files,
                            "n_left": len(each.left),
                            "left_why": cut(next(iter(each.left), ""), TEXT_LENGTH),
                        }
                    )
            self._table.Removed.insert(rows)
        return str(lists[0]["place"])

    def words(self, data_set_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
        """`released on 2026-11-27 by ann` of those that were on a list, by the newest of it.

        A list says that they may be deleted at the rig, a log that they were.
        """
        ids, found = [each.bytes for each in data_set_ids], dict[uuid.UUID, str]()
        name = self._table.full_table_name
        with self._store.reading():
            for first in range(0, len(ids), ROWS):
                rows = self._store.rows(
                    f"SELECT d.data_set_id, l.given_by, l.given_at FROM {self._table.DataSet.full_table_name} d "
                    f"JOIN {name} l USING (list_id) WHERE d.data_set_id IN %s ORDER BY l.given_at",
                    ids[first : first + ROWS],
                )
                for row in rows:
                    words = f"released on {row['given_at']:%Y-%m-%d} by {row['given_by']}"
                    found[uuid.UUID(bytes=row["data_set_id"])] = words
        return found

    def of(self, data_set: DataSetName) -> str:
        """As `words`, of one data set; '' if no list ever had it."""
        return self.words([data_set.id]).get(data_set.id, "")
