"""What of the history a message is about; every query has its index and reads a bounded part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from session_archive.catalog.schema.store import Store, now, read_time, stored_time
from session_archive.messages.facts import Ended


class Watch:
    """Signs of life of the rigs, and ends of transfers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest_looks(self, places: Iterable[str]) -> dict[str, dt.datetime]:
        """Place -> when something there was new or had changed that was not archived, UTC; none for those without."""
        newest = {}
        name = self._store.tables.Look.full_table_name
        with self._store.reading():
            for place in places:
                (row,) = self._store.rows(
                    f"SELECT MAX(looked_at) AS looked_at FROM {name} WHERE place = %s AND looked_at <= %s",
                    place,
                    now(),
                )
                if looked_at := read_time(row["looked_at"]):
                    newest[place] = looked_at
        return newest

    def ended_since(self, time: dt.datetime) -> list[Ended]:
        """The transfers of data sets that ended since then, oldest first."""
        tables = self._store.tables
        with self._store.reading():
            rows = self._store.rows(
                "SELECT s.destination, o.status, o.detail, o.recorded_at "
                f"FROM {tables.TransferOutcome.full_table_name} o "
                f"JOIN {tables.Submission.full_table_name} s USING (submission_id) "
                "WHERE o.recorded_at >= %s ORDER BY o.recorded_at",
                stored_time(time),
            )
        return [
            Ended(row["destination"], row["status"] == "SUCCEEDED", row["detail"], ended_at)
            for row in rows
            if (ended_at := read_time(row["recorded_at"]))
        ]
