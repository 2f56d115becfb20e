"""The transfers that have no outcome yet, with what they move; their files are not read."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from session_archive.catalog.history.inquiries import newest_inquiries
from session_archive.catalog.history.open_submissions import OpenSubmissions
from session_archive.catalog.schema.store import Store, read_time
from session_archive.transfers.standing import Standing


@dataclass(frozen=True, slots=True)
class TransferUnderWay:
    """A transfer that was begun.

    transfer_task_id : Globus' own; None until the service has accepted it
    standing         : the service's last answer; None where nothing was ever wrong
    """

    data_set: str
    route: str
    source: str
    destination: str
    n_items: int
    n_bytes: int
    run_id: str
    begun_at: dt.datetime | None
    transfer_task_id: uuid.UUID | None
    standing: Standing | None


class TransfersUnderWay:
    """Reads the ledger's open submissions."""

    def __init__(self, store: Store) -> None:
        self._store, self._open = store, OpenSubmissions(store)

    def newest(self, *, limit: int) -> list[TransferUnderWay]:
        """Those that began last."""
        tables = self._store.tables
        with self._store.reading():
            candidates, arguments = self._open.candidates()
            rows = self._store.rows(
                "SELECT s.submission_id, s.data_set_name, s.route, s.source, s.destination, s.n_items, s.run_id, "
                f"s.begun_at, m.n_bytes, a.transfer_task_id FROM {candidates} c "
                f"STRAIGHT_JOIN {tables.Submission.full_table_name} s ON s.submission_id = c.submission_id "
                f"JOIN {tables.Manifest.full_table_name} m USING (manifest_id) "
                f"LEFT JOIN {tables.Acceptance.full_table_name} a ON a.submission_id = s.submission_id "
                f"LEFT JOIN {tables.TransferOutcome.full_table_name} o ON o.submission_id = s.submission_id "
                "WHERE o.status IS NULL ORDER BY s.begun_at DESC LIMIT %s",
                *arguments,
                limit,
            )
            ids = [uuid.UUID(bytes=row["submission_id"]) for row in rows]
            standings = newest_inquiries(self._store, ids)
        return [
            TransferUnderWay(
                data_set=row["data_set_name"],
                route=row["route"],
                source=row["source"],
                destination=row["destination"],
                n_items=row["n_items"],
                n_bytes=int(row["n_bytes"]),
                run_id=row["run_id"],
                begun_at=read_time(row["begun_at"]),
                transfer_task_id=uuid.UUID(bytes=row["transfer_task_id"])
                if row["transfer_task_id"]
                else None,
                standing=standings.get(each),
            )
            for each, row in zip(ids, rows, strict=True)
        ]
