"""States as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from session_archive.states.state import State, StateRow

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
    """One row for each data set: state, files, bytes; below its name the reason and the path that was listed."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("data set", overflow="fold", ratio=1)
    table.add_column("state", no_wrap=True)
    table.add_column("files", justify="right")
    table.add_column("bytes", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            _name(row),
            Text(str(row.state), style=_COLOURS.get(row.state, "")),
            str(row.n_files) if row.n_files else "",
            decimal(row.n_bytes) if row.n_bytes else "",
        )
    return table


def _name(row: StateRow) -> Text:
    name = Text(f"{row.session or row.data_set}  {row.data_set_type}")
    if row.reason:
        where = f" ({row.path})" if row.path and row.path not in row.reason else ""
        name.append(f"\n  {row.reason}{where}", style="dim")
    return name
