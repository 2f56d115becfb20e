"""The address of one data set's page."""

from __future__ import annotations

from urllib.parse import urlencode

from session_archive.states.state import StateRow


def data_set_query(row: StateRow) -> str:
    """By type and target, which never change; with its session where no run has recorded a state yet."""
    pairs = {"kind": row.data_set_type, "id": row.target.hex}
    return urlencode(pairs if row.changed_at else {**pairs, "session": row.session})
