"""Compares what arrived at a scratch place with the catalog, by checksums as far as they are known."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive_flow.retrieve.scratch_place import ScratchPlace
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.transfer.last_look import misplaced_at
from session_archive.assess.last_look import misplaced
from session_archive.errors import ListingError
from session_archive.fixity.compare import Difference, FixityReport, compare, with_records
from session_archive.fixity.file_digest import agreed
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import Digest
from session_archive.listing.digests import ALGORITHMS, digest
from session_archive.transfers.ending import Arrived, NothingToMove
from session_archive.transfers.submission import Submission

#: Path -> algorithm -> digest, as the catalog has them.
Cataloged = Mapping[str, Mapping[str, str]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VerifiedRetrieval:
    """The files at the scratch place, compared with the catalog.

    listed     : what the place lists
    submission : the transfer of this run; None if all files existed already
    """

    promised: Manifest
    listed: Manifest
    report: FixityReport
    method: str
    submission: Submission | None


def verify_retrieval(run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> VerifiedRetrieval:
    """Compare the chosen files with the catalog. Raises ListingError where the scratch place cannot be listed."""
    promised = with_records(
        run.catalog.ledger.manifest(work_item.manifest_id), run.catalog.replicas.files(work_item.name.id)
    )
    listing = run.list_destination(work_item, expected=promised)
    reported = ending.outcome.checksums if isinstance(ending, Arrived) else {}
    cataloged = agreed(run.catalog.file_digests.of(work_item.name.id), promised)
    arrived, method = _with_digests(run, work_item, listing.manifest, promised, cataloged, reported)
    report = compare(promised=_comparable(promised, cataloged, arrived), found=arrived)
    report = report.with_differences(_elsewhere(run, work_item, promised))
    if any(difference.problem == "missing" for difference in report.differences):
        listing.require_whole()
    if work_item.chosen:
        # Another retrieval may have brought the rest of the data set.
        report = replace(report, extra=())
    submission = ending.submission if isinstance(ending, Arrived) else None
    return VerifiedRetrieval(promised, listing.manifest, report, method, submission)


def _elsewhere(run: Run, work_item: WorkItem, promised: Manifest) -> tuple[Difference, ...]:
    """The files that a link leads out of the scratch place: by its listing, and by this worker's disk."""
    place, paths = run.destination(work_item), [file.path for file in promised.files]
    listed = misplaced(ScratchPlace(run, place).links_above(work_item.directory), paths)
    return listed or misplaced_at(place, paths)


def _comparable(promised: Manifest, cataloged: Cataloged, arrived: Manifest) -> Manifest:
    """The promised files, each with the cataloged digest of the algorithm by which its copy was read or compared."""
    by = {file.path: file.checksum_algorithm.upper() for file in arrived.files}
    return Manifest.of(
        replace(file, checksum=value, checksum_algorithm=by[file.path])
        if (value := cataloged[file.path].get(by.get(file.path, ""), ""))
        else file
        for file in promised.files
    )


def _with_digests(
    run: Run,
    work_item: WorkItem,
    listed: Manifest,
    promised: Manifest,
    cataloged: Cataloged,
    reported: Mapping[str, Digest],
) -> tuple[Manifest, str]:
    """The listed files with the digests that can be compared, and how many files were proven which way, in words."""
    root, known = run.destination(work_item).local_path, {file.path: file for file in promised.files}
    counts: Counter[str] = Counter()
    files = []
    for file in listed.files:
        if expected := known.get(file.path):
            algorithm, value, by = _digest(root, expected, cataloged[file.path], reported)
            file = replace(file, checksum=value, checksum_algorithm=algorithm)
            counts[by] += 1
        files.append(file)
    words = [f"{count} {by}" for by, count in sorted(counts.items())]
    return Manifest.of(files), "; ".join(filter(None, ["listing", *words, work_item.chosen]))


def _digest(
    root: Path | None, expected: FileEntry, known: Mapping[str, str], reported: Mapping[str, Digest]
) -> tuple[str, str, str]:
    """Algorithm and digest of a file, and who computed it: read here where possible, else as Globus reported it.

    known : algorithm -> digest, as the catalog has them
    """
    algorithm = expected.checksum_algorithm
    if root is not None and expected.checksum and algorithm in ALGORITHMS:
        try:
            if read := digest(root, expected.path, algorithm=algorithm):
                return algorithm, read[1], "read here"
            log.warning("%s changed while it was read", expected.path)
            return algorithm, "changed while it was read", "read here"
        except ListingError as error:
            log.warning("not read here: %s", error)
    reported_algorithm, value = reported.get(expected.path, ("", ""))
    if value and reported_algorithm.upper() in known:
        return reported_algorithm.upper(), value, "by the checksum that Globus reported"
    return "", "", "by size"
