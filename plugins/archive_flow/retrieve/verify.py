"""The last step of a retrieval: what arrived, against the catalog; what is not as cataloged loses its name."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from globus_provider.errors import GlobusProviderError
from session_archive.errors import ListingError
from session_archive.fixity.compare import Difference, compare, with_records
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.digests import ALGORITHMS, digest
from session_archive.states.state import State
from session_archive.transfers.submission import Outcome, Submission

log = logging.getLogger(__name__)

#: Behind the name of a file that is not what the catalog says.
ENDING = ".not-as-cataloged"

#: Files that the alarm names; the log of the task and the catalog name all.
NAMED_AT_MOST = 5


def verify_arrived(run: Run, work_item: WorkItem, submission: Submission | None, outcome: Outcome) -> Result:
    """RETRIEVE: compare, write down, and take bad files' names away; they stay as `<name>.not-as-cataloged`."""
    promised = with_records(run.catalog.manifest(work_item.manifest_id), run.catalog.files(work_item.name.id))
    look = run.list_destination(work_item)
    listed = look.manifest
    found, method = _with_digests(run, work_item, listed, promised, outcome)
    report = compare(promised=promised, found=found)
    if any(difference.problem == "missing" for difference in report.differences):
        look.require_whole()
    if work_item.chosen:
        # The rest of the data set may lie there since another retrieval.
        report = replace(report, extra=())
    run.catalog.record_retrieval(
        data_set=work_item.name,
        place=run.destination(work_item),
        manifest=promised,
        report=report,
        verdict="verified" if report.intact else "failed",
        method=method,
        submission_id=submission.submission_id if submission else None,
        run_id=run.run_id,
        dag_id=run.dag_id,
        chosen=work_item.chosen,
    )
    state, reason = State.RETRIEVED, work_item.chosen
    if not report.intact:
        ours = frozenset(submission.items if submission else ())
        state, reason = (
            State.FAILED,
            "; ".join([report.summary, *_set_aside(run, work_item, report.differences, ours, listed)]),
        )
    return work_item.result(state, reason, new=report.intact)


def _with_digests(
    run: Run, work_item: WorkItem, listed: Manifest, promised: Manifest, outcome: Outcome
) -> tuple[Manifest, str]:
    """What lies there with the digests that can be compared, and how each was proven, in words."""
    root, known = run.destination(work_item).local_path, {file.path: file for file in promised.files}
    how: Counter[str] = Counter()
    found = []
    for file in listed.files:
        if wanted := known.get(file.path):
            algorithm, value, by = _digest(root, wanted, outcome)
            file = replace(file, checksum=value, checksum_algorithm=algorithm)
            how[by] += 1
        found.append(file)
    words = [f"{count} {by}" for by, count in sorted(how.items())]
    return Manifest.of(found), "; ".join(filter(None, ["listing", *words, work_item.chosen]))


def _digest(root: Path | None, wanted: FileEntry, outcome: Outcome) -> tuple[str, str, str]:
    """Algorithm, digest and who computed it of one file: read here where it can be, else as Globus told."""
    algorithm = wanted.checksum_algorithm
    if root is not None and wanted.checksum and algorithm in ALGORITHMS:
        try:
            if read := digest(root, wanted.path, algorithm=algorithm):
                return algorithm, read[1], "read here"
            log.warning("%s changed while it was read", wanted.path)
            return algorithm, "changed while it was read", "read here"
        except ListingError as error:
            log.warning("not read here: %s", error)
    told, value = outcome.checksums.get(wanted.path, ("", ""))
    if value and told.upper() == algorithm:
        return algorithm, value, "by the checksum that Globus told"
    return "", "", "by size"


def _set_aside(
    run: Run, work_item: WorkItem, differences: Iterable[Difference], ours: frozenset[str], listed: Manifest
) -> list[str]:
    """Rename what this transfer brought and what is not as cataloged; what became of each, in words."""
    place, taken = run.destination(work_item), {file.path for file in listed.files}
    told = []
    for difference in differences:
        path = difference.path
        if difference.problem == "missing" or path not in ours:
            continue
        aside = _free_name(path, taken)
        taken.add(aside)
        try:
            run.hook.rename(
                collection=str(place.collection), old=place.absolute(path), new=place.absolute(aside)
            )
        except GlobusProviderError as error:
            log.error("%s: %s: %s", path, difference.detail, error)
            told.append(f"{path} still has its name: {error}")
        else:
            log.error("%s: %s; it is %s now", path, difference.detail, aside)
            told.append(f"{path} is {aside.rpartition('/')[2]} now")
    more = len(told) - NAMED_AT_MOST
    return [*told[:NAMED_AT_MOST], f"and {more} more, named in the log of record"] if more > 0 else told


def _free_name(path: str, taken: set[str]) -> str:
    numbers = (f"{path}{ENDING}" if number == 1 else f"{path}{ENDING}.{number}" for number in range(1, 1000))
    return next(name for name in numbers if name not in taken)
