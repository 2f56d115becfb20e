"""Scratch places where audits may bring files, read and remove them: proven by `session-archive doctor --transfer`."""

from __future__ import annotations

from session_archive.catalog.schema.store import Store, now
from session_archive.settings.places import Place


class ProvenScratch:
    """Adds and reads which places are proven; one that was moved in archive.toml since is not."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.ProvenScratch

    def record(self, place: Place) -> None:
        """Record that all of it worked there."""
        with self._store.writing(f"scratch {place.name}"):
            self._table.insert1({"place": place.name, "proven_at": now(), **_root(place)})

    def holds(self, place: Place) -> bool:
        """Whether it worked there, at the root that archive.toml names now."""
        with self._store.reading():
            return bool(self._table & {"place": place.name, **_root(place)})


def _root(place: Place) -> dict[str, object]:
    return {
        "collection": place.collection,
        "directory": place.directory,
        "local_path": place.declared_local_path or "",
    }
