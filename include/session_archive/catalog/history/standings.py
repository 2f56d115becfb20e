"""How the unfinished transfers stand, by the last answer of the service: for a person who has to act."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from session_archive import clock
from session_archive.catalog.history.inquiries import newest_inquiries
from session_archive.catalog.history.open_submissions import OpenSubmissions
from session_archive.catalog.schema.store import Store
from session_archive.transfers.standing import Standing


@dataclass(frozen=True, slots=True)
class StandingTransfer:
    """An unfinished transfer, and what the service last said of it; one of which nothing is wrong is none of these."""

    data_set: str
    destination: str
    standing: Standing


class Standings:
    """Reads the ledger's unfinished transfers, without their files."""

    def __init__(self, store: Store) -> None:
        self._store, self._open = store, OpenSubmissions(store)

    def unfinished(self) -> list[StandingTransfer]:
        """Those of which something is wrong, of all routes and runs."""
        tables = self._store.tables
        with self._store.reading():
            candidates, arguments = self._open.candidates()
            # A transfer with which all is well has no inquiry, and needs no look at its submission.
            rows = self._store.rows(
                "SELECT DISTINCT s.submission_id, s.data_set_name, s.destination, s.begun_at "
                f"FROM {candidates} c "
                f"STRAIGHT_JOIN {tables.Inquiry.full_table_name} i ON i.submission_id = c.submission_id "
                f"STRAIGHT_JOIN {tables.Submission.full_table_name} s ON s.submission_id = c.submission_id "
                f"LEFT JOIN {tables.TransferOutcome.full_table_name} o ON o.submission_id = c.submission_id "
                "WHERE o.status IS NULL ORDER BY s.begun_at, s.submission_id",
                *arguments,
            )
            transfers = {uuid.UUID(bytes=row["submission_id"]): row for row in rows}
            standings = newest_inquiries(self._store, transfers)
        return [
            StandingTransfer(row["data_set_name"], row["destination"], standings[each])
            for each, row in transfers.items()
            if each in standings
        ]

    def waiting(self) -> list[str]:
        """A line about each unfinished transfer for which a person must act, by the last answer of the service."""
        now = clock.utc_now()
        messages = [(each, each.standing.message(each.data_set, now=now)) for each in self.unfinished()]
        return [f"{each.data_set} to {each.destination}: {message}" for each, message in messages if message]
