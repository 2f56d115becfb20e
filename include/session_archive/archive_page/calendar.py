"""The coverage calendar: subjects by days, a cell for each session of a day, by its worst data set."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from session_archive.archive_page.marks import MARKS, Mark, worst
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import State, StateRow

_SHOWN = re.compile(r"(.+) (\d{4}-\d{2}-\d{2})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A data set at its place in the calendar.

    session : what belongs together in one cell: `SC022 2021-01-01 10:30`
    """

    subject: str
    day: dt.date
    session: str
    row: StateRow


@dataclass(frozen=True, slots=True)
class Cell:
    """One session: its worst data set, and a line for each of them."""

    worst: StateRow
    lines: tuple[str, ...]

    @property
    def mark(self) -> Mark:
        """Letter and colour."""
        return MARKS[self.worst.state]

    @property
    def title(self) -> str:
        """What is shown on hover, and read aloud."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Calendar:
    """days : columns, ascending; rows : a subject with the cells of each day."""

    days: tuple[dt.date, ...]
    rows: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]

    @property
    def states(self) -> tuple[State, ...]:
        """Those that occur, the worst first: the legend."""
        shown = {cell.worst.state for _, cells in self.rows for of_day in cells for cell in of_day}
        return tuple(state for state in MARKS if state in shown)


def placed(row: StateRow) -> Recorded | None:
    """Where a row stands in the calendar, by its data set's name or its session's words; None if neither says it."""
    if row.data_set and not row.session:
        session = DataSetName.parse(row.data_set).session
        return Recorded(session.subject, session.date, str(session), row)
    match = _SHOWN.fullmatch(row.session)
    if match is None:
        return None
    try:
        return Recorded(match[1], dt.date.fromisoformat(match[2]), row.session, row)
    except ValueError:
        return None


def calendar_of(
    recorded: Iterable[Recorded], *, days: Sequence[dt.date], subjects: Sequence[str]
) -> Calendar:
    """The calendar of these days and subjects; a data set of another day or subject is left out."""
    cells: dict[tuple[str, dt.date], dict[str, list[StateRow]]] = {}
    for each in recorded:
        of_day = cells.setdefault((each.subject, each.day), {})
        of_day.setdefault(each.session, []).append(each.row)
    return Calendar(
        tuple(days),
        tuple(
            (
                subject,
                tuple(
                    tuple(
                        _cell(session, rows)
                        for session, rows in sorted(cells.get((subject, day), {}).items())
                    )
                    for day in days
                ),
            )
            for subject in subjects
        ),
    )


def _cell(session: str, rows: list[StateRow]) -> Cell:
    lines = [session]
    for row in sorted(rows, key=lambda row: (row.data_set_type, row.data_set)):
        lines.append(f"{row.data_set_type}: {row.state}" + (f", {row.reason}" if row.reason else ""))
    return Cell(worst(rows), tuple(lines))
