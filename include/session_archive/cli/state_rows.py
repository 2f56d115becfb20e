"""The rows of `session-archive status`: a line for each data set, and its reason below it in the whole width."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import rich.console
from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.text import Text

from printable_text.amounts import counted, size
from session_archive.states.state import State, StateRow

#: Type and target of a state -> when it began.
Since = Mapping[tuple[str, uuid.UUID], dt.datetime]

_COLOURS = {
    State.ARCHIVED: "green",
    State.UNVERIFIED: "yellow",
    State.SUBMITTED: "cyan",
    State.READY: "cyan",
    State.FAILED: "red",
    State.REFUSED: "red",
    State.CHANGED: "red",
    State.DAMAGED: "red",
}

_HEAD = ("data set", "state", "for", "files", "size")
_GAP, _INDENT, _SHORTEST = "  ", 4, 20


def show_rows(
    rows: Sequence[StateRow],
    console: rich.console.Console,
    *,
    title: str = "",
    since: Since | None = None,
    now: dt.datetime | None = None,
) -> None:
    """Print the rows in their order; outside a terminal, each reason is one line, however long it is.

    since : when each state began; None to leave the column empty
    now   : aware; nights are counted in its zone
    """
    began = since or {}
    cells = [_cells(row, nights_since(began.get((row.data_set_type, row.target)), now=now)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(_HEAD, *cells, strict=True)]
    rest = sum(widths[1:]) + len(_GAP) * (len(_HEAD) - 1)
    widths[0] = max(_SHORTEST, min(widths[0], console.width - rest))
    if title:
        console.print(Text(title, style="italic"))
    console.print(Text(_line(_HEAD, widths), style="bold"), soft_wrap=True)
    for row, values in zip(rows, cells, strict=True):
        _show_row(row, values, widths, console)


def _show_row(
    row: StateRow, values: Sequence[str], widths: Sequence[int], console: rich.console.Console
) -> None:
    if cell_len(values[0]) > widths[0]:
        console.print(Text(values[0]), soft_wrap=True)
        values = ["", *values[1:]]
    line = Text(_line(values, widths))
    start = widths[0] + len(_GAP)
    line.stylize(_COLOURS.get(row.state, ""), start, start + len(values[1]))
    console.print(line, soft_wrap=True)
    if text := _reason(row):
        reason = Text(text, style="dim", overflow="fold")
        if console.is_terminal:
            console.print(Padding(reason, (0, 0, 0, _INDENT)))
        else:
            console.print(Text(" " * _INDENT).append_text(reason), soft_wrap=True)


def _reason(row: StateRow) -> str:
    """The reason, then where the files were seen, and of which session they are, as `decide` takes both."""
    if not row.reason:
        return ""
    session = f"session {row.session}" if row.session and row.data_set else ""
    more = [each for each in (row.path, session) if each and each not in row.reason]
    return f"{row.reason} ({'; '.join(more)})" if more else row.reason


def nights_since(began: dt.datetime | None, *, now: dt.datetime | None) -> str:
    """`new`, `1 night`, `12 nights`: how many nights have left it as it is; a night ends at noon."""
    if began is None or now is None:
        return ""
    noon = dt.timedelta(hours=12)
    nights = ((now - noon).date() - (began.astimezone(now.tzinfo) - noon).date()).days
    return "new" if nights <= 0 else counted(nights, "night")


def _cells(row: StateRow, age: str) -> tuple[str, ...]:
    n_files, n_bytes = str(row.n_files or ""), size(row.n_bytes) if row.n_bytes else ""
    return row.name, str(row.state), age, n_files, n_bytes


def _line(values: Sequence[str], widths: Sequence[int]) -> str:
    """Text to the left, numbers to the right."""
    left = [set_cell_size(values[at], widths[at]) for at in (0, 1)]
    right = [values[at].rjust(widths[at]) for at in (2, 3, 4)]
    return _GAP.join([*left, *right]).rstrip()
