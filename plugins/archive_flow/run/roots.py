"""Roots: whether a listing is to be believed, what is recorded of it, and the folder that marks a root."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from archive_flow.run.readers import globus_reader
from globus_provider.errors import GlobusProviderError
from session_archive.assess.absence import Shortfall, Walk, WalkedRoot, root_shortfall
from session_archive.errors import ArchiveError, DoubtfulListingError, ListingError, MissingDirectoryError
from session_archive.listing.root_listing import FOLDER, RootListing, read_root
from session_archive.naming.session_name import DataSetName

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.settings.places import Place

log = logging.getLogger(__name__)


def believe_walk(run: Run, place: Place, now: RootListing, walk: Walk) -> None:
    """Record the listing of a root whose data sets were looked for. Raises DoubtfulListingError."""
    catalog = run.catalog
    expected = catalog.root_listings.unarchived(place.name) | catalog.imports.unseen(place.name)
    archived = catalog.replicas.archived_among({name.id for name in expected | walk.found})
    before = catalog.root_listings.last(place.name)
    walked = WalkedRoot(before, now, expected, walk, archived=lambda name: name.id in archived)
    _believe(run, place, now, walked.shortfall, unarchived=walked.unarchived, may_accept=True)
    run.believed[place.name] = now


def require_root(run: Run, place: Place) -> None:
    """List the root of a place before files are looked for there: if it is doubtful, none of them counts as absent.

    Raises ListingError. A task does so once for each place.
    """
    if place.name not in run.believed:
        now = _listed(run, place)
        _believe_root(run, place, now or RootListing(), may_accept=False)
        run.believed[place.name] = now


def prepare_destination(run: Run, place: Place) -> None:
    """List the root of a place where a run will send files; a person may have accepted in this run what is missing.

    Raises DoubtfulListingError. A root that cannot be listed now is left to the tasks that send there.
    """
    try:
        now = _listed(run, place)
    except ListingError as error:
        log.warning("%s cannot be listed before anything is sent there: %s", place.name, error)
        return
    _believe_root(run, place, now or RootListing(), may_accept=True)
    run.believed[place.name] = now


def prepare_root(run: Run, place: Place) -> None:
    """List the root of a location that is looked at; a person may have accepted in this run what is missing.

    Raises ListingError, also where it does not exist.
    """
    now = _listed(run, place)
    _believe_root(run, place, now or RootListing(), may_accept=True)
    run.believed[place.name] = now


def mark_root(run: Run, place: Place) -> None:
    """Make the folder that marks the root of a place where this task sends files, and which it has listed.

    It is recorded only when a listing shows it. Where it may not be made, only an empty root is noticed. A root that
    does not exist is made by the transfer, and marked by the next one.
    """
    root = run.believed.get(place.name)
    if root is None or root.marker:
        return
    try:
        run.hook_of(place.name).make_directory(collection=str(place.collection), path=place.absolute(FOLDER))
    except GlobusProviderError as error:
        log.warning("%s: its root could not be marked with the folder %s: %s", place.name, FOLDER, error)
        return
    del run.believed[place.name]
    require_root(run, place)


def require_places(run: Run) -> None:
    """Raise ArchiveError for a place of param accept_missing that is not in archive.toml."""
    known = [place.name for _, place in run.settings.places]
    if unknown := [name for name in _accepted(run) if name not in known]:
        raise ArchiveError(
            f"param accept_missing: {unknown[0]!r} is not a place of archive.toml; there are {', '.join(known)}"
        )


def require_accepted(run: Run, place: Place, shortfall: Shortfall) -> None:
    """Raise DoubtfulListingError, unless a person said for this run that what is missing there is really gone."""
    if place.name not in _accepted(run):
        raise DoubtfulListingError(shortfall.message(place.name))
    log.warning("accepted by %s: %s", run.started_by, shortfall.message(place.name))


def _accepted(run: Run) -> Sequence[str]:
    return run.params.get("accept_missing") or ()


def _listed(run: Run, place: Place) -> RootListing | None:
    """None if it does not exist: a transfer makes it. Raises ListingError."""
    try:
        entries = globus_reader(run.hook_of(place.name), place, rate=run.rate)("")
    except MissingDirectoryError:
        return None
    settings = run.settings
    return read_root(entries, conventions=settings.conventions, exclude=settings.inner_roots(place))


def _believe_root(run: Run, place: Place, now: RootListing, *, may_accept: bool) -> None:
    before = run.catalog.root_listings.last(place.name)
    shortfall = root_shortfall(before, now, emptied_by_people=place.name not in run.settings.locations)
    _believe(run, place, now, shortfall, may_accept=may_accept)


def _believe(
    run: Run,
    place: Place,
    now: RootListing,
    shortfall: Shortfall | None,
    *,
    may_accept: bool,
    unarchived: Collection[DataSetName] | None = None,
) -> None:
    accepted = shortfall is not None and may_accept and place.name in _accepted(run)
    if shortfall is not None and not accepted:
        raise DoubtfulListingError(shortfall.message(place.name))
    if shortfall is not None:
        log.warning("accepted by %s: %s", run.started_by, shortfall.message(place.name))
    if not run.selection.dry_run:
        run.catalog.root_listings.record(
            place.name,
            now,
            unarchived=unarchived,
            run_id=run.run_id,
            accepted=shortfall,
            accepted_by=run.started_by,
        )
