"""What the ledger knows of transfers after which no verification was recorded."""

from __future__ import annotations

import uuid
from collections import defaultdict

from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.history.open_submissions import OpenSubmissions
from session_archive.catalog.schema.store import Store
from session_archive.transfers.submission import Outcome, Submission
from session_archive.transfers.unrecorded import Unrecorded, find_unrecorded


class Arrivals:
    """Finds transfers that nobody has recorded, by the ledger alone."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._tables, self._ledger = store, store.tables, ledger
        self._open = OpenSubmissions(store)

    def unrecorded(self, *, route: str, destination: str) -> list[Unrecorded]:
        """The transfers by this route to this place that nobody has recorded, at most one of a data set, by name."""
        unverified: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for row in self._unverified(route, destination):
            unverified[uuid.UUID(bytes=row["data_set_id"])].add(uuid.UUID(bytes=row["submission_id"]))
        found = []
        for data_set_id, ids in unverified.items():
            attempts = [
                each for each in self._ledger.attempts(data_set_id, destination) if each[0].route == route
            ]
            if each := find_unrecorded(attempts, unverified=ids):
                found.append(each)
        return sorted(found, key=lambda each: each.submission.data_set)

    def without_replica(self, *, route: str, destination: str) -> list[tuple[Submission, Outcome | None]]:
        """The last accepted transfer by this route of each data set that has no replica at this place, by name."""
        t = self._tables
        with self._store.reading():
            candidates, arguments = self._open.candidates()
            rows = self._store.rows(
                f"SELECT s.submission_id FROM {candidates} c "
                f"STRAIGHT_JOIN {t.Submission.full_table_name} s ON s.submission_id = c.submission_id "
                f"JOIN {t.Acceptance.full_table_name} a ON a.submission_id = s.submission_id "
                "WHERE s.route = %s AND s.destination = %s "
                f"AND NOT EXISTS (SELECT 1 FROM {t.Replica.full_table_name} r "
                "WHERE r.data_set_id = s.data_set_id AND r.storage_location = s.destination) "
                "ORDER BY s.begun_at, s.submission_id",
                *arguments,
                route,
                destination,
            )
        sent = [self._ledger.submission(uuid.UUID(bytes=row["submission_id"])) for row in rows]
        last = {submission.data_set_id: (submission, outcome) for submission, outcome in sent}
        return sorted(last.values(), key=lambda each: each[0].data_set)

    def _unverified(self, route: str, destination: str) -> list[dict[str, bytes]]:
        t = self._tables
        with self._store.reading():
            candidates, arguments = self._open.candidates()
            return self._store.rows(
                f"SELECT s.data_set_id, s.submission_id FROM {candidates} c "
                f"STRAIGHT_JOIN {t.Submission.full_table_name} s ON s.submission_id = c.submission_id "
                f"LEFT JOIN {t.TransferOutcome.full_table_name} o ON o.submission_id = s.submission_id "
                "WHERE s.route = %s AND s.destination = %s AND (o.status IS NULL OR o.status <> 'FAILED') "
                f"AND NOT {self._open.is_verified}",
                *arguments,
                route,
                destination,
            )
