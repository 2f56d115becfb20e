"""One more copy of a data set that another location has: which of the two gives it, and of which files."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed
from archive_flow.select.list_rig import list_to_send, no_answer, refused_at
from session_archive.assess.known import CopyElsewhere
from session_archive.assess.on_rig import CameLater, judge_copy
from session_archive.assess.verdict import Transfer, not_listed
from session_archive.errors import ListingError

if TYPE_CHECKING:
    from archive_flow.run.context import Run


def copy_from_rig(run: Run, work_item: WorkItem, other: CopyElsewhere) -> Assessed:
    """Send the archived files from the rig too, if it has them as they are; else they come from the other location."""
    try:
        on_rig = run.list_origin(work_item).require_whole().manifest
    except ListingError as error:
        return Assessed(work_item, not_listed(error), no_answer(work_item, error))
    archived = run.catalog.replicas.files(work_item.name.id)
    judged = judge_copy(archived=archived, on_rig=on_rig, other=other)
    if isinstance(judged, CameLater):
        return list_to_send(run, replace(work_item, settled=True), decided=work_item.settled)
    of_archived = replace(
        work_item, manifest_id=archived.id, n_files=len(archived.files), n_bytes=archived.n_bytes
    )
    if kept := judged or refused_at(run, of_archived, archived):
        return Assessed(of_archived, kept)
    if not run.selection.dry_run:
        run.catalog.ledger.save_manifest(archived)
    return Assessed(of_archived, Transfer())


def copies_elsewhere(
    run: Run, data_set_type: str, data_set_ids: Collection[uuid.UUID], *, location: str
) -> Mapping[uuid.UUID, CopyElsewhere]:
    """Data set id -> the first whole copy at another location of the type that has its newest files."""
    others = [place for place in run.locations_of(data_set_type) if place != location]
    if not others:
        return {}
    found: dict[uuid.UUID, CopyElsewhere] = {}
    for data_set_id, copies in run.catalog.replicas.by_place(data_set_ids).items():
        whole = [
            CopyElsewhere(place, copies[place].revision)
            for place in others
            if place in copies and copies[place].is_whole
        ]
        if whole:
            found[data_set_id] = max(whole, key=lambda each: each.revision)
    return found
