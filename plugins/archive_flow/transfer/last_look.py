"""Looks at a destination once more, on this worker's disk: just before a transfer is posted, and after it has ended."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from archive_flow.run.context import Run
from session_archive.assess.last_look import changed_since, misplaced
from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.look import Look, look_at
from session_archive.settings.places import Place
from session_archive.transfers.destination_plan import refuse

log = logging.getLogger(__name__)


def require_unchanged(
    run: Run, destination: str, paths: Iterable[str], *, existing: Iterable[FileEntry], ours_alone: bool
) -> None:
    """Raise RefusedError where a link or another file has come into the way since the destination was listed.

    paths : of the files about to be sent, relative to the destination's root. Nothing is known of a place that this
            worker cannot read: there the listing by Globus stands.
    """
    place = run.place(destination)
    look = _look(place, paths)
    conflicts = changed_since(look, existing=existing, ours_alone=ours_alone)
    refuse(conflicts, where=f"{place.name}: just before the transfer, at {place.local_path}: ")


def misplaced_at(place: Place, paths: Iterable[str]) -> tuple[Difference, ...]:
    """The files that are not below the root of the place, on this worker's disk; none where it cannot be read here."""
    paths = tuple(paths)
    return misplaced(_look(place, paths).in_the_way, paths)


def _look(place: Place, paths: Iterable[str]) -> Look:
    if place.local_path is None:
        return Look()
    look = look_at(place.local_path, paths)
    for path, why in list(look.unread.items())[:1]:
        log.warning(
            "%s: %d paths could not be looked at here, such as %s: %s",
            place.name,
            len(look.unread),
            path,
            why,
        )
    return look
