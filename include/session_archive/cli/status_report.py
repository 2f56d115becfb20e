"""What `session-archive status` has found out, as it is printed and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import rich.console
from rich.box import SIMPLE_HEAD
from rich.table import Table

from session_archive.cli.last_night import in_words
from session_archive.cli.state_rows import Since, show_rows
from session_archive.states.overview import Tally
from session_archive.states.state import State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.history.state_counts import StateCounts
    from session_archive.messages.night import Night


@dataclass(frozen=True)
class StatusReport:
    """What the catalog says, and how far the transfers are.

    since       : when the states of the rows began
    transfers   : those that need a person, one line each
    unconfirmed : decisions that only a sidecar manifest tells of, one line each
    progress    : of runs with transfers, and the backlog, one line each
    proven      : how much of each archive audits have proven, one line each
    unsafe      : the question was what is not safe: the rows are ordered by that, and the sum is said
    """

    counts: StateCounts
    since: Since = field(default_factory=dict)
    night: Night | None = None
    transfers: Sequence[str] = ()
    unconfirmed: Sequence[str] = ()
    progress: Sequence[str] = ()
    proven: Sequence[str] = ()
    unsafe: bool = False

    @property
    def n_unsafe(self) -> int:
        """What is not known to be safe: expected and further data sets, folders without a session, open decisions."""
        return sum(each.not_safe for each in self.counts.tallies) + len(self.unconfirmed)

    def show(self, console: rich.console.Console, *, now: dt.datetime) -> None:
        """The last night, counts by type and state, what needs a person, the progress, and the requested rows.

        now : aware; times are shown in its zone
        """
        if self.night:
            console.print(in_words(self.night, now=now), markup=False, soft_wrap=True)
        console.print(_counts(self.counts.tallies))
        _show_lines("transfers that need a person", self.transfers, console)
        _show_lines("decisions that a person must confirm", self.unconfirmed, console)
        for line in (*self.progress, *self.proven):
            console.print(line, markup=False, soft_wrap=True)
        apart = {State.IGNORED} if self.unsafe else frozenset[State]()
        ignored = [row for row in self.counts.rows if row.state in apart]
        rows = [row for row in self.counts.rows if row.state not in apart]
        if rows:
            show_rows(rows, console, since=self.since, now=now)
        if ignored:
            title = "ignored by a decision; not counted as unsafe"
            show_rows(ignored, console, title=title, since=self.since, now=now)
        if self.counts.more:
            console.print(f"and {self.counts.more} more; --limit 0 shows all of them")
        if self.unsafe:
            words = f"not safe: {self.n_unsafe}" if self.n_unsafe else "all that is expected is safe"
            console.print(words, style="bold")

    def as_json(self) -> str:
        """`{"types": {"raw-ephys": {"expected": 3, "unclaimed": 0, "further": 0, "states": {...}}},
        "data_sets": [{..., "since": "2021-01-02T01:00:00+00:00"}], "more": 0, "not_safe": 2,
        "night": {"began_at": ..., "ended_at": ..., "problems": [...], "newly_archived": 3},
        "transfers": ["raw-ephys/SC022/2021-01-01 to archive: its transfer waits for a person ..."],
        "unconfirmed": ["decision 3, on ..."], "progress": [...], "proven": [...]}`, `unconfirmed` only with --unsafe.
        Where that counts only what is not safe, `expected` is null.
        """
        types = {
            each.data_set_type: {
                "expected": each.expected if each.whole else None,
                "unclaimed": each.unclaimed,
                "further": each.further,
                "states": {str(state): count for state, count in sorted(each.states.items())},
            }
            for each in self.counts.tallies
        }
        document = {
            "types": types,
            "data_sets": [self._row(row) for row in self.counts.rows],
            "more": self.counts.more,
            "not_safe": self.n_unsafe,
            "night": _night(self.night),
        }
        lines = {
            "transfers": list(self.transfers),
            "unconfirmed": list(self.unconfirmed),
            "progress": list(self.progress),
            "proven": list(self.proven),
        }
        return json.dumps({**document, **lines})

    def _row(self, row: StateRow) -> dict[str, Any]:
        """The row as plain values; timestamps as ISO text in UTC."""
        began = self.since.get((row.data_set_type, row.target))
        times = {
            "changed_at": row.changed_at.isoformat() if row.changed_at else None,
            "since": began.isoformat() if began else None,
        }
        return {**asdict(row), "target": str(row.target), **times}


def _show_lines(title: str, lines: Sequence[str], console: rich.console.Console) -> None:
    if lines:
        console.print(f"{title}: {len(lines)}", style="yellow")
    for line in lines:
        console.print(f"  {line}", markup=False, soft_wrap=True)


def _counts(tallies: Sequence[Tally]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    whole = all(each.whole for each in tallies)
    table.add_column("state", footer="expected sessions" if whole else "not safe")
    for each in tallies:
        table.add_column(each.data_set_type, justify="right", footer=str(each.expected))
    for state in State:
        numbers = [each.states.get(state, 0) for each in tallies]
        if any(numbers):
            table.add_row(str(state), *map(str, numbers))
    if any(each.unclaimed for each in tallies):
        # Below the line: nobody expects them, so the sum leaves them out.
        table.add_section()
        table.add_row("unclaimed folders", *(str(each.unclaimed) for each in tallies), style="yellow")
    if any(each.further for each in tallies):
        table.add_row("further data sets, unsafe", *(str(each.further) for each in tallies), style="yellow")
    return table


def _night(night: Night | None) -> Mapping[str, Any] | None:
    if night is None:
        return None
    return {
        "began_at": night.began_at.isoformat(),
        "ended_at": night.ended_at.isoformat(),
        "problems": list(night.problems),
        "newly_archived": night.n_new,
    }
