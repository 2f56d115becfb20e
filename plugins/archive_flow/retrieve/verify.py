"""The last step of a retrieval: compare what arrived with the catalog; files that do not match it are renamed."""

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

#: Added to the name of a file that does not match the catalog.
ENDING = ".not-as-cataloged"

#: How many files the alarm names; the log of the task and the catalog name all.
NAMED_AT_MOST = 5


def verify_arrived(run: Run, work_item: WorkItem, submission: Submission | None, outcome: Outcome) -> Result:
    """RETRIEVE: compare, record, and rename files that do not match the catalog to `<name>.not-as-cataloged`."""
    promised = with_records(run.catalog.manifest(work_item.manifest_id), run.catalog.files(work_item.name.id))
    listing = run.list_destination(work_item)
    listed = listing.manifest
    arrived, method = _with_digests(run, work_item, listed, promised, outcome)
    report = compare(promised=promised, found=arrived)
    if any(difference.problem == "missing" for difference in report.differences):
        listing.require_whole()
    if work_item.chosen:
        # Another retrieval may have brought the rest of the data set.
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
    """The listed files with the digests that can be compared, and how many files were proven which way, in words."""
    root, known = run.destination(work_item).local_path, {file.path: file for file in promised.files}
    counts: Counter[str] = Counter()
    files = []
    for file in listed.files:
        if expected := known.get(file.path):
            algorithm, value, by = _digest(root, expected, outcome)
            file = replace(file, checksum=value, checksum_algorithm=algorithm)
            counts[by] += 1
        files.append(file)
    words = [f"{count} {by}" for by, count in sorted(counts.items())]
    return Manifest.of(files), "; ".join(filter(None, ["listing", *words, work_item.chosen]))


def _digest(root: Path | None, expected: FileEntry, outcome: Outcome) -> tuple[str, str, str]:
    """Algorithm and digest of a file, and who computed it: read here where possible, else as Globus reported it."""
    algorithm = expected.checksum_algorithm
    if root is not None and expected.checksum and algorithm in ALGORITHMS:
        try:
            if read := digest(root, expected.path, algorithm=algorithm):
                return algorithm, read[1], "read here"
            log.warning("%s changed while it was read", expected.path)
            return algorithm, "changed while it was read", "read here"
        except ListingError as error:
            log.warning("not read here: %s", error)
    reported_algorithm, value = outcome.checksums.get(expected.path, ("", ""))
    if value and reported_algorithm.upper() == algorithm:
        return algorithm, value, "by the checksum that Globus reported"
    return "", "", "by size"


def _set_aside(
    run: Run, work_item: WorkItem, differences: Iterable[Difference], ours: frozenset[str], listed: Manifest
) -> list[str]:
    """Rename the files of this transfer that do not match the catalog; returns a line about each."""
    place, taken = run.destination(work_item), {file.path for file in listed.files}
    messages = []
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
