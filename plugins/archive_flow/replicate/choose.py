"""The select step of a replication: what a location lacks, another one has whole, and no rig gives."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from airflow.configuration import conf

from archive_flow.run.context import Run
from archive_flow.run.report import Notes, Report, Selected, add_up
from archive_flow.run.roots import prepare_destination, require_places
from archive_flow.run.unlisted import could_not_list, require_answers
from archive_flow.run.work_item import WorkItem
from archive_flow.select.further_copy import copies_elsewhere
from archive_flow.submissions.busy import busy_data_sets
from printable_text.amounts import size
from session_archive.assess.choose import count_taken, freshest_first
from session_archive.assess.known import CopyElsewhere
from session_archive.assess.replicate import given_by_rig
from session_archive.catalog.data_sets.lacking_copies import CatalogedFolder
from session_archive.errors import ListingError
from session_archive.states.reasons import TO_COPY
from session_archive.states.state import State, StateRow

log = logging.getLogger(__name__)


def choose_copies(run: Run) -> Selected:
    """The copies that this run makes, within the limits of a night; all others that are lacking are `ready`.

    A location that cannot be listed, or whose listing cannot be believed, stops only its own copies. Raises
    NoAnswerError where one did not answer and this task will be tried again.
    """
    require_places(run)
    notes: list[Notes] = []
    lacking: list[WorkItem] = []
    for kind in sorted(run.selection.kinds):
        for location in _locations(run, kind):
            try:
                prepare_destination(run, run.place(location))
            except ListingError as error:
                notes.append(could_not_list(location, "", error))
                continue
            lacking += _lacking(run, kind, location)
    every = add_up(notes)
    require_answers(run, every.unlisted)
    lacking.sort(key=lambda each: freshest_first(each.name))
    taken = lacking[: _count(run, lacking)]
    report = Report.of(every, dry_run=run.selection.dry_run).with_remaining(
        [each.label for each in lacking[len(taken) :]]
    )
    rows = [_ready(run, each) for each in lacking]
    report = report.with_states(run.catalog.states.merged(rows))
    if run.selection.dry_run:
        return Selected([], replace(report, plan=[_planned(each) for each in taken]))
    changed = run.catalog.states.record(rows)
    promised = [_promised(run, each) for each in taken]
    return Selected(promised, report.with_changes(changed))


def _locations(run: Run, kind: str) -> tuple[str, ...]:
    """Those that a copy may come to from another one."""
    locations = run.locations_of(kind)
    return locations if len(locations) > 1 else ()


def _lacking(run: Run, kind: str, location: str) -> Iterator[WorkItem]:
    """The copies of a type that a location lacks."""
    folders = [
        each
        for each in run.catalog.lacking_copies.at(kind, location)
        if run.selection.wants_session(each.name.session)
    ]
    sources = copies_elsewhere(run, kind, [each.id for each in folders], location=location)
    busy = busy_data_sets(run, location, but_by=run.route)
    states = {
        row.data_set: row
        for row in run.catalog.states.of_data_sets([str(each.name) for each in folders], kind)
    }
    copies = run.catalog.states.of_copies([row.target for row in states.values()], kind)
    for folder in folders:
        state, source = states.get(str(folder.name)), sources.get(folder.id)
        of_copy = copies.get(state.target, {}).get(location) if state else None
        if source is None or folder.id in busy or given_by_rig(state, of_copy, rigs=run.settings.sources):
            continue
        yield _work_item(run, folder, state, source, location=location)


def _work_item(
    run: Run, folder: CatalogedFolder, state: StateRow | None, source: CopyElsewhere, *, location: str
) -> WorkItem:
    return WorkItem(
        data_set=str(folder.name),
        directory=folder.directory,
        origin=source.place,
        destination=location,
        manifest_id=folder.manifest_id,
        session_id=str(state.target if state else folder.id),
        session=state.session if state else str(folder.name.session),
        n_files=folder.n_files,
        n_bytes=folder.n_bytes,
        settled=True,
        copy_at=run.copy_at(folder.name.data_set_type, location),
    )


def _count(run: Run, lacking: Sequence[WorkItem]) -> int:
    return count_taken(
        [each.n_bytes for each in lacking],
        limits=run.settings.limits,
        requested=run.selection.limit,
        nightly=True,
        mappable=conf.getint("core", "max_map_length"),
    )


def _ready(run: Run, work_item: WorkItem) -> StateRow:
    reason = f"{TO_COPY}{work_item.origin}: no rig has it as archived"
    return work_item.state(State.READY, reason, run_id=run.run_id)


def _promised(run: Run, work_item: WorkItem) -> WorkItem:
    files = run.catalog.replicas.files(work_item.name.id)
    return replace(work_item, manifest_id=run.catalog.ledger.save_manifest(files))


def _planned(work_item: WorkItem) -> str:
    return (
        f"{work_item.label}: {work_item.n_files} files, {size(work_item.n_bytes)}, from {work_item.path} to "
        f"{work_item.destination}"
    )
