"""`session-archive status`: how many data sets are in which state, and which sessions are not safe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from session_archive import clock
from session_archive.cli.catalog_login import read_catalog
from session_archive.cli.last_night import show_last_night
from session_archive.cli.status_progress import progress_lines
from session_archive.cli.status_report import StatusReport
from session_archive.errors import SettingsError
from session_archive.naming.any_layout import names_subject
from session_archive.request.selection import Selection
from session_archive.settings.load import load_settings
from session_archive.states.overview import TO_LOOK_AT
from session_archive.states.state import State
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.history.state_counts import StateCounts
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog
    from session_archive.settings.load import Settings
    from session_archive.transfers.backlog import Backlog


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
            "folders that no session has; decisions that only a sidecar manifest tells of; and what is ignored by a "
            "decision, which is safe. Exit code 1 if anything is not safe."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Show at most this many rows; 0 for all.")] = 200,
    stale: Annotated[
        bool,
        typer.Option(
            help="Only say when the last night ended, and whether messages can be sent. Exit code 1 if none has within "
            "48 h, or what `after` of the table `notify` says: for cron on any machine."
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
        if subject or date or state or kind or unsafe or json:
            raise SettingsError("--stale stands alone: it is about nights, not about data sets")
        show_last_night(settings)
        return
    selection = Selection.from_params(
        {"subjects": subject, "dates": date, "kinds": kind}, kinds=tuple(settings.data_sets)
    )
    states = _states(state or [], unsafe=unsafe, every=bool(subject or date))
    limit = 0 if json else limit
    now = clock.utc_now().astimezone()

    def read(catalog: Catalog | ReadOnlyCatalog) -> tuple[StatusReport, bool, Backlog]:
        _require_known(catalog, selection)
        counts = _state_counts(catalog, settings, selection, states=states, limit=limit or None)
        report = StatusReport(
            counts,
            since=catalog.state_ages.since(counts.rows),
            night=catalog.nights.newest(),
            transfers=catalog.standings.waiting(),
            unconfirmed=_unconfirmed(catalog, selection) if unsafe else (),
            proven=[
                f"{each.words}, as of {each.counted_at:%Y-%m-%d}" for each in catalog.proven_shares.newest()
            ],
            unsafe=unsafe,
        )
        return report, catalog.throughput.transfers_under_way(), catalog.throughput.backlog(now=now)

    report, under_way, backlog = read_catalog(settings, read)
    report = replace(report, progress=progress_lines(under_way=under_way, backlog=backlog, now=now))
    if json:
        typer.echo(report.as_json())
    else:
        report.show(Console(highlight=False), now=now)
    if unsafe and report.n_unsafe:
        raise typer.Exit(1)


def _require_known(catalog: Catalog | ReadOnlyCatalog, selection: Selection) -> None:
    """Raise SettingsError for a subject that nobody has heard of, of which nothing would look like all is well."""
    for subject in sorted(selection.subjects):
        if not catalog.state_counts.knows(subject, kinds=sorted(selection.kinds)):
            raise SettingsError(
                f"--subject: the lab's pipeline has no session of {subject!r}, and no run has seen a folder of it; "
                "expected a subject's short name, as in the names of folders"
            )


def _unconfirmed(catalog: Catalog | ReadOnlyCatalog, selection: Selection) -> list[str]:
    """The decisions that a person must confirm, without those that are about other subjects."""
    return [
        each.line
        for each in catalog.unconfirmed.waiting()
        if not selection.subjects or any(names_subject(each.about, subject) for subject in selection.subjects)
    ]


def _state_counts(
    catalog: Catalog | ReadOnlyCatalog,
    settings: Settings,
    selection: Selection,
    *,
    states: frozenset[State],
    limit: int | None,
) -> StateCounts:
    kinds = [kind for kind in settings.data_sets if kind in selection.kinds]
    if states == TO_LOOK_AT and not (selection.subjects or selection.dates):
        return catalog.state_counts.unsafe(kinds=kinds, limit=limit)
    return catalog.state_counts.of(
        kinds=kinds,
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
        return states & TO_LOOK_AT if unsafe else states
    if unsafe:
        return TO_LOOK_AT
    return frozenset(State) if every else frozenset()
