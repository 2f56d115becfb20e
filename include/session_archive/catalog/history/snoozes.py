"""The snoozes of causes, as decisions of people; a later one on the same cause replaces an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import Store, cut, now, read_time, readable
from session_archive.errors import RefusedError
from session_archive.messages.cause import SNOOZE, Snooze


class Snoozes:
    """Adds and reads the decisions to hear nothing of a cause for some time."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Decision

    def decide(self, snooze: Snooze) -> None:
        """Record a snooze. Raises RefusedError for one without a name or a reason, or on a cause that none can be."""
        if not snooze.by.strip() or not snooze.why.strip():
            raise RefusedError(f"{snooze.cause}: a snooze needs a name and a reason; it is kept with both")
        if not 0 < len(snooze.cause) <= NAME_LENGTH:
            raise RefusedError(f"a cause has 1 to {NAME_LENGTH} characters, as messages name it")
        empty = (
            "place",
            "directory",
            "data_set_name",
            "manifest_id",
            "file_path",
            "data_set_type",
            "session",
        )
        with self._store.writing("decisions"):
            self._table.insert1(
                {
                    **dict.fromkeys(empty, ""),
                    "verdict": SNOOZE,
                    "session_key": "{}",
                    "decided_by": cut(snooze.by.strip(), NAME_LENGTH),
                    "decided_at": now(),
                    "why": cut(snooze.why.strip(), TEXT_LENGTH),
                }
            )
            ((decision_id,),) = self._store.connection.query("SELECT LAST_INSERT_ID()").fetchall()
            self._table.Snooze.insert1(
                {"decision_id": decision_id, "cause": snooze.cause, "until": snooze.until}
            )

    def made(self) -> list[Snooze]:
        """Every snooze ever made, oldest first; `in_force` gives those that count."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {self._table.Snooze.full_table_name} "
                f"JOIN {self._table.full_table_name} USING (decision_id) ORDER BY decision_id"
            )
        return readable(rows, _read, table="Decision.Snooze")


def _read(row: Mapping[str, Any]) -> Snooze:
    return Snooze(
        cause=row["cause"],
        until=row["until"],
        by=row["decided_by"],
        why=row["why"],
        decided_at=read_time(row["decided_at"]),
    )
