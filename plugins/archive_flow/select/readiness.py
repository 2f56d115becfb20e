"""Whether a data set is finished: by its listing, its own text files, and earlier observations."""

from __future__ import annotations

from collections.abc import Sequence

from archive_flow.run.context import Run
from archive_flow.run.text_files import texts_of
from archive_flow.run.work_item import WorkItem
from session_archive import clock
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Problem
from session_archive.naming.session_name import lines
from session_archive.recording.completeness import Finding, Texts, findings
from session_archive.recording.readiness import Observation, Ready, newest_mtime, ready, sentinel_findings


def why_waiting(
    run: Run, work_item: WorkItem, manifest: Manifest, *, left_out: Sequence[Problem] = ()
) -> str:
    """Why a data set is not sent yet, and since when; '' when it is ready.

    left_out : problems with files that are not in `manifest`; the catalog keeps them with the observation

    Texts that could not be read, and findings that stop nothing, go into the run's report.
    """
    now = clock.utc_now()
    texts = texts_of(run, work_item, manifest.files)
    if texts is None:
        run.report.add_unread(work_item.origin)
        texts = Texts()
    settings, files = run.settings.readiness, manifest.files
    all_findings = (
        *sentinel_findings(" + ".join(lines(work_item.directory)), manifest, settings),
        *findings(files, texts.metas, trial_maps=texts.trial_maps, catgt_logs=texts.catgt_logs, now=now),
    )
    run.report.note(f"{work_item.origin}:{finding}" for finding in all_findings if not finding.blocks)
    observation = Observation.at(manifest, now=now)
    if not run.selection.dry_run:
        kept = (*all_findings, *(Finding(each.path, each.what) for each in left_out))
        run.catalog.observations.record(work_item.name.id, work_item.origin, observation, kept)
    decision = ready(
        now=now,
        observations=[*run.catalog.observations.of(work_item.name.id, work_item.origin), observation],
        newest_mtime=newest_mtime(manifest, now=now),
        findings=all_findings,
        settings=settings,
    )
    if isinstance(decision, Ready):
        return ""
    if decision.settled_at:
        run.report.settling[work_item.data_set] = decision.settled_at.isoformat()
    return str(decision)
