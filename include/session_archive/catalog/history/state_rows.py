"""States as rows of the tables, and back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import cut, now, read_time, stored_time
from session_archive.fixity.storable import PATH_LENGTH
from session_archive.states.state import State, StateRow

#: A row is new if one of these differs from the row before; run and time do not count.
_COMPARED = ("state", "reason", "path", "session", "data_set_name", "n_files", "n_bytes")


def stored_state(row: StateRow) -> dict[str, Any]:
    """As both logs keep it; the log of copies has the place besides."""
    return {
        "data_set_type": row.data_set_type,
        "target": row.target,
        "state": row.state.value,
        "reason": cut(row.reason, TEXT_LENGTH),
        "path": cut(row.path, PATH_LENGTH),
        "session": cut(row.session, NAME_LENGTH),
        "data_set_name": row.data_set,
        "n_files": row.n_files,
        "n_bytes": row.n_bytes,
        "run_id": row.run_id,
        "changed_at": stored_time(row.changed_at) or now(),
    }


def read_state(row: Mapping[str, Any]) -> StateRow:
    """A row of either log. Raises ValueError for one that no version of this package writes."""
    return StateRow(
        data_set_type=row["data_set_type"],
        target=uuid.UUID(bytes=row["target"]),
        state=State(row["state"]),
        reason=row["reason"],
        path=row["path"],
        session=row["session"],
        data_set=row["data_set_name"],
        n_files=row["n_files"],
        n_bytes=row["n_bytes"],
        run_id=row["run_id"],
        changed_at=read_time(row["changed_at"]),
        place=row.get("place", ""),
    )


def compared(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a row a new one."""
    return tuple(row[name] for name in _COMPARED)
