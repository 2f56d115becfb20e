"""Since when data sets have been in their present states: for the rows that are shown."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from session_archive.catalog.schema.store import ROWS, Store, read_time
from session_archive.states.state import StateRow


class StateAges:
    """Reads the history of some states."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def since(self, rows: Iterable[StateRow]) -> dict[tuple[str, uuid.UUID], dt.datetime]:
        """Type and target -> when its present state began, UTC, whatever reasons it has had since.

        rows : as the catalog has them; those that no run has looked at have no such time
        """
        targets: dict[str, list[uuid.UUID]] = {}
        for row in rows:
            if row.changed_at:
                targets.setdefault(row.data_set_type, []).append(row.target)
        with self._store.reading():
            return {
                (data_set_type, target): began
                for data_set_type, of_type in targets.items()
                for first in range(0, len(of_type), ROWS)
                for target, began in self._of(data_set_type, of_type[first : first + ROWS])
            }

    def _of(self, data_set_type: str, targets: list[uuid.UUID]) -> Iterable[tuple[uuid.UUID, dt.datetime]]:
        name = self._store.tables.DataSetState.full_table_name
        rows = self._store.rows(
            f"SELECT s.target, MIN(s.changed_at) AS began FROM {name} s "
            "WHERE s.data_set_type = %s AND s.target IN %s AND NOT EXISTS ("
            f"SELECT 1 FROM {name} later WHERE later.data_set_type = s.data_set_type AND later.target = s.target "
            "AND later.state_id > s.state_id AND later.state <> s.state) GROUP BY s.target",
            data_set_type,
            [target.bytes for target in targets],
        )
        return [(uuid.UUID(bytes=row["target"]), at) for row in rows if (at := read_time(row["began"]))]
