"""States as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.filesize import decimal
from rich.table import Table

from session_archive.states import State, StateRow

_COLOURS = {
    State.ARCHIVED: "green",
    State.UNVERIFIED: "yellow",
    State.SUBMITTED: "cyan",
    State.READY: "cyan",
    State.FAILED: "red",
    State.REFUSED: "red",
    State.CHANGED: "red",
}


def state_table(rows: Iterable[StateRow], *, title: str) -> Table:
    """One line for each row: session, type, state, files, bytes, and the reason with the path looked at."""
    table = Table(title=title, title_justify="left")
    table.add_column("session", no_wrap=True)
    table.add_column("data set type", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("files", justify="right")
    table.add_column("bytes", justify="right", no_wrap=True)
    table.add_column("reason", overflow="fold")
    for row in rows:
        colour = _COLOURS.get(row.state, "default")
        reason = (
            f"{row.reason} [dim]({row.path})[/]"
            if row.reason and row.path
            else row.reason or f"[dim]{row.path}[/]"
        )
        table.add_row(
            row.session or row.data_set,
            row.data_set_type,
            f"[{colour}]{row.state}[/]",
            str(row.n_files) if row.n_files else "",
            decimal(row.n_bytes) if row.n_bytes else "",
            reason,
        )
    return table
