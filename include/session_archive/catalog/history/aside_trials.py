"""Whether files can be set aside at a place: tried by `session-archive doctor --transfer`, never changed afterwards."""

from __future__ import annotations

import uuid

from session_archive.catalog.schema.limits import TEXT_LENGTH
from session_archive.catalog.schema.store import Store, cut, now
from session_archive.settings.places import Place


class AsideTrials:
    """Adds and reads trials of setting a file aside."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.AsideTrial

    def record(self, place: Place, *, works: bool, detail: str = "") -> None:
        """Record how a trial at the root of a place ended."""
        with self._store.writing(f"aside trial {place.name}"):
            self._table.insert1(
                {
                    "trial_id": uuid.uuid4(),
                    "place": place.name,
                    "collection": place.collection,
                    "directory": place.directory,
                    "works": works,
                    "detail": cut(detail, TEXT_LENGTH),
                    "tried_at": now(),
                }
            )

    def works_at(self, place: Place) -> bool | None:
        """Whether the last trial at this very root worked; None if there was none."""
        root = {"collection": place.collection, "directory": place.directory}
        with self._store.reading():
            rows = (self._table & root).to_dicts(order_by="tried_at")
        return bool(rows[-1]["works"]) if rows else None
