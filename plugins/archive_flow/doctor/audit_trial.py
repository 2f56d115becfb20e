"""`doctor --transfer`: whether audits can bring a file to their scratch place, read it there, and remove it again.

What worked is kept in the catalog; without that, no audit brings or removes anything.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from archive_flow.doctor.stop import Stop
from archive_flow.doctor.trial import Trial, begin_copy, choose_file, named_place, wait_for
from archive_flow.run.catalog_login import catalog_of_tasks
from globus_provider.errors import GlobusProviderError
from session_archive.assess.brought_copy import folder_of
from session_archive.doctor.check import Check, Checks
from session_archive.errors import ArchiveError, ListingError
from session_archive.listing.digests import digest
from session_archive.listing.removal import remove_files

if TYPE_CHECKING:
    from archive_flow.doctor.logins import HookOf
    from globus_provider.hooks.globus import GlobusHook
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Place, Settings

_MAKE = Checks("audit")
_ALGORITHM = "MD5"


def audit_checks(settings: Settings, hook_of: HookOf, trial: Trial, *, now: dt.datetime) -> Iterator[Check]:
    """As `try_scratch`, with the catalog of the settings; nothing where `audit.scratch` names no place.

    raises : CatalogError where it cannot be opened
    """
    if not settings.audit.scratch:
        return
    with catalog_of_tasks(settings) as catalog:
        yield try_scratch(settings, hook_of, catalog, trial, now=now)


def known_scratch_check(settings: Settings, catalog: Catalog) -> Iterator[Check]:
    """Whether the place of `audit.scratch` is proven; nothing where there is none."""
    if name := settings.audit.scratch:
        place = settings.scratch[name]
        if catalog.proven_scratch.holds(place):
            yield _proven(place)
        else:
            yield _MAKE.warning(
                f"scratch place {name}",
                "nobody has seen that audits can bring files there and remove them, so none does: what no worker can "
                "read in the archive is only listed",
                "run `session-archive doctor --transfer` once",
            )


def try_scratch(
    settings: Settings, hook_of: HookOf, catalog: Catalog, trial: Trial, *, now: dt.datetime
) -> Check:
    """Bring a file of a rig there, read it here, remove it; a place of which that is known only if the trial renews.

    raises : SettingsError for a place or file that does not exist, ListingError, CatalogError
    """
    place = settings.scratch[settings.audit.scratch]
    if catalog.proven_scratch.holds(place) and not trial.renew:
        return _proven(place)
    origin = named_place(settings.sources, trial.source, "sources")
    start, _ = choose_file(settings, hook_of(origin.name), origin, trial.file)
    try:
        wrong = _tried(hook_of(origin.name, place.name), start, place, now=now)
    except (ArchiveError, GlobusProviderError) as error:
        wrong = str(error)
    if wrong:
        return _MAKE.failure(
            f"scratch place {place.name}",
            wrong,
            "mend this, or take `scratch` out of [audit] in archive.toml",
        )
    catalog.proven_scratch.record(place)
    return _proven(place)


def _proven(place: Place) -> Check:
    return _MAKE.ok(
        f"scratch place {place.name}", "a file was brought there by Globus, read here, and removed again"
    )


def _tried(hook: GlobusHook, start: Stop, place: Place, *, now: dt.datetime) -> str:
    """What did not work, in words; '' if all did."""
    root = place.local_path
    if root is None:
        return f"this machine cannot read {place.declared_local_path}"
    folder = folder_of(str(uuid.uuid4()))
    path = f"{folder}/{start.path.rpartition('/')[2]}"
    task_id = begin_copy(hook, start, place, [path], what="audit at", now=now)
    try:
        wait_for(hook, task_id)
        read = digest(root, path, algorithm=_ALGORITHM)
    except ListingError as error:
        return f"Globus has written {place.name}:{path}, and this machine does not see it: {error}"
    finally:
        failed = remove_files(root, folder, [path])
    reported = next(iter(hook.successful_transfers(task_id)), {})
    algorithm = str(reported.get("checksum_algorithm") or _ALGORITHM).upper()
    expected = str(reported.get("checksum") or "").lower()
    if read is None or (expected and algorithm == _ALGORITHM and read[1] != expected):
        return f"{place.name}:{path} is not what Globus says that it has written: {expected}"
    return f"what was brought cannot be removed: {failed[0]}" if failed else ""
