"""`doctor --mark`: makes the folder that marks a root, where a root has folders and lacks it. Nothing else is written.

Nightly runs mark only the roots that they write to. On a rig only a person does, by this command or by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.errors import GlobusProviderError
from session_archive.doctor.check import Check, Checks
from session_archive.errors import ListingError
from session_archive.listing.root_listing import FOLDER, RootListing, read_root
from session_archive.settings.load import Place, Settings

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook

_MAKE = Checks("mark")


def mark_checks(settings: Settings, hook_of: HookOf) -> Iterator[Check]:
    """Each source, location and scratch place: whether its root is marked now."""
    for role, place in settings.places:
        if role != "staging":
            yield _marked(settings, hook_of(place.name), place, subject=f"{role} {place.name}")


def _marked(settings: Settings, hook: GlobusHook, place: Place, *, subject: str) -> Check:
    where = f"{place.collection}:{place.directory}"
    try:
        root = _root(settings, hook, place)
        if root.marker:
            return _MAKE.ok(subject, f"{where} has the folder {FOLDER}")
        if not root.n_folders:
            return _MAKE.warning(
                subject, f"{where} has no folder, so it was not marked", "is its disk mounted? Mark it later"
            )
        hook.make_directory(collection=str(place.collection), path=place.absolute(FOLDER))
    except (ListingError, GlobusProviderError) as error:
        return _MAKE.warning(
            subject,
            f"{where} could not be marked: {error}",
            f"make the folder {FOLDER} there by hand; without it, another disk in its place is not noticed",
        )
    return _MAKE.ok(subject, f"the folder {FOLDER} was made in {where}")


def _root(settings: Settings, hook: GlobusHook, place: Place) -> RootListing:
    entries = globus_reader(hook, place, rate=listing_rate(settings.globus.requests_per_second))("")
    return read_root(entries, conventions=settings.conventions, exclude=settings.inner_roots(place))
