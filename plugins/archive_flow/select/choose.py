"""Selects the data sets that this run takes up, and records the state of every other one."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from airflow.configuration import conf

from archive_flow.run.report import Notes, Report, Selected, add_up
from archive_flow.run.unlisted import require_answers
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, Assessor
from archive_flow.select.claims import assess_folders
from archive_flow.select.prove import choose_proofs
from printable_text.amounts import size
from session_archive.assess.choose import all_settled_at, count_taken, freshest_first, held_back, taken_up
from session_archive.states.state import StateRow

log = logging.getLogger(__name__)


def select(
    assessor: Assessor, *, wait_until: dt.datetime | None = None, group_size: int = 1
) -> Selected | dt.datetime:
    """The data sets that this run takes up; all others get their state, and the report counts both.

    wait_until : UTC; the latest time at which this run may select again; None if this selection is final
    group_size : how many data sets one mapped group takes
    raises     : NoAnswerError if a place did not answer and this task will be tried again
    returns    : instead, the time at which to select again, if data sets will be ready then unless they
                 change. The catalog keeps the observations, so that a crash meanwhile does not restart the settle gap
    """
    run = assessor.run
    assessments = assess_folders(assessor)
    notes = add_up(assessments.notes)
    require_answers(run, notes.unlisted)
    if wait_until and (select_again_at := _select_again_at(assessor, notes, before=wait_until)):
        # The final selection records the rest, so that its report names all that this run has changed.
        settling = {data_set for data_set, _ in notes.settling}
        run.catalog.states.record([row for row in assessments.rows if row.data_set in settling])
        log.info("not yet stable: %s", ", ".join(sorted(settling)))
        return select_again_at
    # What was sent already comes first: it moves nothing, and no limit may leave it without a record.
    work_items = sorted(
        assessments.work_items, key=lambda each: (not each.submission_id, freshest_first(each.name))
    )
    taken = _count_taken(assessor, work_items, group_size=group_size)
    room = _at_most(assessor, group_size=group_size) - taken
    proofs = choose_proofs(run, assessments.proofs, at_most=room)
    later = [row for each in proofs.later if (row := each.row(run.run_id))]
    rows = [*assessments.rows, *later, *(_held_back(assessor, work_items[taken:]))]
    left = [*work_items[taken:], *(each.work_item for each in proofs.later)]
    selected = [*work_items[:taken], *proofs.taken]
    # The tasks of a data set report it; until then it keeps the state that an earlier run gave it.
    targets = {uuid.UUID(each.session_id) for each in selected}
    states = [row for row in run.catalog.states.merged(rows) if row.target not in targets]
    report = (
        Report.of(notes, dry_run=run.selection.dry_run)
        .with_remaining([work_item.label for work_item in left])
        .with_states(states)
    )
    if run.selection.dry_run:
        return Selected([], replace(report, plan=_plan(selected, report.settling)))
    run.catalog.refusals.record(assessments.refusals)
    changed = run.catalog.states.record(rows)
    run.catalog.states.record(_taken_up(assessor, work_items[:taken]))
    run.catalog.review(run.selection.kinds)
    return Selected(selected, report.with_changes(changed))


def _select_again_at(assessor: Assessor, notes: Notes, *, before: dt.datetime) -> dt.datetime | None:
    run = assessor.run
    if run.selection.dry_run or not run.params.get("second_look", True):
        return None
    return all_settled_at((time for _, time in notes.settling), before=before)


def _count_taken(assessor: Assessor, work_items: Sequence[WorkItem], *, group_size: int) -> int:
    run = assessor.run
    return count_taken(
        [0 if work_item.submission_id else work_item.n_bytes for work_item in work_items],
        limits=run.settings.limits,
        requested=run.selection.limit,
        nightly=assessor.on_rig,
        mappable=_mappable(group_size),
    )


def _at_most(assessor: Assessor, *, group_size: int) -> int:
    """How many data sets a run takes up, proofs included: as many as a person asked for, or as Airflow can map."""
    return min(assessor.run.selection.limit or _mappable(group_size), _mappable(group_size))


def _mappable(group_size: int) -> int:
    return conf.getint("core", "max_map_length") * group_size


def _held_back(assessor: Assessor, work_items: Iterable[WorkItem]) -> list[StateRow]:
    """Their states; what a discovery leaves for later, or was sent already, keeps the state that it has."""
    if not assessor.on_rig:
        return []
    assessed = [
        Assessed(each, held_back(claimed=bool(each.session_key)))
        for each in work_items
        if not each.submission_id
    ]
    return [row for each in assessed if (row := each.row(assessor.run.run_id))]


def _taken_up(assessor: Assessor, work_items: Sequence[WorkItem]) -> list[StateRow]:
    """The states of those that waited until now; their tasks may wait for a slot for hours."""
    run, rows = assessor.run, []
    targets = [uuid.UUID(each.session_id) for each in work_items if assessor.on_rig and each.sends]
    known = {
        (row.data_set_type, row.target): row.state
        for kind in sorted({each.name.data_set_type for each in work_items})
        for row in run.catalog.states.newest_rows(targets, kind)
    }
    for each in work_items:
        before = known.get((each.name.data_set_type, uuid.UUID(each.session_id)))
        if before and (record := taken_up(before)) and (row := Assessed(each, record).row(run.run_id)):
            rows.append(row)
    return rows


def _plan(work_items: Iterable[WorkItem], settling: dict[str, str]) -> list[str]:
    """What a dry run would do."""
    return [
        *(
            f"{work_item.label}: "
            + ("read in the archive and compared with the rig: " if work_item.proof else "")
            # In a discovery, the tasks that record the files list them.
            + (f"{work_item.n_files} files, {size(work_item.n_bytes)}, " if work_item.n_files else "")
            + work_item.path
            for work_item in work_items
        ),
        *(
            f"{name}: listed again from {time} on, and sent if it has not changed"
            for name, time in settling.items()
        ),
    ]
