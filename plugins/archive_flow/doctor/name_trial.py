"""`doctor --transfer`: which names each destination keeps apart, seen by one small file under names that look alike.

The copies stay in the folder of the trial. What was seen is kept in the catalog, where every night finds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive_flow.doctor.stop import Stop
from archive_flow.doctor.trial import Trial, begin_copy, choose_file, named_place, wait_for
from archive_flow.run.catalog_login import catalog_of_tasks
from archive_flow.run.readers import globus_reader, listing_rate
from globus_provider.errors import GlobusProviderError
from session_archive.doctor.check import Check
from session_archive.doctor.name_trial import NAMES, kept_names, names_check, unknown_check
from session_archive.doctor.trial import trial_directory
from session_archive.errors import ArchiveError

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Place, Settings


def name_checks(settings: Settings, hook_of: HookOf, trial: Trial, *, now: dt.datetime) -> Iterator[Check]:
    """As `look_at_names`, with the catalog of the settings.

    raises : CatalogError where it cannot be opened
    """
    with catalog_of_tasks(settings) as catalog:
        yield from look_at_names(settings, hook_of, catalog, trial, now=now)


def look_at_names(
    settings: Settings, hook_of: HookOf, catalog: Catalog, trial: Trial, *, now: dt.datetime
) -> Iterator[Check]:
    """One check for each location, and for the scratch place of the trial; trouble with one stops no other.

    A place of which both is known is tried again only if the trial renews.

    raises : SettingsError for a place or file that does not exist, ListingError, CatalogError
    """
    origin = named_place(settings.sources, trial.source, "sources")
    places: list[Place] = list(settings.locations.values())
    if trial.scratch or settings.scratch:
        places.append(named_place(settings.scratch, trial.scratch, "scratch"))
    start: Stop | None = None
    for place in places:
        known = catalog.place_names.of(place)
        if None not in (known.case, known.normalisation) and not trial.renew:
            yield names_check(place.name, known, known=True)
            continue
        start = start or choose_file(settings, hook_of(origin.name), origin, trial.file)[0]
        try:
            kept = kept_names(_listed(hook_of(origin.name, place.name), start, place, now=now))
        except (ArchiveError, GlobusProviderError) as error:
            yield unknown_check(place.name, str(error))
            continue
        catalog.place_names.record(place, kept)
        yield names_check(place.name, kept)


def _listed(hook: GlobusHook, start: Stop, place: Place, *, now: dt.datetime) -> list[str]:
    """Copy the file to each of the names, and list their folder; the copies are the same, so none can be damaged."""
    directory = f"{trial_directory(now)}/names"
    paths = [f"{directory}/{name}" for name in NAMES]
    wait_for(hook, begin_copy(hook, start, place, paths, what="names at", now=now))
    return [entry.name for entry in globus_reader(hook, place, rate=listing_rate(1))(directory)]
