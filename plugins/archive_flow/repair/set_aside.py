"""Sets damaged files aside at their location, so that nothing lies where good ones are sent: a row, then a rename."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from archive_flow.repair.damaged_copy import DamagedCopy, list_files
from archive_flow.run.context import Run
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.assess.repair import DAMAGED, Aside, Repair, Yes, aside_path
from session_archive.errors import RefusedError
from session_archive.listing.root_listing import FOLDER
from session_archive.settings.places import Place

if TYPE_CHECKING:
    from globus_provider.hooks.globus import GlobusHook

log = logging.getLogger(__name__)


def set_aside(run: Run, damaged: DamagedCopy, paths: Collection[str], *, yes: Yes) -> None:
    """Record the repair with what it sets aside, and rename these files; what was broken off between goes on.

    raises : RefusedError where the location does not let a file be renamed; nothing is sent then
    """
    place, now = damaged.place, clock.utc_now()
    pending = _pending(run, damaged, paths)
    new = tuple(
        Aside(path, aside_path(path, at=now, unique=uuid.uuid4().hex[:8]))
        for path in paths
        if path not in pending
    )
    run.catalog.repairs.begin(
        damaged.copy.name, place.name, Repair(yes, now, run.dag_id, run.run_id, asides=new)
    )
    for aside in (*pending.values(), *new):
        try:
            rename_aside(run.hook_of(place.name), place, aside)
        except GlobusProviderError as error:
            if error.retryable:
                raise
            raise RefusedError(
                f"{place.name}:{aside.path} could not be set aside, so that nothing was sent: {error}"
            ) from error
        log.warning("%s:%s is damaged, and was set aside as %s", place.name, aside.path, aside.aside)


def rename_aside(hook: GlobusHook, place: Place, aside: Aside) -> None:
    """Rename one file into a folder of its own below the location's root. Raises GlobusProviderError."""
    folder = aside.aside.rpartition("/")[0]
    for each in (FOLDER, DAMAGED, folder):
        hook.make_directory(collection=str(place.collection), path=place.absolute(each))
    hook.rename(
        collection=str(place.collection), old=place.absolute(aside.path), new=place.absolute(aside.aside)
    )


def _pending(run: Run, damaged: DamagedCopy, paths: Collection[str]) -> dict[str, Aside]:
    """Path -> where it was about to be set aside by a repair that was broken off before it renamed the file."""
    noted = [aside for repair in damaged.repairs(run) for aside in repair.asides if aside.path in paths]
    renamed = list_files(run, damaged.place, [aside.aside for aside in noted]) if noted else {}
    return {aside.path: aside for aside in noted if aside.aside not in renamed}
