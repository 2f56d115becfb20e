"""Reads which files earlier retrievals brought to a place."""

from __future__ import annotations

import datetime as dt
import uuid

from session_archive.catalog.history.ledger import Ledger
from session_archive.catalog.schema.store import Store
from session_archive.settings.places import Place
from session_archive.transfers.retrieval_plan import Arrival


class Retrievals:
    """Reads retrievals."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._table, self._ledger = store, store.tables.Retrieval, ledger

    def places(self, data_set_id: uuid.UUID) -> frozenset[tuple[str, uuid.UUID, str]]:
        """Name, collection and directory of each root to which files of a data set were brought back."""
        with self._store.reading():
            rows = (self._table & {"data_set_id": data_set_id}).to_dicts()
        return frozenset((row["place"], row["collection"], row["directory"]) for row in rows)

    def arrived(self, data_set_id: uuid.UUID, place: Place) -> dict[str, Arrival]:
        """The files of a data set that were verified at this very root, by path; the latest verification of each."""
        at_place = {
            "data_set_id": data_set_id,
            "place": place.name,
            "collection": place.collection,
            "directory": place.directory,
        }
        with self._store.reading():
            rows = (self._table & at_place).to_dicts(order_by="retrieved_at")
        latest = {row["manifest_id"]: row["retrieved_at"].replace(tzinfo=dt.UTC) for row in rows}
        return {
            file.path: Arrival(file, at)
            for manifest_id, at in sorted(latest.items(), key=lambda each: each[1])
            for file in self._ledger.manifest(manifest_id).files
        }
