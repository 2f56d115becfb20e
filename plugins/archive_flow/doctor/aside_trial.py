"""`doctor --transfer`: whether a damaged file could be set aside at each location, tried with a small copy.

Only what the trial itself has copied is renamed. What was seen is kept in the catalog; repairs are off until it worked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive_flow.doctor.stop import Stop
from archive_flow.doctor.trial import Trial, begin_copy, choose_file, named_place, wait_for
from archive_flow.repair.set_aside import rename_aside
from archive_flow.run.catalog_login import catalog_of_tasks
from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.errors import GlobusProviderError
from session_archive.assess.repair import DAMAGED, Aside
from session_archive.doctor.aside_trial import aside_check
from session_archive.doctor.check import Check
from session_archive.doctor.trial import trial_directory
from session_archive.errors import ArchiveError, MissingDirectoryError

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Place, Settings


def aside_checks(settings: Settings, hook_of: HookOf, trial: Trial, *, now: dt.datetime) -> Iterator[Check]:
    """As `try_aside`, with the catalog of the settings.

    raises : CatalogError where it cannot be opened
    """
    with catalog_of_tasks(settings) as catalog:
        yield from try_aside(settings, hook_of, catalog, trial, now=now)


def try_aside(
    settings: Settings, hook_of: HookOf, catalog: Catalog, trial: Trial, *, now: dt.datetime
) -> Iterator[Check]:
    """One check for each location; trouble with one stops no other.

    A location where it has worked is tried again only if the trial renews.

    raises : SettingsError for a place or file that does not exist, ListingError, CatalogError
    """
    origin = named_place(settings.sources, trial.source, "sources")
    start: Stop | None = None
    for place in settings.locations.values():
        if catalog.aside_trials.works_at(place) and not trial.renew:
            yield aside_check(place.name, works=True, known=True)
            continue
        start = start or choose_file(settings, hook_of(origin.name), origin, trial.file)[0]
        try:
            why = _tried(hook_of(origin.name, place.name), start, place, now=now)
        except (ArchiveError, GlobusProviderError) as error:
            why = str(error)
        catalog.aside_trials.record(place, works=not why, detail=why)
        yield aside_check(place.name, works=not why, detail=why)


def _tried(hook: GlobusHook, start: Stop, place: Place, *, now: dt.datetime) -> str:
    """Copy the file, rename the copy, and list both folders; what went wrong, '' if nothing did."""
    folder, stamp = f"{trial_directory(now)}/aside", f"{now:%Y%m%d-%H%M%S}"
    old, aside = f"{folder}/damaged", f"{DAMAGED}/trial-{stamp}"
    wait_for(hook, begin_copy(hook, start, place, [old], what="aside at", now=now))
    rename_aside(hook, place, Aside(old, f"{aside}/damaged"))
    if "damaged" in _names(hook, place, folder):
        return "the file is still listed at its old path after it was renamed"
    if "damaged" not in _names(hook, place, aside):
        return "the file is not listed at its new path after it was renamed"
    return ""


def _names(hook: GlobusHook, place: Place, folder: str) -> set[str]:
    try:
        return {entry.name for entry in globus_reader(hook, place, rate=listing_rate(1))(folder)}
    except MissingDirectoryError:
        return set()
