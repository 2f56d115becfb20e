"""State counts for a terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from session_archive.cli.table import state_table
from session_archive.states.state import State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.history.state_counts import StateCounts


def show(counts: StateCounts, console: Console) -> None:
    """Counts by type and state, then the requested rows, and how many more there are."""
    console.print(_counts(counts))
    if counts.rows:
        console.print(state_table(counts.rows, title=""))
    if counts.more:
        console.print(f"and {counts.more} more; --limit 0 shows all of them")


def _counts(counts: StateCounts) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("state", footer="expected sessions")
    for each in counts.tallies:
        table.add_column(each.data_set_type, justify="right", footer=str(each.expected))
    for state in State:
        numbers = [each.states.get(state, 0) for each in counts.tallies]
        if any(numbers):
            table.add_row(str(state), *map(str, numbers))
    if any(each.unclaimed for each in counts.tallies):
        # Below the line: nobody expects them, so the sum leaves them out.
        table.add_section()
        table.add_row("unclaimed folders", *(str(each.unclaimed) for each in counts.tallies), style="yellow")
    return table


def as_json(counts: StateCounts) -> str:
    """`{"types": {"raw-ephys": {"expected": 3, "unclaimed": 0, "states": {...}}}, "data_sets": [...], "more": 0}`."""
    types = {
        each.data_set_type: {
            "expected": each.expected,
            "unclaimed": each.unclaimed,
            "states": {str(state): count for state, count in sorted(each.states.items())},
        }
        for each in counts.tallies
    }
    return json.dumps({"types": types, "data_sets": [_row(row) for row in counts.rows], "more": counts.more})


def _row(row: StateRow) -> dict[str, object]:
    """The row as plain values; timestamps as ISO text in UTC."""
    changed_at = row.changed_at.isoformat() if row.changed_at else None
    return {**asdict(row), "target": str(row.target), "changed_at": changed_at}
