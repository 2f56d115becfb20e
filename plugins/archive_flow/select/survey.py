"""The folders at every root that a flow selects from, and what of the roots could not be listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_flow.run.report import Notes, add_up, left_out
from archive_flow.run.roots import believe_walk
from archive_flow.run.unlisted import could_not_list
from session_archive import clock
from session_archive.assess.absence import Walk
from session_archive.errors import ListingError
from session_archive.listing import FoundFolders, Problem, find_folders
from session_archive.listing.unlisted import Unlisted
from session_archive.recording.sessions import SourceFolder

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.settings.places import Place

#: A place, and the data set types that are looked for there.
Root = tuple["Place", frozenset[str]]


@dataclass(frozen=True, slots=True)
class Survey:
    """The requested folders, and notes of all else."""

    folders: tuple[SourceFolder, ...]
    notes: Notes


def survey(run: Run, roots: Iterable[Root]) -> Survey:
    """Walk every root; note what cannot be listed, and walk the rest."""
    parts = [_walk(run, place, kinds) for place, kinds in roots]
    folders = [folder for part in parts for folder in part.folders]
    implausible = dict(_implausible(run, folders))
    requested = tuple(
        folder
        for folder in folders
        if folder not in implausible and run.selection.wants_session(folder.session_name)
    )
    return Survey(requested, add_up([*(part.notes for part in parts), *implausible.values()]))


def _walk(run: Run, place: Place, kinds: frozenset[str]) -> Survey:
    try:
        search = find_folders(
            run.reader(place),
            conventions=run.settings.conventions,
            kinds=kinds,
            exclude=run.settings.inner_roots(place),
            subjects=run.selection.subjects or None,
            concurrency=run.concurrency(place),
        )
        believe_walk(run, place, search.root, _walked(run, place, kinds, search))
    except ListingError as error:
        return Survey((), could_not_list(place.name, "", error))
    unlisted = [could_not_list(place.name, directory, why) for directory, why in search.unlisted]
    return Survey(
        tuple(SourceFolder(place.name, folder) for folder in search.folders),
        add_up([*unlisted, left_out(place.name, search.unknown)]),
    )


def _walked(run: Run, place: Place, kinds: frozenset[str], search: FoundFolders) -> Walk:
    return Walk(
        run.settings.conventions,
        kinds,
        run.selection.subjects,
        frozenset(folder.data_set for folder in search.folders),
        tuple(Unlisted(place.name, directory, why) for directory, why in search.unlisted),
    )


def _implausible(run: Run, folders: Iterable[SourceFolder]) -> Iterator[tuple[SourceFolder, Notes]]:
    """The folders whose names cannot be true, such as those of a day to come; with a note on each."""
    today = clock.utc_now().date()
    for each in folders:
        if why := run.settings.conventions.implausible(each.session_name, today=today):
            yield each, left_out(each.place, [Problem(each.folder.directories[0], why)])
