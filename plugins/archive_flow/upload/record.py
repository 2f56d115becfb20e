"""Records a verified upload in one short transaction, or the state that keeps it from being archived."""

from __future__ import annotations

from dataclasses import replace

from archive_flow.run.context import Run
from archive_flow.run.text_files import video_trials_of
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.upload.verify import VerifiedUpload
from session_archive.errors import RefusedError
from session_archive.fixity.damage import damage_words
from session_archive.states.state import State

#: The verdict that the catalog keeps of a comparison, by the state that it ended in.
_VERDICTS = {State.ARCHIVED: "verified", State.UNVERIFIED: "unverified"}


def keep_state(run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
    """Record a state, and nothing else."""
    changed = run.catalog.states.record([work_item.state(state, reason, run_id=run.run_id)])
    return work_item.result(state, reason, changed=bool(changed))


def record_upload(run: Run, work_item: WorkItem, verified: VerifiedUpload) -> Result:
    """Record the replica, its files, the verification and the state.

    Files that the catalog refuses end the verification too: a transfer without one is compared again every night.
    """
    run.catalog.file_digests.keep(work_item.name.id, verified.digests)
    try:
        return _record(run, work_item, verified)
    except RefusedError as error:
        run.catalog.refusals.record([work_item.refusal(str(error), error.files, run_id=run.run_id)])
        return _record(run, work_item, replace(verified, state=State.REFUSED, reason=str(error)))


def _record(run: Run, work_item: WorkItem, verified: VerifiedUpload) -> Result:
    verdict = _VERDICTS.get(verified.state, "failed")
    new = run.catalog.writer.record_replica(
        data_set=work_item.name,
        directory=work_item.directory,
        session_key=work_item.session_key or None,
        link_table=run.settings_of(work_item.name.data_set_type).link_table,
        place=run.destination(work_item),
        manifest=verified.manifest,
        report=verified.report,
        verdict=verdict,
        method=verified.method,
        found_by=run.route,
        submission_id=verified.submission.submission_id if verified.submission else None,
        run_id=run.run_id,
        dag_id=run.dag_id,
        state=work_item.state(verified.state, verified.reason, run_id=run.run_id),
        videos=video_trials_of(run, work_item, verified.manifest.files) if verdict != "failed" else (),
    )
    damages = run.catalog.damages.of((work_item.name.id,), work_item.destination).get(work_item.name.id)
    if damages and verdict != "failed":
        # An audit found damage meanwhile, and the catalog has kept that state.
        reason = damage_words(work_item.destination, damages, n_files=work_item.n_files)
        return work_item.result(State.DAMAGED, reason, changed=True)
    changed = new or verdict == "failed"
    return work_item.result(verified.state, verified.reason, new=new, changed=changed)
