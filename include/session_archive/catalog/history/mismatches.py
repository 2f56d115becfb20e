"""Transfers that failed since a checksum did not match, and whether any ever matched at the same place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.schema.store import EPOCH, Store, read_time, stored_time
from session_archive.fixity.vouchers import AT_SOURCE
from session_archive.transfers.submission import MISMATCH, End, Outcome, Submission

#: Between the service, by whose clock a transfer ends, and the worker that records it.
_CLOCKS_DIFFER = dt.timedelta(days=1)


class Mismatches:
    """Reads the ledger and the files of verified replicas; only where a checksum did not match, which is rare."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._tables, self._ledger = store, store.tables, ledger

    def at(self, place: str, *, since: dt.datetime | None) -> list[tuple[Submission, Outcome]]:
        """Every transfer to a place that ended so, oldest first.

        since : UTC; those that ended long before are left out, and cost nothing. None for all
        """
        t = self._tables
        recorded = (stored_time(since) or EPOCH + _CLOCKS_DIFFER) - _CLOCKS_DIFFER
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT s.submission_id FROM {t.TransferOutcome.full_table_name} o "
                f"STRAIGHT_JOIN {t.Submission.full_table_name} s ON s.submission_id = o.submission_id "
                "WHERE o.status = %s AND o.recorded_at >= %s AND s.destination = %s AND o.detail LIKE %s "
                "ORDER BY s.begun_at",
                str(End.FAILED),
                recorded,
                place,
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
                # The newest first, and no further than the first that is such a one.
                f"SELECT v.verified_at FROM {t.Replica.Verified.full_table_name} v "
                # With EXISTS, the server may begin with all files.
                f"WHERE v.storage_location = %s AND (SELECT 1 FROM {t.DataSet.PhysicalFile.full_table_name} f "
                "WHERE f.data_set_id = v.data_set_id AND f.revision = v.revision "
                "AND f.checksum_algorithm IN %s AND f.vouched_by IN %s LIMIT 1) IS NOT NULL "
                "ORDER BY v.verified_at DESC LIMIT 1",
                place,
                sorted(algorithms),
                sorted(AT_SOURCE.values()),
            )
        return read_time(rows[0]["verified_at"]) if rows else None
