"""The log of states: a row when the state of an expected data set changes; the newest row is its state."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from session_archive.catalog.history.copy_states import CopyStates, ReplicasByPlace
from session_archive.catalog.history.open_states import OpenState, OpenStates
from session_archive.catalog.history.state_rows import compared, read_state, stored_state
from session_archive.catalog.schema.store import PIECE, ROWS, Store, readable
from session_archive.errors import CatalogError
from session_archive.states.state import State, StateRow


class States:
    """The state of every expected data set, with its reason and time.

    Of a type with several locations, a row of one copy goes into the log of copies, and the data set's state follows.

    replicas : asked when states of copies are recorded; None for whoever only reads
    """

    def __init__(self, store: Store, *, replicas: ReplicasByPlace | None = None) -> None:
        self._store, self._table = store, store.tables.DataSetState
        self._open, self._copies = OpenStates(store), CopyStates(store, replicas=replicas)

    def record(self, rows: Iterable[StateRow]) -> list[StateRow]:
        """Add the rows that differ from the newest row of their target; returns these."""
        rows = list(rows)
        if not rows:
            return []
        with self._store.writing("states"):
            changed = self._changed(self._copies.merged(rows, keep=True))
            self._table.insert([stored_state(row) for row in changed], chunk_size=ROWS)
        return changed

    def append(self, row: StateRow) -> None:
        """As `record`, for one row inside an open transaction."""
        for changed in self._changed(self._copies.merged([row], keep=True)):
            self._table.insert1(stored_state(changed))

    def merged(self, rows: Iterable[StateRow]) -> list[StateRow]:
        """What `record` would make of the rows: one for each data set."""
        with self._store.reading():
            return self._copies.merged(rows, keep=False)

    def of_copies(
        self, targets: Collection[uuid.UUID], data_set_type: str
    ) -> dict[uuid.UUID, dict[str, StateRow]]:
        """Target -> location -> the state of the copy there; empty for a type with a single location."""
        with self._store.reading():
            return self._copies.newest(data_set_type, targets)

    def newest_rows(
        self, targets: Collection[uuid.UUID] | None = None, data_set_type: str | None = None
    ) -> list[StateRow]:
        """The newest row of each target and type, in the order in which they changed.

        targets, data_set_type : None for all
        """
        with self._store.reading():
            return readable(self._newest(targets, data_set_type), read_state, table="DataSetState")

    def of(self, target: uuid.UUID, data_set_type: str) -> StateRow | None:
        """The newest row of one target, read inside an open transaction."""
        rows = readable(self._newest([target], data_set_type), read_state, table="DataSetState")
        return rows[0] if rows else None

    def of_data_sets(self, data_sets: Collection[str], data_set_type: str) -> list[StateRow]:
        """The newest rows of the targets that these data sets were ever recorded for, as far as they are of one.

        data_sets : names
        """
        names, name = list(data_sets), self._table.full_table_name
        with self._store.reading():
            targets = [
                uuid.UUID(bytes=row["target"])
                for first in range(0, len(names), ROWS)
                for row in self._store.rows(
                    f"SELECT DISTINCT target FROM {name} WHERE data_set_name IN %s AND data_set_type = %s",
                    names[first : first + ROWS],
                    data_set_type,
                )
            ]
        return [row for row in self.newest_rows(targets, data_set_type) if row.data_set in data_sets]

    def targets_of_subjects(self, subjects: Collection[str], data_set_type: str) -> set[uuid.UUID]:
        """The targets for which a data set of one of these subjects was ever recorded."""
        name = self._table.full_table_name
        found: set[uuid.UUID] = set()
        with self._store.reading():
            for subject in subjects:
                first = f"{data_set_type}/{subject}/"
                rows = self._store.rows(
                    # '0' comes next to '/': the names that begin so, by the index.
                    f"SELECT DISTINCT target FROM {name} WHERE data_set_name >= %s AND data_set_name < %s "
                    "AND data_set_type = %s",
                    first,
                    f"{data_set_type}/{subject}0",
                    data_set_type,
                )
                found.update(uuid.UUID(bytes=row["target"]) for row in rows)
        return found

    def targets_ever(self, state: State, data_set_type: str) -> set[uuid.UUID]:
        """The targets that were ever in a state; for one that is rare."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT DISTINCT target FROM {self._table.full_table_name} WHERE state = %s AND data_set_type = %s",
                str(state),
                data_set_type,
            )
        return {uuid.UUID(bytes=row["target"]) for row in rows}

    def targets_of_sent(self, data_sets: Collection[str], *, data_set_type: str) -> dict[str, uuid.UUID]:
        """Data set name -> the target that its state was recorded for when it was last sent."""
        if not data_sets:
            return {}
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT data_set_name, target FROM {self._table.full_table_name} WHERE data_set_type = %s "
                "AND state IN %s AND data_set_name IN %s ORDER BY state_id",
                data_set_type,
                [State.SUBMITTED.value, State.VERIFYING.value],
                list(data_sets),
            )
        return {row["data_set_name"]: uuid.UUID(bytes=row["target"]) for row in rows}

    def seen_data_sets(
        self, targets: Collection[uuid.UUID], *, data_set_type: str
    ) -> dict[uuid.UUID, frozenset[str]]:
        """The names of the data sets of which a run ever listed files, by the target that they were recorded for."""
        if not targets:
            return {}
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT DISTINCT target, data_set_name FROM {self._table.full_table_name} "
                "WHERE data_set_type = %s AND n_files > 0 AND target IN %s",
                data_set_type,
                [target.bytes for target in targets],
            )
        names: dict[uuid.UUID, set[str]] = {}
        for row in rows:
            names.setdefault(uuid.UUID(bytes=row["target"]), set()).add(row["data_set_name"])
        return {target: frozenset(of_target) for target, of_target in names.items()}

    def unclaimed(self, data_set_type: str) -> list[StateRow]:
        """The folders that no session claimed when they were last seen."""
        targets = [
            target for target, each in self.open(data_set_type).items() if each.state == State.UNCLAIMED
        ]
        return self.newest_rows(targets, data_set_type)

    def open(self, data_set_type: str) -> dict[uuid.UUID, OpenState]:
        """By target, each newest state in which something remains to be done, or that a rig may change.

        The number of all others costs nothing.
        """
        return self._open.of_type(data_set_type)

    def review(self, data_set_type: str) -> None:
        """Let later runs read no state that was settled long ago; does nothing while there are few."""
        self._open.review(data_set_type)

    def newest(self, data_set_type: str) -> dict[bytes, str]:
        """The state alone of each target of a type: as `newest_rows`, for very many targets in a tenth of the time."""
        name = self._table.full_table_name
        with self._store.reading():
            # The driver takes seconds for a hundred thousand rows, and nothing for the same bytes in a few hundred.
            self._store.connection.query(f"SET SESSION group_concat_max_len = {PIECE}")
            rows = self._store.connection.query(
                "SELECT s.state, GROUP_CONCAT(s.target SEPARATOR ''), COUNT(*) "
                f"FROM {name} s JOIN (SELECT MAX(state_id) AS state_id FROM {name} "
                "WHERE data_set_type = %s GROUP BY target) newest USING (state_id) "
                "GROUP BY s.state, LEFT(s.target, 1)",
                (data_set_type,),
            ).fetchall()
        newest: dict[bytes, str] = {}
        for state, targets, count in rows:
            if len(targets) != 16 * count:
                raise CatalogError(f"the database cut a list of {count} data sets short; ask for one subject")
            newest.update((targets[start : start + 16], state) for start in range(0, len(targets), 16))
        return newest

    def _changed(self, rows: Collection[StateRow]) -> list[StateRow]:
        targets: dict[str, dict[uuid.UUID, None]] = {}
        for row in rows:
            targets.setdefault(row.data_set_type, {})[row.target] = None
        known = {
            (row["data_set_type"], row["target"]): compared(row)
            for data_set_type, of_type in targets.items()
            for row in self._newest(list(of_type), data_set_type)
        }
        changed = []
        for row in rows:
            values = compared(stored_state(row))
            if known.get((row.data_set_type, row.target.bytes)) != values:
                known[row.data_set_type, row.target.bytes] = values
                changed.append(row)
        return changed

    def _newest(
        self, targets: Collection[uuid.UUID] | None, data_set_type: str | None
    ) -> list[dict[str, Any]]:
        if targets is None or data_set_type is None:
            return self._newest_where(targets, data_set_type)
        # By type too, since the index begins with it; in parts, as long lists are read whole tables at a time.
        ids = list(targets)
        rows = [
            row
            for first in range(0, len(ids), ROWS)
            for row in self._newest_where(ids[first : first + ROWS], data_set_type)
        ]
        return sorted(rows, key=lambda row: row["state_id"])

    def _newest_where(
        self, targets: Collection[uuid.UUID] | None, data_set_type: str | None
    ) -> list[dict[str, Any]]:
        if targets is not None and not targets:
            return []
        conditions = ["TRUE"]
        arguments: list[Any] = []
        if targets is not None:
            conditions.append("target IN %s")
            arguments.append([target.bytes for target in targets])
        if data_set_type is not None:
            conditions.append("data_set_type = %s")
            arguments.append(data_set_type)
        name = self._table.full_table_name
        return self._store.rows(
            f"SELECT s.* FROM {name} s JOIN (SELECT MAX(state_id) AS state_id FROM {name} "
            f"WHERE {' AND '.join(conditions)} GROUP BY data_set_type, target) newest "
            "USING (state_id) ORDER BY state_id",
            *arguments,
        )
