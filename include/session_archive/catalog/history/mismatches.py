"""Transfers that failed since a checksum did not match, and whether any ever matched at the same place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.schema.store import Store, read_time
from session_archive.fixity.vouchers import AT_SOURCE
from session_archive.transfers.submission import MISMATCH, End, Outcome, Submission


class Mismatches:
    """Reads the ledger and the files of verified replicas; only where a checksum did not match, which is rare."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._tables, self._ledger = store, store.tables, ledger

    def at(self, place: str) -> list[tuple[Submission, Outcome]]:
        """Every transfer to a place that ended so, oldest first."""
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT s.submission_id FROM {t.TransferOutcome.full_table_name} o "
                f"JOIN {t.Submission.full_table_name} s USING (submission_id) "
                "WHERE s.destination = %s AND o.status = %s AND o.detail LIKE %s ORDER BY s.begun_at",
                place,
                str(End.FAILED),
                f"%{MISMATCH}%",
            )
        found = [self._ledger.submission(uuid.UUID(bytes=row["submission_id"])) for row in rows]
        return [(submission, outcome) for submission, outcome in found if outcome is not None]

    def last_matched(self, place: str, algorithms: Collection[str]) -> dt.datetime | None:
        """When a replica there was last verified by a checksum from its source of one of these algorithms, UTC."""
        if not algorithms:
            return None
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                "SELECT MAX(v.verified_at) AS verified_at "
                f"FROM {t.DataSet.PhysicalFile.full_table_name} f "
                f"JOIN {t.Replica.Verified.full_table_name} v USING (data_set_id, revision) "
                "WHERE v.storage_location = %s AND f.checksum_algorithm IN %s AND f.vouched_by IN %s",
                place,
                sorted(algorithms),
                sorted(AT_SOURCE.values()),
            )
        return read_time(rows[0]["verified_at"])
