"""How much is archived, place by place."""

from __future__ import annotations

from typing import NamedTuple

from session_archive.catalog.schema.store import Store


class PlaceTotal(NamedTuple):
    """Verified data sets at a place, each in its newest revision."""

    place: str
    n_data_sets: int
    n_files: int
    n_bytes: int


class Totals:
    """Adds up the replicas: two rows are read for each, so that whoever asks often keeps the answer for a while."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_place(self) -> list[PlaceTotal]:
        """What is verified at each place, by its name."""
        replica = self._store.tables.Replica
        name = replica.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                "SELECT r.storage_location AS place, COUNT(*) AS n_data_sets, SUM(r.n_files) AS n_files, "
                f"SUM(r.n_bytes) AS n_bytes FROM {name} r JOIN {replica.Verified.full_table_name} v "
                "USING (data_set_id, storage_location, revision) "
                f"LEFT JOIN {name} later ON later.data_set_id = r.data_set_id "
                "AND later.storage_location = r.storage_location AND later.revision > r.revision "
                "WHERE later.revision IS NULL GROUP BY r.storage_location ORDER BY r.storage_location"
            )
        return [
            PlaceTotal(row["place"], int(row["n_data_sets"]), int(row["n_files"]), int(row["n_bytes"]))
            for row in rows
        ]
