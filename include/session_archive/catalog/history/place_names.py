"""What places do with names that look alike: seen by `session-archive doctor --transfer`, never changed afterwards."""

from __future__ import annotations

from session_archive.catalog.schema.store import Store, now
from session_archive.naming.kept_names import KeptNames
from session_archive.settings.places import Place


class PlaceNames:
    """Adds and reads which names places keep apart."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.PlaceNames

    def record(self, place: Place, kept: KeptNames) -> None:
        """Record what was seen at the root of a place."""
        with self._store.writing(f"names of {place.name}"):
            self._table.insert1(
                {
                    "place": place.name,
                    "collection": place.collection,
                    "directory": place.directory,
                    "keeps_case": kept.case,
                    "keeps_normalisation": kept.normalisation,
                    "looked_at": now(),
                }
            )

    def of(self, place: Place) -> KeptNames:
        """What was last seen at the root of a place; what could not be seen then is as it was seen before."""
        root = {"collection": place.collection, "directory": place.directory}
        with self._store.reading():
            rows = (self._table & root).to_dicts(order_by="place_names_id")
        case = [row["keeps_case"] for row in rows if row["keeps_case"] is not None]
        normalisation = [row["keeps_normalisation"] for row in rows if row["keeps_normalisation"] is not None]
        return KeptNames(
            case=bool(case[-1]) if case else None,
            normalisation=bool(normalisation[-1]) if normalisation else None,
        )
