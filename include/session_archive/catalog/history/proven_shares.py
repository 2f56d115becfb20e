"""How much of each archive was proven, as audits counted it; rows are never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from session_archive.assess.proven_share import ProvenShare
from session_archive.catalog.schema.store import Store, read_time, stored_time


class ProvenShares:
    """Adds and reads counts; to count takes seconds, so that whoever shows one asks for the last."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.ProvenShare

    def record(self, share: ProvenShare) -> None:
        """Keep one count."""
        row = {
            "place": share.place,
            "counted_at": stored_time(share.counted_at),
            "within_seconds": int(share.within.total_seconds()),
            "n_bytes": share.n_bytes,
            "proven_bytes": share.proven_bytes,
        }
        with self._store.reading():
            self._table.insert1(row)

    def newest(self) -> list[ProvenShare]:
        """The last count of each location, by its name; none where no audit has run."""
        name = self._table.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT s.* FROM {name} s JOIN (SELECT place, MAX(counted_at) AS counted_at FROM {name} "
                "GROUP BY place) newest USING (place, counted_at) ORDER BY place"
            )
        return [_share(row) for row in rows]


def _share(row: Mapping[str, Any]) -> ProvenShare:
    at = read_time(row["counted_at"])
    assert at is not None, "it is in the key"
    within = dt.timedelta(seconds=row["within_seconds"])
    return ProvenShare(row["place"], at, within, row["n_bytes"], row["proven_bytes"])
