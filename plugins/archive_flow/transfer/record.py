"""Verify and record: compare the destination with the manifest, then record it in one short transaction."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from archive_flow.retrieve.verify import verify_arrived
from archive_flow.run.acceptances import Accepted, accepted
from archive_flow.run.context import Run
from archive_flow.run.text_files import video_trials_of
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.submissions.attempts import accepted_attempts, compared_before
from archive_flow.submissions.outcome import MISMATCH, end
from archive_flow.submissions.previous_tasks import PreviousTasks
from archive_flow.transfer.proof import read_at_both_ends
from archive_flow.transfer.source_digests import source_digests
from session_archive.errors import CatalogError, ListingError, RefusedError
from session_archive.fixity.compare import FixityReport, compare, with_digests, with_records
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import Digest, unvouched, with_vouchers
from session_archive.fixity.vouchers import words as voucher_words
from session_archive.recording.verdict import judge_replica
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from session_archive.transfers.submission import Outcome, Submission

#: The verdict that the catalog keeps of a comparison, by the state that it ended in.
_VERDICTS = {State.ARCHIVED: "verified", State.UNVERIFIED: "unverified"}


def record_moved(run: Run, work_item: WorkItem, sent: PreviousTasks) -> Result:
    """As `_record_moved`; where its files cannot be listed, the data set fails for that reason, not as incomplete."""
    try:
        return _record_moved(run, work_item, sent)
    except ListingError as error:
        if error.retryable and run.tries_left:
            raise
        return _keep_state(run, work_item, State.FAILED, f"not compared: {error}")


def _record_moved(run: Run, work_item: WorkItem, sent: PreviousTasks) -> Result:
    """UPLOAD and RETRIEVE: read how the transfer ended, compare the destination with the manifest, record it."""
    if sent.refused:
        return _keep_state(run, work_item, State.REFUSED, sent.refused)
    if sent.transfer_task_id is None:
        if sent.n_items == 0:
            return _verify(run, work_item, None, Outcome("SUCCEEDED"))
        return _keep_state(run, work_item, State.FAILED, sent.no_transfer)
    submission, outcome = _attempt(run, work_item, sent.transfer_task_id)
    if outcome is None and (outcome := end(run, submission, given_up=sent.given_up)) is None:
        return _keep_state(run, work_item, State.SUBMITTED, "still under way; the next run takes it up again")
    if outcome.status != "SUCCEEDED" and MISMATCH in outcome.detail:
        return _keep_state(run, work_item, State.REFUSED, outcome.detail)
    if outcome.status != "SUCCEEDED":
        return _keep_state(run, work_item, State.FAILED, outcome.detail)
    return _verify(run, work_item, submission, outcome)


def _attempt(run: Run, work_item: WorkItem, transfer_task_id: str) -> tuple[Submission, Outcome | None]:
    """The transfer of this run, as the ledger has it."""
    # The newest first: an attempt that met its unfinished predecessor has adopted the predecessor's task.
    for submission, outcome in reversed(run.catalog.attempts(work_item.name.id, work_item.destination)):
        if str(submission.transfer_task_id) == transfer_task_id:
            return submission, outcome
    raise CatalogError(f"the ledger has no transfer task {transfer_task_id} of {work_item.data_set}")


def _verify(run: Run, work_item: WorkItem, submission: Submission | None, outcome: Outcome) -> Result:
    if run.route.keeps == "retrieval":
        return verify_arrived(run, work_item, submission, outcome)
    promised = run.catalog.manifest(submission.manifest_id if submission else work_item.manifest_id)
    work_item = replace(
        work_item, manifest_id=promised.id, n_files=len(promised.files), n_bytes=promised.n_bytes
    )
    _keep_state(
        run, work_item, State.VERIFYING, "the transfer is over; the files that arrived are being compared"
    )
    if changes := _changes_at_source(run, work_item, promised):
        return _keep_state(run, work_item, State.CHANGED, f"changed while it was sent: {changes}")
    listed = run.list_destination(work_item).manifest
    proven = run.catalog.is_proven(work_item.name.id, work_item.destination)
    recorded = run.catalog.files(work_item.name.id) if proven else Manifest(())
    compared = _compared_before(run, work_item, promised, listed, recorded=recorded) | outcome.checksums
    source = source_digests(run, work_item)
    proven_before = with_records(promised, recorded)
    vouch = partial(with_vouchers, proven_before, compared=compared)
    # Read only the files that Globus does not vouch for: they are large.
    missing = unvouched(vouch(source=source, read={}))
    read_at_source, read_at_destination = read_at_both_ends(run, work_item, missing, known=source)
    at_source = source | read_at_source
    same = {path: value for path, value in read_at_destination.items() if value == at_source[path]}
    vouched, doubted = _accepted(run, work_item, promised)
    known = vouched.vouch(vouch(source=source, read=same))
    report = compare(
        promised=with_digests(proven_before, at_source),
        found=with_digests(listed, compared | read_at_destination),
    )
    state, reason = judge_replica(report, known, provable=run.origin(work_item).local_path is not None)
    return _keep(
        run,
        work_item,
        known,
        report,
        state=state,
        reason=reason,
        method="; ".join(filter(None, ("listing", voucher_words(known), vouched.words, doubted.words))),
        submission=submission,
    )


def _compared_before(
    run: Run, work_item: WorkItem, promised: Manifest, listed: Manifest, *, recorded: Manifest
) -> dict[str, Digest]:
    """Path -> digest of files that Globus compared at both ends in earlier transfers, and that have not changed since.

    recorded : files whose digests the catalog has from these transfers; to compare them with themselves proves nothing
    """
    attempts = accepted_attempts(run, work_item.name.id, work_item.destination)
    known = {file.path for file in recorded.files}
    before = compared_before(attempts, promised=promised, present=listed)
    return {path: digest for path, digest in before.items() if path not in known}


def _accepted(run: Run, work_item: WorkItem, promised: Manifest) -> tuple[Accepted, Accepted]:
    """The decisions of people: files whose content they accepted, and files that they accepted without a checksum."""
    return (
        accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=promised.id),
        accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=promised.id),
    )


def _changes_at_source(run: Run, work_item: WorkItem, promised: Manifest) -> str:
    """The first change at a source that this worker can read; '' where there is none."""
    if run.route.origin != "source" or run.origin(work_item).local_path is None:
        return ""
    now = run.list_origin(work_item).require_whole().manifest
    if now.id == promised.id:
        return ""
    report = compare(promised=promised, found=now)
    return report.summary if report.differences else _first_touched(promised, now)


def _first_touched(promised: Manifest, now: Manifest) -> str:
    mtimes = {file.path: file.mtime for file in now.files}
    touched = (file.path for file in promised.files if mtimes[file.path] != file.mtime)
    return next((f"{path}: modification time" for path in touched), "")


def _keep_state(run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
    changed = run.route.keeps == "replica" and bool(
        run.catalog.record_states([work_item.state(state, reason, run_id=run.run_id)])
    )
    return work_item.result(state, reason, changed=changed)


def _keep(
    run: Run,
    work_item: WorkItem,
    manifest: Manifest,
    report: FixityReport,
    *,
    state: State,
    reason: str,
    method: str,
    submission: Submission | None,
) -> Result:
    verdict = _VERDICTS.get(state, "failed")
    common: dict[str, Any] = {
        "data_set": work_item.name,
        "place": run.destination(work_item),
        "manifest": manifest,
        "report": report,
        "verdict": verdict,
        "method": method,
        "submission_id": submission.submission_id if submission else None,
        "run_id": run.run_id,
        "dag_id": run.dag_id,
    }
    try:
        new = run.catalog.record_replica(
            directory=work_item.directory,
            session_key=work_item.session_key or None,
            link_table=run.settings.data_sets[work_item.name.data_set_type].link_table,
            found_by=run.route.name,
            state=work_item.state(state, reason, run_id=run.run_id),
            videos=video_trials_of(run, work_item, manifest.files),
            **common,
        )
    except RefusedError as error:
        return _keep_state(run, work_item, State.REFUSED, str(error))
    changed = new or state is State.FAILED
    return work_item.result(state, reason, new=new, changed=changed)
