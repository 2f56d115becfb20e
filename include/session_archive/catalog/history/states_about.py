"""The present states that are about a data set's name or a folder."""

from __future__ import annotations

from collections.abc import Collection

from session_archive.catalog.history.state_rows import read_state
from session_archive.catalog.schema.store import Store, readable
from session_archive.states.state import StateRow


class StatesAbout:
    """Looks states up by what they are about, where the lab's session is not known."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, *, data_sets: Collection[str], folders: frozenset[str]) -> list[StateRow]:
        """The newest rows of these data sets, and of what was listed in these folders, '<place>:<path>'.

        It reads every row, which takes a second where there are a million.
        """
        name = self._store.tables.DataSetState.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT s.* FROM {name} s JOIN (SELECT MAX(state_id) AS state_id FROM {name} "
                f"WHERE target IN (SELECT target FROM {name} WHERE data_set_name IN %s OR path IN %s) "
                "GROUP BY data_set_type, target) newest USING (state_id) ORDER BY state_id",
                [*data_sets, None],
                [*folders, None],
            )
        found = readable(rows, read_state, table="DataSetState")
        return [
            row for row in found if row.data_set in data_sets or not folders.isdisjoint(row.path.split(" + "))
        ]
