"""Folders that no session of the lab's pipeline claims: each gets a state of its own, so that none is invisible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ByteSize

from archive_flow.run.reasons import UNCLAIMED
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assess import Known, assess_folder
from archive_flow.select.isolate import Assessment, assess_alone
from session_archive.errors import ListingError, NoAnswerError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, lines
from session_archive.recording.sessions import Matching, SourceFolder
from session_archive.states.state import ALARMS, State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run


def assess_unclaimed(run: Run, data_set_type: str, matching: Matching, known: Known) -> Iterator[Assessment]:
    """Assess each folder that no session claims, and end the states of those that are no longer unclaimed."""
    before = {row.target: row for row in run.catalog.unclaimed(data_set_type)}
    archives_unclaimed = run.settings.data_sets[data_set_type].unclaimed == "archive"
    for source_folder in matching.unclaimed:
        work_item = _work_item(run, source_folder)
        if archives_unclaimed or work_item.name.id in known.replicas or work_item.name in known.sidecars:
            yield assess_alone(run, work_item, partial(_archive_unclaimed, run, work_item, known))
        elif run.route == "upload":
            yield _row(run, work_item)
        # A folder that the rig has too is reported for the rig, where a person can do something about it.
        elif work_item.name.id not in before:
            yield work_item.state(State.UNCLAIMED, UNCLAIMED, run_id=run.run_id)
    for source_folder, words in matching.ignored:
        yield _work_item(run, source_folder).state(State.IGNORED, words, run_id=run.run_id)
    still = {source_folder.folder.data_set for source_folder in matching.unclaimed}
    still |= {source_folder.folder.data_set for source_folder, _ in matching.ignored}
    yield from _ended(run, before.values(), still=still, claimed=_claimed(matching))


def assess_undecided(run: Run, matching: Matching, known: Known) -> Iterator[Assessment]:
    """Assess folders with ambiguous names that have a sidecar manifest: it may hold a person's earlier decision."""
    for source_folder in matching.candidates:
        work_item = _work_item(run, source_folder)
        if work_item.name in known.sidecars:
            undecided = replace(work_item, undecided=True)
            yield assess_alone(run, undecided, partial(assess_folder, run, undecided, known))


def _work_item(run: Run, source_folder: SourceFolder) -> WorkItem:
    data_set = source_folder.folder.data_set
    return WorkItem(
        data_set=str(data_set),
        directory=source_folder.folder.directory,
        origin=source_folder.place,
        destination=run.location_of(data_set.data_set_type),
        manifest_id="",
        session_id=str(data_set.id),
        session=str(data_set.session),
    )


def _archive_unclaimed(run: Run, work_item: WorkItem, known: Known) -> Assessment:
    """Assess it as for a session; until it is under way it stays `unclaimed`, with the reason."""
    verdict = assess_folder(run, work_item, known)
    if not isinstance(verdict, StateRow) or verdict.state in ALARMS | {State.ARCHIVED}:
        return verdict
    return replace(verdict, state=State.UNCLAIMED, reason=f"{UNCLAIMED}; {verdict.state}: {verdict.reason}")


def _row(run: Run, work_item: WorkItem) -> StateRow:
    try:
        manifest = run.list_origin(work_item).manifest
    except ListingError as error:
        if isinstance(error, NoAnswerError):
            run.could_not_list(work_item.origin, lines(work_item.directory)[0], error)
        return work_item.state(State.UNCLAIMED, f"{UNCLAIMED}; {error}", run_id=run.run_id)
    run.report.add_unclaimed(f"{work_item.path}: {_size_and_age(manifest)}")
    return work_item.state(
        State.UNCLAIMED,
        UNCLAIMED + _newest(manifest),
        run_id=run.run_id,
        n_files=len(manifest.files),
        n_bytes=manifest.n_bytes,
    )


def _newest(manifest: Manifest) -> str:
    times = [file.modified for file in manifest.files]
    return f"; its newest file is from {max(times):%Y-%m-%d %H:%M} UTC" if times else "; it has no files"


def _size_and_age(manifest: Manifest) -> str:
    size = ByteSize(manifest.n_bytes).human_readable(decimal=True)
    if not manifest.files:
        return "no files"
    age = dt.datetime.now(dt.UTC) - max(file.modified for file in manifest.files)
    return f"{len(manifest.files)} files, {size}, the newest {max(age.days, 0)} day(s) old"


def _claimed(matching: Matching) -> set[DataSetName]:
    claimed = {claim.found for claim in matching.claims if claim.found}
    return {each.folder.data_set for each in (*claimed, *matching.candidates)}


def _ended(
    run: Run, before: Iterable[StateRow], *, still: set[DataSetName], claimed: set[DataSetName]
) -> Iterator[StateRow]:
    """States that no longer hold; a folder counts as gone only if this run has listed where it was."""
    places = run.settings.sources if run.route == "upload" else run.settings.locations
    for row in before:
        name = DataSetName.parse(row.data_set)
        if name in still:
            continue
        place = row.path.partition(":")[0]
        listed = place in places and run.hidden(name.session, place=place) is None
        if name in claimed:
            reason = "a session of the lab's pipeline claims it now"
        elif listed and run.selection.wants_session(name.session):
            reason = "its folder is gone"
        else:
            continue
        yield replace(row, state=State.GONE, reason=reason, run_id=run.run_id, changed_at=None)
