"""`session-archive name`: what to call the next recording of a day."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from session_archive import clock
from session_archive.cli.catalog_login import login_from_environment
from session_archive.errors import CatalogUnavailableError, ListingError, NamingError
from session_archive.listing.taken_names import find_taken, name_reader
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.naming.conventions import Conventions, load_conventions
from session_archive.naming.next_name import NamedSession, Taken, named_session, next_session
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.settings.load import Settings, load_settings
from session_archive.settings_file import settings_path
from session_archive.states.state import State
from session_archive.terminal import Console


@dataclass
class _Search:
    """The names that are taken on that day, where they were searched for, and what failed."""

    taken: list[Taken] = field(default_factory=list)
    at: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def name(
    subject: Annotated[str, typer.Argument(help="The animal's short name, as in folder names: SC022")],
    date: Annotated[str, typer.Argument(help="The rig's day, as 2021-01-01.", show_default="today")] = "",
    *,
    ident: Annotated[
        str, typer.Option(help="Check this word or number instead of taking the next number.")
    ] = "",
    folder: Annotated[
        list[Path] | None,
        typer.Option(help="Look for recordings of that day here too; can be repeated."),
    ] = None,
    conventions: Annotated[
        Path | None,
        typer.Option(
            help="The lab's conventions file; by default the one that archive.toml names, else the packaged one."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
) -> None:
    """Say what to call the next recording of a subject on a day: the SpikeGLX run name, and the folder of each kind.

    Looks for existing recordings in the sources of archive.toml that this machine can read, in each --folder, and in
    the catalog if SESSION_ARCHIVE_CATALOG_USER and _PASSWORD are set. It needs none of them: without archive.toml it
    uses the packaged conventions.
    """
    day = _day(date)
    settings = load_settings() if settings_path().exists() else None
    if conventions or settings is None:
        known = load_conventions(conventions)
        kinds: Collection[str] = tuple(known.kinds)
    else:
        known, kinds = settings.conventions, tuple(settings.data_sets)
    session = SessionName(subject, day, ident)
    if wrong := known.implausible(session, today=clock.today()):
        raise NamingError(wrong)
    # Checked before any disk is read: an impossible subject has no folder to look for.
    next_session(subject, day, (), conventions=known, kinds=kinds)
    search = _search(subject, day, settings, known, folder or [])
    if ident:
        named = named_session(session, search.taken, conventions=known, kinds=kinds)
    else:
        named = next_session(subject, day, search.taken, conventions=known, kinds=kinds)
    if as_json:
        typer.echo(_json(named, search))
    else:
        _print(named, search)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise NamingError(f"{text!r} is not a day; expected YYYY-MM-DD, such as 2021-01-01") from None


def _search(
    subject: str, day: dt.date, settings: Settings | None, known: Conventions, folders: Collection[Path]
) -> _Search:
    search = _Search()
    for path in folders:
        search.taken += find_taken(name_reader(path), str(path), subject=subject, date=day, conventions=known)
        search.at.append(str(path))
    for source in settings.sources.values() if settings else ():
        root = source.local_path
        if root is None:
            search.warnings.append(f"{source.name} cannot be read from this machine, so it was not searched")
            continue
        try:
            reader = name_reader(root)
            search.taken += find_taken(reader, source.name, subject=subject, date=day, conventions=known)
            search.at.append(f"{source.name} ({root})")
        except ListingError as error:
            search.warnings.append(f"{source.name} was not searched: {error}")
    if settings:
        _search_catalog(subject, day, settings, search)
    if not search.at:
        search.warnings.append(
            "nothing was searched, so the name may already be taken; give --folder with the rig's directory"
        )
    return search


def _search_catalog(subject: str, day: dt.date, settings: Settings, search: _Search) -> None:
    login = login_from_environment(os.environ)
    if login is None:
        return
    from session_archive.catalog.database.connection import connect
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.schema.settings_layout import layout_of

    seen = frozenset(State) - {State.NOT_FOUND}
    try:
        connection = connect(**login)
    except CatalogUnavailableError as error:
        search.warnings.append(f"the catalog was not searched: {error}")
        return
    try:
        catalog = Catalog(connection, layout_of(settings))
        subjects, dates = [subject], [(day, day)]
        rows = catalog.state_counts.of(
            kinds=tuple(settings.data_sets), subjects=subjects, dates=dates, states=seen
        ).rows
        names = {DataSetName.parse(row.data_set): row.path for row in rows if row.data_set}
        names |= {each.name: each.directory for each in catalog.data_sets(subjects=subjects, dates=dates)}
    finally:
        connection.close()
    for data_set, path in names.items():
        if _is_further_gate(path, settings):
            # SpikeGLX numbers gates itself; the run has its name by its first one.
            continue
        where = f"the catalog ({path or data_set})"
        search.taken.append(Taken(data_set.session.ident, data_set.data_set_type, where))
    search.at.append("the catalog")


def _is_further_gate(path: str, settings: Settings) -> bool:
    directory = path.partition(" + ")[0].rpartition(":")[2].partition("\n")[0]
    read = read_by_any_layout(directory, settings.conventions)
    return read is not None and read.gate > 0


def _json(named: NamedSession, search: _Search) -> str:
    session = named.session
    document = {
        "subject": session.subject,
        "date": session.date.isoformat(),
        "ident": session.ident,
        "names": [asdict(each) for each in named.names],
        "taken": [asdict(each) for each in named.taken],
        "looked_at": search.at,
        "warnings": [*search.warnings, *named.warnings],
    }
    return json.dumps(document)


def _print(named: NamedSession, search: _Search) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    ident = named.session.ident
    console.print(
        f"{named.session.subject} {named.session.date}, " + (f"ident {ident}" if ident else "no ident")
    )
    for each in named.names:
        if each.spikeglx_run:
            console.print(f"  {each.kind:<12} SpikeGLX run name  {each.spikeglx_run}")
        console.print(f"  {each.kind:<12} folder             {each.directory}")
    for taken in named.taken:
        console.print(f"  taken        {taken.kind:<18} {taken.where}")
    if search.at:
        console.print(f"  looked at    {', '.join(search.at)}")
    for warning in [*search.warnings, *named.warnings]:
        console.print(f"warning: {warning}", style="yellow")
