"""The select step of a retrieval: what is transferred, what exists already, what is refused; shown before it begins."""

from __future__ import annotations

import logging
from dataclasses import replace

from airflow.configuration import conf

from archive_flow.retrieve.scratch_place import ScratchPlace, free_bytes, require_no_overlap, require_space
from archive_flow.retrieve.selection import ChosenDataSet, chosen_files, requested_data_sets
from archive_flow.run.context import Run
from archive_flow.run.report import NAMED_AT_MOST, Notes, Report, Selected, add_up
from archive_flow.run.roots import prepare_destination, require_places
from archive_flow.run.unlisted import could_not_list, require_answers
from archive_flow.run.work_item import WorkItem
from printable_text import message
from printable_text.amounts import size
from session_archive.errors import ArchiveError, ListingError, NoAnswerError, RefusedError
from session_archive.settings.places import Place
from session_archive.states.state import State
from session_archive.transfers.retrieval_plan import Outlook, outlook_lines

log = logging.getLogger(__name__)


def choose_data_sets(run: Run) -> Selected:
    """RETRIEVE: the data sets that need a transfer, up to the limits of this run.

    The report explains all others. Raises ArchiveError where the request makes no sense, the place is an upload source,
    its root shows that its disk is not mounted, or the free space is known and too small; NoAnswerError where the place
    did not answer and this task will be tried again.
    """
    place = _destination(run)
    require_no_overlap(run, place)
    require_places(run)
    prepare_destination(run, place)
    requested = requested_data_sets(run)
    limit = min(run.selection.limit or len(requested), conf.getint("core", "max_map_length"))
    scratch = ScratchPlace(run, place)
    work_items: list[WorkItem] = []
    outlooks: list[Outlook] = []
    notes: list[Notes] = []
    remaining = 0
    for number, chosen in enumerate(chosen_files(run, requested)):
        if len(work_items) == limit:
            remaining = len(requested) - number
            break
        if not chosen.files.files and not chosen.refused:
            continue
        work_item, outlook, of_plan = _plan(run, scratch, chosen)
        outlooks.append(outlook)
        notes.append(of_plan)
        if outlook.moves:
            work_items.append(work_item)
            if not run.selection.dry_run:
                run.catalog.ledger.save_manifest(chosen.files)
    if not outlooks:
        raise ArchiveError(
            "none of the requested data sets has a file of the requested types, probes or cameras; "
            "nothing was transferred"
        )
    report = _report(run, place, outlooks, notes=add_up(notes), remaining=remaining)
    try:
        require_space(place, _to_move(outlooks))
    except RefusedError:
        log.info("the plan:\n  %s", "\n  ".join(map(message, report.plan)))
        raise
    return Selected([] if run.selection.dry_run else work_items, report)


def _destination(run: Run) -> Place:
    name = run.params.get("destination") or next(iter(run.settings.scratch), "")
    if name not in run.settings.scratch:
        known = ", ".join(run.settings.scratch) or "none"
        raise ArchiveError(
            f"param destination: {name!r} is not a scratch place of archive.toml; known places: {known}"
        )
    return run.settings.scratch[name]


def _plan(run: Run, scratch: ScratchPlace, chosen: ChosenDataSet) -> tuple[WorkItem, Outlook, Notes]:
    cataloged, files = chosen.cataloged, chosen.files
    work_item = WorkItem(
        data_set=str(cataloged.name),
        directory=cataloged.directory,
        origin=chosen.origin,
        destination=scratch.place.name,
        manifest_id=files.id,
        session_id=str(cataloged.id),
        session=str(cataloged.name.session),
        n_files=len(files.files),
        n_bytes=files.n_bytes,
        chosen=chosen.words,
    )
    if chosen.refused:
        return work_item, Outlook(chosen.label, refused=chosen.refused), Notes()
    try:
        plan = scratch.plan(work_item, files)
        plan.require_free()
    except NoAnswerError as error:
        notes = could_not_list(scratch.place.name, work_item.directory, error)
        require_answers(run, notes.unlisted)
        refused = f"{scratch.place.name} did not answer; run it again"
        return work_item, Outlook(chosen.label, refused=refused), notes
    except ListingError as error:
        return work_item, Outlook(chosen.label, refused=str(error)), Notes()
    except RefusedError as error:
        refused = f"{scratch.place.name}: {error}"
        if not run.selection.dry_run:
            place = scratch.place.name
            refusal = work_item.refusal(refused, error.files, run_id=run.run_id, place=place)
            run.catalog.refusals.record([refusal])
        return work_item, Outlook(chosen.label, refused=refused), Notes()
    begun = run.catalog.ledger.open_submission(cataloged.name.id, run.route, work_item.destination)
    outlook = Outlook(
        chosen.label,
        origin=chosen.origin,
        n_files=len(plan.items),
        n_bytes=sum(file.size for file in plan.items),
        n_identical=len(plan.adopted),
        chosen=chosen.words,
        under_way=begun is not None and begun.manifest_id == work_item.manifest_id,
        unproven=chosen.origin in cataloged.unverified,
    )
    return work_item, outlook, Notes()


def _to_move(outlooks: list[Outlook]) -> int:
    return sum(each.n_bytes for each in outlooks if each.moves)


def _report(run: Run, place: Place, outlooks: list[Outlook], *, notes: Notes, remaining: int) -> Report:
    where = f"{place.name} ({place.collection}:{place.directory})"
    plan = outlook_lines(outlooks, destination=where, free=free_bytes(place), most=NAMED_AT_MOST)
    return replace(
        Report.of(notes, dry_run=run.selection.dry_run),
        remaining=remaining,
        plan=plan,
        alarms=[f"{each.label}: {State.REFUSED}: {each.refused}" for each in outlooks if each.refused],
        approval=_approval(run, place, plan, n_bytes=_to_move(outlooks)),
    )


def _approval(run: Run, place: Place, plan: list[str], *, n_bytes: int) -> dict[str, str]:
    """The question to a person; empty where nobody has to approve."""
    most = run.settings.limits.approve_above
    if n_bytes <= most or run.selection.dry_run:
        return {}
    return {
        "subject": f"Retrieve {size(n_bytes)} to {place.name}? Asked for by {run.started_by}",
        "body": "\n".join(
            [
                f"Asked for by **{run.started_by}**. This is more than `limits.approve_above` ({size(most)}), so "
                "a person has to approve it. If it is rejected, nothing is transferred.",
                "",
                *(f"- {line}" for line in plan),
            ]
        ),
    }
