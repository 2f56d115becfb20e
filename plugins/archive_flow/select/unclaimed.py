"""Folders that no session of the lab's pipeline claims: each gets a state of its own, so that none is invisible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from archive_flow.run.report import Lines, Notes
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, Assessor, assess_alone
from archive_flow.select.list_rig import no_answer
from session_archive import clock
from session_archive.assess.known import Known
from session_archive.assess.unclaimed import (
    Step,
    next_step,
    size_and_age,
    unclaimed_on_rig,
    while_unclaimed,
)
from session_archive.assess.verdict import Leave, Record
from session_archive.errors import ListingError
from session_archive.recording.sessions import Matching, SourceFolder
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import State

if TYPE_CHECKING:
    from archive_flow.run.context import Run


def assess_unclaimed(
    assessor: Assessor,
    data_set_type: str,
    matching: Matching,
    known: Known,
    *,
    why: Mapping[SourceFolder, str],
    before: Collection[UUID],
) -> Iterator[Assessed]:
    """Assess each folder that no session claims, and each that a person decided to ignore.

    why    : what there is to say of a folder that the conventions do not accept
    before : ids of the data sets whose folders no session claimed when a run last looked
    """
    run = assessor.run
    archives_unclaimed = run.settings_of(data_set_type).unclaimed == "archive"
    for source_folder in matching.unclaimed:
        work_item = _work_item(assessor, source_folder)
        step = next_step(
            work_item.name,
            known,
            archives_unclaimed=archives_unclaimed,
            on_rig=assessor.on_rig,
            unclaimed_before=work_item.name.id in before,
        )
        yield _assess(assessor, work_item, known, step, why=why.get(source_folder, ""))
    for source_folder, words in matching.ignored:
        yield Assessed(_work_item(assessor, source_folder), Record(State.IGNORED, words))


def assess_undecided(assessor: Assessor, matching: Matching, known: Known) -> Iterator[Assessed]:
    """Assess folders with ambiguous names that have a sidecar manifest: it may hold a person's earlier decision."""
    for source_folder in matching.candidates:
        work_item = _work_item(assessor, source_folder)
        if work_item.name in known.sidecars:
            undecided = replace(work_item, undecided=True)
            yield assess_alone(undecided, partial(assessor.assess_folder, undecided, known))


def _work_item(assessor: Assessor, source_folder: SourceFolder) -> WorkItem:
    data_set = source_folder.folder.data_set
    return WorkItem(
        data_set=str(data_set),
        directory=source_folder.folder.directory,
        origin=source_folder.place,
        destination=assessor.location,
        manifest_id="",
        session_id=str(data_set.id),
        session=str(data_set.session),
        copy_at=assessor.run.copy_at(data_set.data_set_type, assessor.location),
    )


def _assess(assessor: Assessor, work_item: WorkItem, known: Known, step: Step, *, why: str) -> Assessed:
    if step is Step.ASSESS:
        assessed = assess_alone(work_item, partial(_assess_as_claimed, assessor, work_item, known))
    elif step is Step.LIST:
        assessed = _list(assessor.run, work_item, why=why)
    elif step is Step.REPORT:
        assessed = Assessed(work_item, Record(State.UNCLAIMED, "; ".join(filter(None, (UNCLAIMED, why)))))
    else:
        assessed = Assessed(work_item, Leave())
    return assessed


def _assess_as_claimed(assessor: Assessor, work_item: WorkItem, known: Known) -> Assessed:
    assessed = assessor.assess_folder(work_item, known)
    return replace(assessed, assessment=while_unclaimed(assessed.assessment))


def _list(run: Run, work_item: WorkItem, *, why: str) -> Assessed:
    try:
        listing = run.list_origin(work_item)
    except ListingError as error:
        return Assessed(work_item, unclaimed_on_rig(error, why=why), no_answer(work_item, error))
    manifest = listing.manifest
    line = f"{work_item.path}: {size_and_age(manifest, now=clock.utc_now())}"
    listed = replace(work_item, n_files=len(manifest.files), n_bytes=manifest.n_bytes)
    return Assessed(listed, unclaimed_on_rig(listing, why=why), Notes(unclaimed=Lines.of([line])))
