"""`session-archive status`: how many data sets are in which state, and which sessions are not safe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import rich.console
import typer
from rich.box import SIMPLE_HEAD
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from session_archive import clock
from session_archive.cli.catalog_login import read_catalog
from session_archive.cli.last_night import show_last_night
from session_archive.cli.status_progress import progress_lines
from session_archive.errors import SettingsError
from session_archive.request.selection import Selection
from session_archive.settings.load import load_settings
from session_archive.states.overview import UNSAFE
from session_archive.states.state import State, StateRow
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.history.state_counts import StateCounts
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog
    from session_archive.settings.load import Settings
    from session_archive.transfers.backlog import Backlog

#: What --unsafe shows: a recording may lie in a folder that no session has, too.
_TO_ACT_ON = UNSAFE | {State.UNCLAIMED}


def status(
    subject: Annotated[list[str] | None, typer.Option(help="Only this animal; can be repeated.")] = None,
    date: Annotated[
        list[str] | None, typer.Option(help="Only this day, or days: 2021-01-01 or 2021-01-01..2021-01-31.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Show the data sets in this state, such as 'not found'.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this data set type of archive.toml.")] = None,
    unsafe: Annotated[
        bool,
        typer.Option(
            help="Show every expected session that is not archived, and why, oldest first; then further data sets and "
            "folders that no session has; and decisions that only a sidecar manifest tells of."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Show at most this many rows; 0 for all.")] = 200,
    stale: Annotated[
        bool,
        typer.Option(
            help="Only say when the last night ended, and whether messages can be sent. Exit code 1 if none has within "
            "`[notify] after`, 48 h by default: for cron on any machine."
        ),
    ] = False,
) -> None:
    """What is archived, what is not, and why.

    Counts each expected data set in exactly one state, and separately the folders that no session claims. With a filter
    it lists them too, and always the transfers that need a person. A session that a person has ignored is counted as
    ignored, not as unsafe.
    """
    settings = load_settings()
    if stale:
        show_last_night(settings)
        return
    selection = Selection.from_params(
        {"subjects": subject, "dates": date, "kinds": kind}, kinds=tuple(settings.data_sets)
    )
    states = _states(state or [], unsafe=unsafe, every=bool(subject or date))
    limit = 0 if json else limit
    now = clock.utc_now().astimezone()

    def read(
        catalog: Catalog | ReadOnlyCatalog,
    ) -> tuple[StateCounts, list[str], list[str], tuple[bool, Backlog]]:
        return (
            _state_counts(catalog, settings, selection, states=states, limit=limit or None),
            catalog.standings.waiting(),
            [each.line for each in catalog.unconfirmed.waiting()] if unsafe else [],
            (catalog.throughput.transfers_under_way(), catalog.throughput.backlog(now=now)),
        )

    counts, transfers, unconfirmed, (under_way, backlog) = read_catalog(settings, read)
    progress = progress_lines(under_way=under_way, backlog=backlog, now=now)
    if json:
        typer.echo(as_json(counts, transfers, unconfirmed, progress))
    else:
        console = Console(highlight=False)
        show(counts, console, transfers=transfers, unconfirmed=unconfirmed, progress=progress)


def _state_counts(
    catalog: Catalog | ReadOnlyCatalog,
    settings: Settings,
    selection: Selection,
    *,
    states: frozenset[State],
    limit: int | None,
) -> StateCounts:
    return catalog.state_counts.of(
        kinds=[kind for kind in settings.data_sets if kind in selection.kinds],
        subjects=selection.subjects,
        dates=selection.dates,
        states=states,
        limit=limit,
    )


def _states(requested: list[str], *, unsafe: bool, every: bool) -> frozenset[State]:
    """The states whose rows are shown; none without a filter. Raises SettingsError."""
    known = {str(state) for state in State}
    if unknown := [text for text in requested if text not in known]:
        raise SettingsError(
            f"--state: {unknown[0]!r} is not a state; expected one of {', '.join(sorted(known))}"
        )
    if requested:
        states = frozenset(State(text) for text in requested)
        return states & _TO_ACT_ON if unsafe else states
    if unsafe:
        return _TO_ACT_ON
    return frozenset(State) if every else frozenset()


def show(
    counts: StateCounts,
    console: rich.console.Console,
    *,
    transfers: Sequence[str] = (),
    unconfirmed: Sequence[str] = (),
    progress: Sequence[str] = (),
) -> None:
    """Counts by type and state, then how far transfers are, what needs a person, the requested rows."""
    console.print(_counts(counts))
    for line in progress:
        console.print(line, markup=False, soft_wrap=True)
    if transfers:
        console.print(f"transfers that need a person: {len(transfers)}", style="yellow")
    for line in transfers:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    if unconfirmed:
        console.print(f"decisions that a person must confirm: {len(unconfirmed)}", style="yellow")
    for line in unconfirmed:
        console.print(f"  {line}", markup=False, soft_wrap=True)
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
    if any(each.further for each in counts.tallies):
        table.add_row(
            "further data sets, unsafe", *(str(each.further) for each in counts.tallies), style="yellow"
        )
    return table


def as_json(
    counts: StateCounts,
    transfers: Sequence[str],
    unconfirmed: Sequence[str] = (),
    progress: Sequence[str] = (),
) -> str:
    """`{"types": {"raw-ephys": {"expected": 3, "unclaimed": 0, "further": 0, "states": {...}}},
    "data_sets": [...], "more": 0,
    "transfers": ["raw-ephys/SC022/2021-01-01 to archive: its transfer waits for a person ..."],
    "unconfirmed": ["decision 3, on ..."], "progress": ["backlog: 12 data sets ..."]}`, decisions only with --unsafe.
    """
    types = {
        each.data_set_type: {
            "expected": each.expected,
            "unclaimed": each.unclaimed,
            "further": each.further,
            "states": {str(state): count for state, count in sorted(each.states.items())},
        }
        for each in counts.tallies
    }
    rows = [_row(row) for row in counts.rows]
    document = {"types": types, "data_sets": rows, "more": counts.more}
    lines = {"transfers": list(transfers), "unconfirmed": list(unconfirmed), "progress": list(progress)}
    return json.dumps({**document, **lines})


def _row(row: StateRow) -> dict[str, object]:
    """The row as plain values; timestamps as ISO text in UTC."""
    changed_at = row.changed_at.isoformat() if row.changed_at else None
    return {**asdict(row), "target": str(row.target), "changed_at": changed_at}


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
    name = Text(f"{row.session or row.data_set or row.path}  {row.data_set_type}")
    if row.reason:
        where = f" ({row.path})" if row.path and row.path not in row.reason else ""
        name.append(f"\n  {row.reason}{where}", style="dim")
    return name
