"""Writes the sidecar manifests that the archive lacks into the staging place, for one transfer to each location.

The catalog knows which data sets still lack one, so that a later night copies what this one could not.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from archive_flow.run.context import Run, open_run
from archive_flow.run.deadline import run_deadline
from archive_flow.run.errors import airflow_errors
from archive_flow.sidecar.shipment import SidecarShipment, sidecars_name
from archive_flow.transfer.order import transfer_order
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.settings.places import Staging
from session_archive.sidecar.document import sidecar_path
from session_archive.sidecar.staging import StagingDisk, carry_path

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)


def stage_manifests(route: str, context: Context) -> list[dict[str, Any]]:
    """Write the manifests to copy into the staging place; return the arguments of one mapped group for each location.

    There is no group without a staging place, in a dry run, or if there is nothing to copy.
    """
    with airflow_errors(context), open_run(route, context) as run:
        staging = run.settings.staging
        if staging is None or run.selection.dry_run:
            return []
        deadline = run_deadline(context, run.settings.limits)
        staged = {name: _stage(run, staging, name) for name in run.settings.locations}
        for name in staged:
            run.catalog.sidecars.review(name)
        return [
            {
                "location": location,
                "manifest_id": manifest_id,
                "order": transfer_order(
                    run,
                    origin=staging,
                    destination=run.place(location),
                    label=SidecarShipment(location, manifest_id).label,
                    deadline=deadline,
                ).as_xcom(),
            }
            for location, manifest_id in staged.items()
            if manifest_id
        ]


def _stage(run: Run, staging: Staging, location: str) -> str:
    """The id of the manifest that lists what to copy to a location; '' if there is nothing."""
    pending = run.catalog.sidecars.missing(location, most=run.settings.limits.max_files)
    if not pending:
        name = sidecars_name(location)
        under_way = run.catalog.ledger.open_submission(name.id, name.route, name.destination)
        return under_way.manifest_id if under_way else ""
    disk, files = StagingDisk(staging), []
    for data_set, revision in pending:
        sidecar = run.catalog.sidecars.manifest(data_set, revision, location)
        path, content = sidecar_path(data_set, revision), sidecar.to_bytes()
        # The mtime identifies the content, and a listing of the archive shows it.
        mtime = int(sidecar.verified.verified_at.timestamp())
        disk.write(carry_path(location, path), content, mtime=mtime)
        files.append(FileEntry(path, len(content), mtime))
    log.info("%s: %d sidecar manifests to copy into the archive", location, len(files))
    return run.catalog.ledger.save_manifest(Manifest.of(files))
