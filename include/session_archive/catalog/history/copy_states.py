"""The states of copies, of data set types that have several locations; the data set's own state follows from them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from session_archive.catalog.history.state_rows import compared, read_state, stored_state
from session_archive.catalog.schema.store import ROWS, Store, readable
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import ReplicaInfo
from session_archive.states.copies import state_of_copies
from session_archive.states.state import State, StateRow

#: Data sets -> their replicas, by place.
ReplicasByPlace = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Mapping[str, ReplicaInfo]]]


class CopyStates:
    """The newest state of each copy.

    replicas : asked for copies whose state nobody has recorded yet; None for whoever only reads states
    """

    def __init__(self, store: Store, *, replicas: ReplicasByPlace | None) -> None:
        self._store, self._table = store, store.tables.CopyState
        self._replicas = replicas
        self._locations = {
            kind: locations for kind, locations in store.layout.locations.items() if len(locations) > 1
        }

    def has_copies(self, row: StateRow) -> bool:
        """True if the row is of one copy of several."""
        return row.place in self._locations.get(row.data_set_type, ())

    def newest(
        self, data_set_type: str, targets: Collection[uuid.UUID]
    ) -> dict[uuid.UUID, dict[str, StateRow]]:
        """Target -> location -> state, inside an open transaction; the number of all others costs nothing."""
        found: dict[uuid.UUID, dict[str, StateRow]] = {}
        if data_set_type not in self._locations:
            return found
        ids, name = [target.bytes for target in targets], self._table.full_table_name
        for first in range(0, len(ids), ROWS):
            rows = self._store.rows(
                f"SELECT s.* FROM {name} s JOIN (SELECT MAX(copy_state_id) AS copy_state_id FROM {name} "
                "WHERE data_set_type = %s AND target IN %s GROUP BY data_set_type, target, place) newest "
                "USING (copy_state_id) ORDER BY copy_state_id",
                data_set_type,
                ids[first : first + ROWS],
            )
            for row in readable(rows, read_state, table="CopyState"):
                found.setdefault(row.target, {})[row.place] = row
        return found

    def _add_replicas(
        self, rows: Iterable[StateRow], known: Mapping[str, dict[uuid.UUID, dict[str, StateRow]]]
    ) -> None:
        """Add the states of copies that were recorded before their type had several locations."""
        lacking = [
            row
            for row in rows
            if row.data_set
            and len(known[row.data_set_type].get(row.target, {})) < len(self._locations[row.data_set_type])
        ]
        if not lacking:
            return
        ids = {row: DataSetName.parse(row.data_set).id for row in lacking}
        assert self._replicas is not None, "whoever records states can read replicas"
        replicas = self._replicas(set(ids.values()))
        for row, data_set_id in ids.items():
            copies = known[row.data_set_type].setdefault(row.target, {})
            for place, replica in replicas.get(data_set_id, {}).items():
                if place in self._locations[row.data_set_type]:
                    copies.setdefault(place, replace(row, state=_of_replica(replica), reason="", place=place))

    def merged(self, rows: Iterable[StateRow], *, keep: bool) -> list[StateRow]:
        """The same rows, of which those of copies became one row for each data set, inside an open transaction.

        keep : add the new states of copies to the log
        """
        rows, new = list(rows), []
        targets: dict[str, dict[uuid.UUID, None]] = {}
        for row in filter(self.has_copies, rows):
            targets.setdefault(row.data_set_type, {})[row.target] = None
        known = {kind: self.newest(kind, list(of_kind)) for kind, of_kind in targets.items()}
        self._add_replicas(filter(self.has_copies, rows), known)
        merged: dict[object, StateRow] = {}
        for number, row in enumerate(rows):
            if not self.has_copies(row):
                merged[number] = row
                continue
            copies = known[row.data_set_type].setdefault(row.target, {})
            before = copies.get(row.place)
            if before is None or compared(stored_state(before)) != compared(stored_state(row)):
                new.append({**stored_state(row), "place": row.place})
            copies[row.place] = row
            of_data_set = state_of_copies(copies, self._locations[row.data_set_type])
            merged[row.data_set_type, row.target] = of_data_set
        if keep:
            self._table.insert(new, chunk_size=ROWS)
        return list(merged.values())


def _of_replica(replica: ReplicaInfo) -> State:
    """The state of a copy of which only the replica tells."""
    if replica.damaged:
        return State.DAMAGED
    return State.ARCHIVED if replica.verified else State.UNVERIFIED
