"""Records which sidecar manifests are in the archive now, and clears them from the staging place."""

from __future__ import annotations

import logging
from typing import Any

from archive_flow.run.context import Run
from archive_flow.run.folders import list_beside
from archive_flow.sidecar.shipment import sidecars_name
from archive_flow.submissions.ending import ending_of
from archive_flow.submissions.previous_tasks import PreviousTasks
from session_archive.fixity.manifest import Manifest
from session_archive.sidecar.arrival import sidecar_problems, sidecars_seen
from session_archive.sidecar.document import parse_sidecar_path
from session_archive.sidecar.staging import StagingDisk, carry_path
from session_archive.transfers.ending import Arrived, Failed, NotSent, UnderWay, Unknown

log = logging.getLogger(__name__)


def record_sidecars_seen(
    run: Run, *, location: str, manifest_id: str, tasks: PreviousTasks
) -> dict[str, Any]:
    """Record which manifests are in the archive now, and remove them from the staging place.

    returns : the location, how many manifests were copied, and the problems
    """
    ending = ending_of(run, sidecars_name(location, manifest_id), tasks)
    submission = ending.submission if isinstance(ending, UnderWay | Unknown | Failed | Arrived) else None
    moved = run.catalog.ledger.manifest(submission.manifest_id) if submission else Manifest(())
    # If both name a path, the newer one counts: it is in the staging place.
    expected = {file.path: file for file in (*moved.files, *run.catalog.ledger.manifest(manifest_id).files)}
    present = {file.path: file for file in list_beside(run, location, expected)}
    arrived = frozenset(ending.submission.items if isinstance(ending, Arrived) else ())
    seen = sidecars_seen(expected, present, arrived=arrived)
    run.catalog.sidecars.record(location, (parse_sidecar_path(path) for path in sorted(seen)))
    if run.settings.staging is not None:
        disk = StagingDisk(run.settings.staging)
        for path in seen:
            disk.remove(carry_path(location, path))
    problems: list[str] = []
    match ending:
        case UnderWay(_, needs_person):
            log.info("%s; the next run takes it up again", needs_person or "the transfer is still under way")
            return {"location": location, "carried": len(seen), "problems": problems}
        case NotSent(why, _) | Unknown(_, why):
            problems = [why]
        case Failed(_, outcome):
            problems = [outcome.detail]
    problems += sidecar_problems(expected, present, arrived=arrived)
    return {"location": location, "carried": len(seen), "problems": problems}
