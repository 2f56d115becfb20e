"""The select step of a repair: which damaged files come back from where; shown before a person says yes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive_flow.repair.damaged_copy import DamagedCopy, damaged_copy, look
from archive_flow.repair.read import read_copies, source_places
from archive_flow.repair.shipment import other_transfer, require_sure, require_tried
from archive_flow.run.context import Run
from archive_flow.run.report import NAMED_AT_MOST, Report, Selected
from archive_flow.run.roots import require_root
from archive_flow.run.work_item import WorkItem
from printable_text.amounts import counted, size
from session_archive.assess.repair import DamagedFile, Existing, RepairPlan, plan_repair
from session_archive.errors import ArchiveError, ListingError, RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.request.retrieval import data_set_names

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Planned:
    """One damaged copy.

    work_item : None where nothing can be repaired
    lines     : what is done, for the plan
    alarms    : what cannot be done, and why
    """

    work_item: WorkItem | None = None
    lines: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def choose_repairs(run: Run) -> Selected:
    """The damaged copies that can be repaired, one transfer for each; the report explains all others.

    Raises ArchiveError for a data set that the archive does not hold, or that is not damaged, and for a reason without
    a data set: a yes is given to what a person has named, or has been shown.
    """
    names = data_set_names(run.params)
    why = str(run.params.get("why") or "").strip()
    if why and not names:
        raise ArchiveError(
            "param why: it is a yes to the repair of data sets that data_sets names; name some"
        )
    planned = [_plan(run, name, place) for name, place in _damaged(run, names)]
    report = Report(
        plan=[line for each in planned for line in each.lines][:NAMED_AT_MOST],
        alarms=[line for each in planned for line in each.alarms],
        dry_run=run.selection.dry_run,
    )
    work_items = [each.work_item for each in planned if each.work_item]
    if run.selection.dry_run:
        return Selected([], report)
    return Selected(
        work_items, report if why else replace(report, approval=_question(run, report, work_items))
    )


def _damaged(run: Run, names: tuple[DataSetName, ...]) -> list[tuple[DataSetName, str]]:
    """Name and place of each requested copy that is damaged; of all, where none is named."""
    every = [(DataSetName.parse(each.data_set), each.place) for each in run.catalog.damages.every()]
    if not names:
        return every
    found = [each for each in every if each[0] in names]
    known = {each.name for each in run.catalog.data_sets(names=names)}
    for name in names:
        if name not in known:
            raise ArchiveError(f"param data_sets: the archive holds no data set {str(name)!r}")
        if name not in {each for each, _ in found}:
            raise ArchiveError(
                f"param data_sets: no audit has found {name} damaged, so that there is nothing to repair; "
                "audit_archive looks at it"
            )
    return found


def _plan(run: Run, name: DataSetName, place: str) -> _Planned:
    try:
        return _planned(run, name, place)
    except (ListingError, RefusedError) as error:
        if error.retryable and run.tries_left:
            raise
        return _Planned(alarms=(f"{name}: not repaired: {error}",))


def _planned(run: Run, name: DataSetName, place: str) -> _Planned:
    location = run.settings.locations.get(place)
    if location is None:
        raise RefusedError(f"it is damaged at {place}, which is not a location of archive.toml")
    damaged = damaged_copy(run, name, location)
    if damaged is None:
        raise RefusedError(
            f"its damaged files at {place} are of an older revision; audit_archive looks at it"
        )
    require_tried(run, location)
    if words := other_transfer(run, str(name), place):
        raise RefusedError(f"{words}; repair it when that is over")
    require_root(run, location)
    alarms = list(_without_digest(damaged))
    files = [each for each in damaged.files if each.digest is not None]
    found = {path: state for path, (state, _) in look(run, damaged, files).items()}
    require_sure(location, found.items())
    whole = [each for each in files if found[each.file.path] is Existing.WHOLE]
    missing = [each for each in files if found[each.file.path] is not Existing.WHOLE]
    plan = _sources(run, damaged, missing)
    if lost := plan.lost_words(str(name)):
        alarms.append(f"{name}: {lost}")
    if plan.later:
        alarms.append(
            f"{name}: {counted(len(plan.later), 'file')} come from another place than the others: repair it once more"
        )
    manifest = Manifest.of([*plan.files, *(each.file for each in whole)])
    if not manifest.files:
        return _Planned(alarms=tuple(alarms))
    if not run.selection.dry_run:
        run.catalog.ledger.save_manifest(manifest)
    work_item = WorkItem(
        data_set=str(name),
        directory=damaged.copy.directory,
        # Where all are whole, nothing is read or sent.
        origin=plan.origin or place,
        destination=place,
        manifest_id=manifest.id,
        session_id=str(name.id),
        session=str(name.session),
        n_files=len(manifest.files),
        n_bytes=manifest.n_bytes,
        copy_at=run.copy_at(name.data_set_type, place),
    )
    aside = sum(found[file.path] is Existing.WRONG for file in plan.files)
    return _Planned(work_item, tuple(_lines(name, place, plan, aside=aside, whole=whole)), tuple(alarms))


def _sources(run: Run, damaged: DamagedCopy, files: list[DamagedFile]) -> RepairPlan:
    places = source_places(run, damaged.copy.name, damaged_at=damaged.place.name)
    return plan_repair(
        [each.file for each in files],
        places=[each.name for each in places],
        readings=read_copies(run, files, places),
    )


def _without_digest(damaged: DamagedCopy) -> Iterable[str]:
    without = [each for each in damaged.files if each.digest is None]
    if without:
        yield (
            f"{damaged.copy.name}: not repaired: the catalog has no checksum of {counted(len(without), 'file')}, the "
            f"first: {without[0].file.path}, so that no copy can be known to be right. Compare a copy by its "
            "content, and put it back by hand with the cataloged time"
        )


def _lines(
    name: DataSetName, place: str, plan: RepairPlan, *, aside: int, whole: list[DamagedFile]
) -> Iterable[str]:
    if plan.files:
        n_bytes = sum(file.size for file in plan.files)
        first = (
            ""
            if not aside
            else f"; {counted(aside, 'damaged file')} set aside before, below .session-archive/damaged"
        )
        yield (
            f"{name}: {counted(len(plan.files), 'file')}, {size(n_bytes)}, from {plan.origin} to {place}{first}"
        )
    if whole:
        yield f"{name}: {counted(len(whole), 'file')} at {place} whole again; compared, and nothing is sent"


def _question(run: Run, report: Report, work_items: list[WorkItem]) -> dict[str, str]:
    """The question to a person; empty where there is nothing to say yes to."""
    if not work_items:
        return {}
    n_bytes = sum(each.n_bytes for each in work_items)
    return {
        "subject": f"Repair {counted(len(work_items), 'data set')}, {size(n_bytes)}? Asked for by {run.started_by}",
        "body": "\n".join(
            [
                "Damaged files are set aside in the archive, and sent again from copies that were just read and have "
                "the cataloged checksum. If it is rejected, nothing is renamed or sent.",
                "",
                *(f"- {line}" for line in report.plan),
            ]
        ),
    }
