"""Compares the archive with the manifest, once Globus says that the files have arrived: what proves each of them."""

from __future__ import annotations

import datetime as dt
import logging
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from archive_flow.run.acceptances import accepted, incomplete_note
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.attempts import accepted_attempts, compared_before
from archive_flow.transfer.checksums import comparable
from archive_flow.transfer.last_look import misplaced_at
from archive_flow.upload.proof import read_at_both_ends
from archive_flow.upload.source_digests import source_digests
from session_archive import clock
from session_archive.errors import ListingError, NoAnswerError
from session_archive.fixity.accepted import Accepted
from session_archive.fixity.compare import FixityReport, compare, with_records
from session_archive.fixity.file_digest import Basis, Computer, FileDigest, digests_of
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.versions import SourceLook, SourceVersions, version_doubts
from session_archive.fixity.vouchers import COMPARED, Digest, acquired, unvouched, with_vouchers
from session_archive.fixity.vouchers import words as voucher_words
from session_archive.recording.verdict import NOT_COMPUTED, judge_replica
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from session_archive.transfers.ending import Arrived, NothingToMove
from session_archive.transfers.submission import Submission

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VerifiedUpload:
    """The archive's copy, compared.

    manifest   : the promised files, each with its voucher
    submission : the transfer of this run; None if all files existed already
    digests    : every digest that is known of the files now, whoever computed it
    """

    manifest: Manifest
    report: FixityReport
    state: State
    reason: str
    method: str
    submission: Submission | None
    digests: Iterable[FileDigest] = ()


def promised_files(
    run: Run, work_item: WorkItem, ending: Arrived | NothingToMove
) -> tuple[WorkItem, Manifest]:
    """The manifest that this run has to find in the archive, and the work item with its size."""
    manifest_id = ending.submission.manifest_id if isinstance(ending, Arrived) else work_item.manifest_id
    promised = run.catalog.ledger.manifest(manifest_id)
    n_files, n_bytes = len(promised.files), promised.n_bytes
    return replace(work_item, manifest_id=promised.id, n_files=n_files, n_bytes=n_bytes), promised


def look_at_source(run: Run, work_item: WorkItem) -> SourceLook:
    """List the source once more; where it cannot be listed, the archive is compared with the promise all the same."""
    try:
        listing = run.list_origin(work_item, partial=True)
    except ListingError as error:
        log.warning("%s: the source could not be listed again: %s", work_item.label, error)
        return SourceLook(Manifest(()), error)
    return SourceLook(listing.manifest, next(iter(listing.unseen), None))


def verify_upload(
    run: Run, work_item: WorkItem, promised: Manifest, ending: Arrived | NothingToMove
) -> VerifiedUpload:
    """Compare the source, then the archive; read the files that Globus does not vouch for where this machine can.

    Raises ListingError where the archive cannot be listed, and where the source does not answer, could still prove what
    nothing else does, and this task will be tried again.
    """
    source = look_at_source(run, work_item).compared(promised)
    verified = (
        _changed(source, promised, ending)
        if source.changes
        else _compared(run, work_item, promised, ending, source=source)
    )
    silent = isinstance(source.unlisted, NoAnswerError)
    if silent and verified.state is State.UNVERIFIED and run.tries_left:
        assert source.unlisted is not None
        raise source.unlisted
    return verified


def _changed(source: SourceVersions, promised: Manifest, ending: Arrived | NothingToMove) -> VerifiedUpload:
    """What has changed at the source is not archived, whichever version arrived."""
    report = FixityReport(len(promised.files), promised.n_bytes, source.changes)
    return VerifiedUpload(
        promised,
        report,
        State.CHANGED,
        f"changed while it was sent: {report.summary}",
        method="listing of the source",
        submission=_submission(ending),
    )


def _compared(
    run: Run,
    work_item: WorkItem,
    promised: Manifest,
    ending: Arrived | NothingToMove,
    *,
    source: SourceVersions,
) -> VerifiedUpload:
    # First: it reads the texts beside the recordings, which may take as much memory as a listing.
    known_at_source = source_digests(run, work_item, manifest=promised)
    listed = run.list_destination(work_item, expected=promised).manifest
    proven = run.catalog.replicas.is_proven(work_item.name.id, work_item.destination)
    recorded = (
        run.catalog.replicas.files_at(work_item.name.id, work_item.destination) if proven else Manifest(())
    )
    now = ending.outcome.checksums if isinstance(ending, Arrived) else {}
    before = _compared_before(run, work_item, promised, listed, recorded=recorded, now=now)
    compared = {**before, **now} if before else now
    doubts = version_doubts(
        promised,
        in_archive=listed,
        not_shown=source.not_shown,
        skipped={path for path, digest in compared.items() if digest == COMPARED},
    )
    proven_before = with_records(promised, recorded)
    vouch = partial(with_vouchers, proven_before, compared=compared, doubted=doubts.keys())
    # Read only the files that nothing vouches for: they are large.
    without_reading = vouch(source=known_at_source, read={})
    missing = unvouched(without_reading)
    read_at_source, read_at_destination = read_at_both_ends(run, work_item, missing, known=known_at_source)
    at_source = ChainMap(read_at_source, known_at_source)
    same = {path: value for path, value in read_at_destination.items() if value == at_source[path]}
    vouched, doubted = _accepted(run, work_item, promised)
    known = vouched.vouch(vouch(source=known_at_source, read=same) if same else without_reading)
    report = compare(
        promised=proven_before,
        found=listed,
        promised_digests=at_source,
        found_digests=ChainMap(read_at_destination, compared),
    ).with_differences(misplaced_at(run.destination(work_item), [file.path for file in promised.files]))
    by_globus = comparable(run, (work_item.origin, work_item.destination))
    on_rig = run.origin(work_item).local_path is not None
    incomplete = incomplete_note(run, work_item, manifest_id=promised.id)
    note = "; ".join(filter(None, (incomplete, source.note)))
    state, reason = judge_replica(
        report,
        known,
        provable=by_globus and on_rig and source.not_shown.isdisjoint(file.path for file in unvouched(known)),
        doubts=doubts,
        note=note,
        why_not="" if by_globus else NOT_COMPUTED,
    )
    words = ("listing", voucher_words(known), vouched.words, doubted.words, note)
    digests = _Digests(
        work_item,
        promised,
        known_at_source,
        compared,
        read_at_source,
        read_at_destination,
        computed_at=clock.utc_now(),
    )
    return VerifiedUpload(
        known,
        report,
        state,
        reason,
        method="; ".join(filter(None, words)),
        submission=_submission(ending),
        digests=digests,
    )


def _submission(ending: Arrived | NothingToMove) -> Submission | None:
    return ending.submission if isinstance(ending, Arrived) else None


@dataclass(frozen=True, slots=True)
class _Digests:
    """Who computed which digest, from what; our SHA-256 at the source was kept when it was computed.

    Each is made when it is read: those of 100,000 files take 20 MB.
    """

    work_item: WorkItem
    promised: Manifest
    source: Mapping[str, Digest]
    compared: Mapping[str, Digest]
    read_at_source: Mapping[str, Digest]
    read_at_destination: Mapping[str, Digest]
    computed_at: dt.datetime

    def __iter__(self) -> Iterator[FileDigest]:
        origin, destination = self.work_item.origin, self.work_item.destination
        new = {path: value for path, value in self.read_at_source.items() if path not in self.source}
        of = partial(digests_of, self.promised, computed_at=self.computed_at)
        yield from of(
            acquired(self.source), place=origin, computed_by=Computer.ACQUISITION, basis=Basis.STORED
        )
        yield from of(new, place=origin, computed_by=Computer.WORKER, basis=Basis.READ)
        yield from of(self.compared, place=destination, computed_by=Computer.GLOBUS, basis=Basis.NOT_KNOWN)
        yield from of(
            self.read_at_destination, place=destination, computed_by=Computer.WORKER, basis=Basis.READ
        )


def _compared_before(
    run: Run,
    work_item: WorkItem,
    promised: Manifest,
    listed: Manifest,
    *,
    recorded: Manifest,
    now: Mapping[str, Digest],
) -> dict[str, Digest]:
    """Path -> digest of files that Globus compared at both ends in earlier transfers, and that have not changed since.

    recorded : files whose digests the catalog has from these transfers; to compare them with themselves proves nothing
    now      : those that it compared in this transfer, which need no earlier one
    """
    others = Manifest(tuple(file for file in promised.files if file.path not in now))
    if not others.files:
        return {}
    attempts = accepted_attempts(run, work_item.name.id, work_item.destination, known=promised)
    before = compared_before(attempts, promised=others, present=listed)
    for file in recorded.files:
        before.pop(file.path, None)
    return before


def _accepted(run: Run, work_item: WorkItem, promised: Manifest) -> tuple[Accepted, Accepted]:
    """The decisions of people: files whose content they accepted, and files that they accepted without a checksum."""
    return (
        accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=promised.id),
        accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=promised.id),
    )
