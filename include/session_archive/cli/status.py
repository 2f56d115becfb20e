"""`session-archive status`: how many data sets are in which state, and which sessions are not safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from session_archive.cli.catalog_login import open_catalog
from session_archive.cli.status_text import as_json, show
from session_archive.errors import SettingsError
from session_archive.request.selection import Selection
from session_archive.settings.load import load_settings
from session_archive.states.overview import UNSAFE
from session_archive.states.state import State

if TYPE_CHECKING:
    from session_archive.catalog.history.state_counts import StateCounts
    from session_archive.settings.load import Settings


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
        typer.Option(help="Show every expected session that is not archived, and why, oldest first."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Show at most this many rows; 0 for all.")] = 200,
) -> None:
    """What is archived, what is not, and why.

    Counts each expected data set in exactly one state, and separately the folders that no session claims. With a filter
    it lists them too. A session that a person has ignored is counted as ignored, not as unsafe.
    """
    settings = load_settings()
    selection = Selection.from_params(
        {"subjects": subject, "dates": date, "kinds": kind}, kinds=tuple(settings.data_sets)
    )
    states = _states(state or [], unsafe=unsafe, every=bool(subject or date))
    counts = _state_counts(settings, selection, states=states, limit=None if json or not limit else limit)
    if json:
        typer.echo(as_json(counts))
    else:
        show(counts, Console(highlight=False))


def _state_counts(
    settings: Settings, selection: Selection, *, states: frozenset[State], limit: int | None
) -> StateCounts:
    with open_catalog(settings) as catalog:
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
        return states & UNSAFE if unsafe else states
    if unsafe:
        return UNSAFE
    return frozenset(State) if every else frozenset()
