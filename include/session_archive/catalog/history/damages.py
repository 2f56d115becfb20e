"""Reads which archived files are damaged: as an audit last saw them. Few are, however much is archived."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.schema.store import ROWS, Store, read_time
from session_archive.fixity.damage import Damage


@dataclass(frozen=True, slots=True)
class DamagedCopy:
    """A data set of which files are damaged at a place, sorted by path."""

    data_set: str
    place: str
    damages: tuple[Damage, ...]


class Damages:
    """The damage that no later audit found whole again."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Damage

    def every(self) -> list[DamagedCopy]:
        """All damaged copies, by name and place."""
        with self._store.reading():
            return _copies(self._rows("TRUE"))

    def of(self, data_set_ids: Collection[uuid.UUID], place: str) -> dict[uuid.UUID, tuple[Damage, ...]]:
        """The damaged files of these data sets at a place, by data set id, sorted by path."""
        ids = [each.bytes for each in data_set_ids]
        found: dict[uuid.UUID, list[Damage]] = {}
        with self._store.reading():
            for first in range(0, len(ids), ROWS):
                rows = self._rows("g.place = %s AND g.data_set_id IN %s", place, ids[first : first + ROWS])
                for row in rows:
                    found.setdefault(uuid.UUID(bytes=row["data_set_id"]), []).append(_damage(row))
        return {key: tuple(damages) for key, damages in found.items()}

    def ids(self, data_set_id: uuid.UUID, place: str) -> dict[str, uuid.UUID]:
        """Path -> id of the row of a damaged file, inside an open transaction."""
        rows = self._rows("g.place = %s AND g.data_set_id = %s", place, data_set_id.bytes)
        return {row["file_path"]: uuid.UUID(bytes=row["damage_id"]) for row in rows}

    def _rows(self, condition: str, *arguments: Any) -> list[dict[str, Any]]:
        return self._store.rows(
            f"SELECT g.* FROM {self._table.full_table_name} g "
            f"LEFT JOIN {self._table.Ended.full_table_name} e USING (damage_id) "
            f"WHERE e.ended_at IS NULL AND {condition} ORDER BY g.data_set_name, g.place, g.file_path",
            *arguments,
        )


def _copies(rows: Collection[Mapping[str, Any]]) -> list[DamagedCopy]:
    by_key: dict[tuple[str, str], list[Damage]] = {}
    for row in rows:
        by_key.setdefault((row["data_set_name"], row["place"]), []).append(_damage(row))
    return [DamagedCopy(name, place, tuple(damages)) for (name, place), damages in by_key.items()]


def _damage(row: Mapping[str, Any]) -> Damage:
    return Damage(
        row["file_path"], row["problem"], row["detail"], _aware(row["whole_at"]), _aware(row["found_at"])
    )


def _aware(stored: dt.datetime) -> dt.datetime:
    at = read_time(stored)
    assert at is not None, "neither time is ever null"
    return at
