"""One data set from the first look on: everything that the catalog knows of it, in pages of bounded size."""

from __future__ import annotations

import uuid
from typing import Any

from session_archive.catalog.history.decisions import read_decision
from session_archive.catalog.history.state_rows import read_state
from session_archive.catalog.schema.store import Store, readable
from session_archive.errors import NamingError
from session_archive.naming.session_name import DataSetName
from session_archive.states.decisions import Decision
from session_archive.states.state import StateRow

#: Rows of each kind that are read: the newest.
MOST = 200

Row = dict[str, Any]


class DataSetStory:
    """Reads by the key of a data set, or by type and target of its states: each by an index."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def states(self, data_set_type: str, target: uuid.UUID) -> list[StateRow]:
        """Its states, the newest first."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {self._tables.DataSetState.full_table_name} "
                "WHERE data_set_type = %s AND target = %s ORDER BY state_id DESC LIMIT %s",
                data_set_type,
                target.bytes,
                MOST,
            )
        return readable(rows, read_state, table="DataSetState")

    def copies(self, data_set_type: str, target: uuid.UUID) -> list[StateRow]:
        """The states of its copies, of a type with several locations, the newest first."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {self._tables.CopyState.full_table_name} "
                "WHERE data_set_type = %s AND target = %s ORDER BY copy_state_id DESC LIMIT %s",
                data_set_type,
                target.bytes,
                MOST,
            )
        return readable(rows, read_state, table="CopyState")

    def looks(self, data_set_id: uuid.UUID) -> list[Row]:
        """What was seen of it on the rigs before it was archived, the newest first."""
        return self._rows("Look", data_set_id, order="looked_at")

    def findings(self, look_id: bytes) -> list[Row]:
        """What was missing or odd at one look."""
        name = self._tables.Look.Finding.full_table_name
        with self._store.reading():
            return self._store.rows(
                f"SELECT * FROM {name} WHERE look_id = %s ORDER BY number LIMIT %s", look_id, MOST
            )

    def attempts(self, data_set_id: uuid.UUID) -> list[Row]:
        """Its transfers with their ends, the newest first; `status` is None while one is under way."""
        tables = self._tables
        with self._store.reading():
            return self._store.rows(
                "SELECT s.submission_id, s.route, s.source, s.destination, s.n_items, s.run_id, s.begun_at, "
                "a.transfer_task_id, o.status, o.detail, o.n_files, o.n_bytes, o.completed_at, o.recorded_at "
                f"FROM {tables.Submission.full_table_name} s "
                f"LEFT JOIN {tables.Acceptance.full_table_name} a USING (submission_id) "
                f"LEFT JOIN {tables.TransferOutcome.full_table_name} o USING (submission_id) "
                "WHERE s.data_set_id = %s ORDER BY s.begun_at DESC LIMIT %s",
                data_set_id.bytes,
                MOST,
            )

    def verifications(self, data_set_id: uuid.UUID) -> list[Row]:
        """The comparisons with what was promised, the newest first."""
        return self._rows("Verification", data_set_id, order="verified_at")

    def replicas(self, data_set_id: uuid.UUID) -> list[Row]:
        """Where it is; `verified_at` is None where nothing proves it."""
        replica = self._tables.Replica
        with self._store.reading():
            return self._store.rows(
                f"SELECT r.*, v.verified_at FROM {replica.full_table_name} r "
                f"LEFT JOIN {replica.Verified.full_table_name} v USING (data_set_id, storage_location, revision) "
                "WHERE r.data_set_id = %s ORDER BY r.storage_location, r.revision DESC LIMIT %s",
                data_set_id.bytes,
                MOST,
            )

    def retrievals(self, data_set_id: uuid.UUID) -> list[Row]:
        """What was brought back of it, the newest first."""
        return self._rows("Retrieval", data_set_id, order="retrieved_at")

    def repairs(self, data_set_id: uuid.UUID) -> list[Row]:
        """What people asked to repair, the newest first; `ended_at` is None while one is not over."""
        repair, aside = self._tables.Repair, self._tables.Repair.SetAside.full_table_name
        with self._store.reading():
            return self._store.rows(
                "SELECT r.*, e.origin, e.n_files, e.ended_at, "
                f"(SELECT MIN(a.aside_path) FROM {aside} a WHERE a.repair_id = r.repair_id) AS aside, "
                f"(SELECT COUNT(*) FROM {aside} a WHERE a.repair_id = r.repair_id) AS n_asides "
                f"FROM {repair.full_table_name} r LEFT JOIN {repair.Ended.full_table_name} e USING (repair_id) "
                "WHERE r.data_set_id = %s ORDER BY r.asked_at DESC LIMIT %s",
                data_set_id.bytes,
                MOST,
            )

    def files(self, data_set_id: uuid.UUID, *, limit: int, offset: int = 0) -> list[Row]:
        """Its cataloged files in the newest revision, by path."""
        name = self._tables.DataSet.PhysicalFile.full_table_name
        with self._store.reading():
            return self._store.rows(
                f"SELECT * FROM {name} WHERE data_set_id = %s AND revision = "
                f"(SELECT MAX(revision) FROM {name} WHERE data_set_id = %s) "
                "ORDER BY file_path LIMIT %s OFFSET %s",
                data_set_id.bytes,
                data_set_id.bytes,
                limit,
                offset,
            )

    def digests(self, data_set_id: uuid.UUID, path_ids: list[bytes]) -> list[Row]:
        """Every digest of these files, the oldest first."""
        if not path_ids:
            return []
        name = self._tables.FileDigest.full_table_name
        with self._store.reading():
            return self._store.rows(
                f"SELECT * FROM {name} WHERE data_set_id = %s AND path_id IN %s ORDER BY computed_at, digest_id",
                data_set_id.bytes,
                path_ids,
            )

    def decisions(self, target: uuid.UUID, *, data_set: str, path: str) -> list[Decision]:
        """What people decided about it, about its session or its folder, the newest first.

        Every decision is read: people make them one by one.
        """
        place, _, directory = path.partition(":")
        name = self._tables.Decision.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {name} WHERE session_id = %s OR data_set_id = %s OR data_set_name = %s "
                "OR (place = %s AND directory = %s AND place <> '') ORDER BY decision_id DESC LIMIT %s",
                target.bytes,
                target.bytes,
                data_set or None,
                place,
                directory,
                MOST,
            )
        return readable(rows, read_decision, table="Decision")

    def of_run(self, dag_id: str, run_id: str) -> list[Row]:
        """What one run compared, the newest first."""
        name = self._tables.Verification.full_table_name
        with self._store.reading():
            return self._store.rows(
                f"SELECT * FROM {name} WHERE run_id = %s AND dag_id = %s ORDER BY verified_at DESC LIMIT %s",
                run_id,
                dag_id,
                MOST,
            )

    def _rows(self, table: str, data_set_id: uuid.UUID, *, order: str) -> list[Row]:
        name = getattr(self._tables, table).full_table_name
        with self._store.reading():
            return self._store.rows(
                f"SELECT * FROM {name} WHERE data_set_id = %s ORDER BY {order} DESC LIMIT %s",
                data_set_id.bytes,
                MOST,
            )


def data_set_id(name: str) -> uuid.UUID | None:
    """The key of a data set's name; None where there is none, or no version of this package writes it."""
    try:
        return DataSetName.parse(name).id if name else None
    except NamingError:
        return None
