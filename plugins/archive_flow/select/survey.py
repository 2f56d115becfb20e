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
from session_archive.assess.left_out import LeftOut
from session_archive.errors import ListingError
from session_archive.listing import FoundFolders, Problem, find_folders
from session_archive.listing.left_out import LeftOutFolder
from session_archive.listing.unlisted import Unlisted
from session_archive.recording.sessions import SourceFolder

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.settings.places import Place

#: A place, and the data set types that are looked for there.
Root = tuple["Place", frozenset[str]]


@dataclass(frozen=True, slots=True)
class Survey:
    """The requested folders, and notes of all else.

    left_out : folders that may hold a recording and are not taken for one
    problems : place, and each path there that is not archived
    """

    folders: tuple[SourceFolder, ...]
    notes: Notes
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[tuple[str, Problem], ...] = ()


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
    left_out_folders = [each for part in parts for each in part.left_out]
    left_out_folders += [_misdated(folder, why) for folder, why in implausible.items()]
    of_days = [
        left_out(folder.place, [Problem(folder.folder.directories[0], why)])
        for folder, why in implausible.items()
    ]
    return Survey(
        requested,
        add_up([*(part.notes for part in parts), *of_days]),
        tuple(
            each for each in left_out_folders if each.requested_by(run.selection, run.settings.conventions)
        ),
        tuple(problem for part in parts for problem in part.problems),
    )


def _walk(run: Run, place: Place, kinds: frozenset[str]) -> Survey:
    try:
        search = find_folders(
            run.reader(place),
            conventions=run.settings.conventions,
            kinds=kinds,
            exclude=run.settings.inner_roots(place),
            subjects=run.selection.subjects or None,
            concurrency=run.concurrency(place),
            look_inside=run.is_local_rig(place),
        )
        believe_walk(run, place, search.root, _walked(run, place, kinds, search))
    except ListingError as error:
        return Survey((), could_not_list(place.name, "", error))
    unlisted = [could_not_list(place.name, directory, why) for directory, why in search.unlisted]
    gates = {path for each in search.left_out if each.gate for path in each.directories}
    # Each gate is a data set of its own, and has a line among those that no session claims.
    unknown = [problem for problem in search.unknown if problem.path not in gates]
    return Survey(
        tuple(SourceFolder(place.name, folder) for folder in search.folders),
        add_up([*unlisted, left_out(place.name, unknown)]),
        tuple(
            LeftOut(place.name, each, kind)
            for each in search.left_out
            if (kind := each.kind or _first_type(run, place)) in kinds
        ),
        tuple((place.name, problem) for problem in search.unknown),
    )


def _first_type(run: Run, place: Place) -> str:
    """The type of a folder whose name does not say it."""
    settings = run.settings
    if place.name in settings.sources:
        return next(iter(settings.sources[place.name].data_sets or settings.data_sets))
    return next((kind for kind in settings.data_sets if place.name in run.locations_of(kind)), "")


def _walked(run: Run, place: Place, kinds: frozenset[str], search: FoundFolders) -> Walk:
    return Walk(
        run.settings.conventions,
        kinds,
        run.selection.subjects,
        frozenset(folder.data_set for folder in search.folders),
        tuple(Unlisted(place.name, directory, why) for directory, why in search.unlisted),
    )


def _implausible(run: Run, folders: Iterable[SourceFolder]) -> Iterator[tuple[SourceFolder, str]]:
    """The folders whose names cannot be true, such as those of a day to come; with the reason."""
    today = clock.utc_now().date()
    for each in folders:
        if why := run.settings.conventions.implausible(each.session_name, today=today):
            yield each, why


def _misdated(found: SourceFolder, why: str) -> LeftOut:
    folder = found.folder
    data_set = folder.data_set
    left_out_folder = LeftOutFolder(folder.directories, why, data_set, folder.layout)
    return LeftOut(found.place, left_out_folder, data_set.data_set_type)
