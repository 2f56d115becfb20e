"""Looks for a text in the newest states: in the names, paths and reasons of every data set, by the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from session_archive.catalog.history.state_rows import read_state
from session_archive.catalog.schema.like import literal
from session_archive.catalog.schema.store import Store, readable
from session_archive.states.state import State, StateRow

_TEXTS = "CONCAT_WS('\\n', s.session, s.data_set_name, s.path, s.reason)"
#: Capitals do not matter, whatever the catalog's own collation says.
_ANY_CASE = f"CONVERT({_TEXTS} USING utf8mb4) COLLATE utf8mb4_general_ci"


class TextSearch:
    """Reads the newest state of each data set once; what no run has looked at has none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(
        self, kinds: Sequence[str], *, texts: Collection[str], states: Collection[State], limit: int | None
    ) -> list[StateRow]:
        """The rows in one of these states that have one of these texts, in the order in which they changed."""
        if not (kinds and texts and states):
            return []
        name = self._store.tables.DataSetState.full_table_name
        like = " OR ".join([f"{_ANY_CASE} LIKE %s"] * len(texts))
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT s.* FROM {name} s JOIN (SELECT MAX(state_id) AS state_id FROM {name} "
                "WHERE data_set_type IN %s GROUP BY data_set_type, target) newest USING (state_id) "
                f"WHERE s.state IN %s AND ({like}) ORDER BY state_id"
                + ("" if limit is None else f" LIMIT {int(limit)}"),
                list(kinds),
                [str(state) for state in states],
                *(f"%{literal(text)}%" for text in texts),
            )
        return readable(rows, read_state, table="DataSetState")
