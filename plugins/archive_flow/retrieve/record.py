"""Records a verified retrieval; files of it that do not match the catalog are renamed."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from archive_flow.retrieve.verify import VerifiedRetrieval
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from globus_provider.errors import GlobusProviderError
from session_archive.assess.last_look import MISPLACED
from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import Manifest
from session_archive.states.state import State

log = logging.getLogger(__name__)

#: Added to the name of a file that does not match the catalog.
ENDING = ".not-as-cataloged"

#: How many files the alarm names; the log of the task and the catalog name all.
NAMED_AT_MOST = 5


def record_retrieval(run: Run, work_item: WorkItem, verified: VerifiedRetrieval) -> Result:
    """Record what was verified, then rename files that do not match the catalog to `<name>.not-as-cataloged`."""
    report, submission = verified.report, verified.submission
    run.catalog.writer.record_retrieval(
        data_set=work_item.name,
        place=run.destination(work_item),
        manifest=verified.promised,
        report=report,
        verdict="verified" if report.intact else "failed",
        method=verified.method,
        submission_id=submission.submission_id if submission else None,
        run_id=run.run_id,
        dag_id=run.dag_id,
        chosen=work_item.chosen,
    )
    if report.intact:
        return work_item.result(State.RETRIEVED, work_item.chosen, new=True)
    ours = frozenset(submission.items if submission else ())
    renamed = _set_aside(run, work_item, report.differences, ours, verified.listed)
    return work_item.result(State.FAILED, "; ".join([report.summary, *renamed]))


def _set_aside(
    run: Run, work_item: WorkItem, differences: Iterable[Difference], ours: frozenset[str], listed: Manifest
) -> list[str]:
    """Rename the files of this transfer that do not match the catalog; returns a line about each."""
    place, taken = run.destination(work_item), {file.path for file in listed.files}
    messages = []
    for difference in differences:
        path = difference.path
        # What lies at a path that leads elsewhere is not ours to rename.
        if difference.problem in ("missing", MISPLACED) or path not in ours:
            continue
        aside = _free_name(path, taken)
        taken.add(aside)
        try:
            run.hook_of(work_item.destination).rename(
                collection=str(place.collection), old=place.absolute(path), new=place.absolute(aside)
            )
        except GlobusProviderError as error:
            log.error("%s: %s: %s", path, difference.detail, error)
            messages.append(f"{path} could not be renamed: {error}")
        else:
            log.error("%s: %s; it was renamed to %s", path, difference.detail, aside)
            messages.append(f"{path} was renamed to {aside.rpartition('/')[2]}")
    more = len(messages) - NAMED_AT_MOST
    if more <= 0:
        return messages
    return [*messages[:NAMED_AT_MOST], f"and {more} more, named in the log of record"]


def _free_name(path: str, taken: set[str]) -> str:
    numbers = (f"{path}{ENDING}" if number == 1 else f"{path}{ENDING}.{number}" for number in range(1, 1000))
    return next(name for name in numbers if name not in taken)
