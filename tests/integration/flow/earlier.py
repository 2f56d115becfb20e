"""A recording on the rig, and replicas as earlier runs have recorded them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.compare import compare
from session_archive.fixity.manifest import Manifest
from session_archive.states.state import State
from support.sample_rig import LabSession, make_recordings
from support.stack import Stack


def on_rig(night: Run, stack: Stack, day: dt.date) -> WorkItem:
    """A new raw-ephys recording of SC099, as select hands it on; its manifest is in the ledger."""
    make_recordings(stack.rig, [LabSession(1, "SC099", 1, day, dt.time(10))])
    found = WorkItem(
        data_set=f"raw-ephys/SC099/{day}",
        directory=f"SC099/catgt_SC099_{day:%m%d%y}_g0",
        origin="rig",
        destination="archive-ephys",
        manifest_id="",
        session_id=str(uuid.uuid4()),
        session="SC099",
    )
    files = night.list_origin(found).manifest
    return replace(found, manifest_id=night.catalog.ledger.save_manifest(files), n_files=len(files.files))


def recorded(
    run: Run,
    work_item: WorkItem,
    manifest: Manifest,
    *,
    state: State,
    route: str = "upload",
    link_table: str = "ArchivedRawEphys",
) -> None:
    """Record the replica as an earlier run of this route did; verified if the state is archived."""
    run.catalog.writer.record_replica(
        data_set=work_item.name,
        directory=work_item.directory,
        session_key=work_item.session_key or None,
        link_table=link_table,
        place=run.destination(work_item),
        manifest=manifest,
        report=compare(promised=manifest, found=manifest),
        verdict="verified" if state is State.ARCHIVED else "unverified",
        method="listing",
        found_by=route,
        submission_id=None,
        run_id=f"an earlier {route}",
        dag_id=f"{route}_sessions",
        state=work_item.state(state, run_id=f"an earlier {route}"),
    )
