"""Is a data set finished? Looks at it, reads what its own files say of it, and remembers the look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from archive_flow.run.context import Run
from archive_flow.run.texts import texts_of
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Problem
from session_archive.naming.session_name import lines
from session_archive.recording.completeness import Finding, Texts, findings
from session_archive.recording.readiness import Observation, Ready, newest_mtime, ready, sentinel_findings


def why_waiting(
    run: Run, work_item: WorkItem, manifest: Manifest, *, left_out: Sequence[Problem] = ()
) -> str:
    """Why a data set is not sent yet, and since when; '' when it is ready.

    left_out : what is not in `manifest`; the catalog keeps it with the look

    What could not be looked into, and what is odd and stops nothing, goes into the run's report.
    """
    now = dt.datetime.now(dt.UTC)
    texts = texts_of(run, work_item, manifest.files)
    if texts is None:
        run.report.add_unread(work_item.origin)
        texts = Texts()
    settings, files = run.settings.readiness, manifest.files
    found = (
        *sentinel_findings(" + ".join(lines(work_item.directory)), manifest, settings),
        *findings(files, texts.metas, trial_maps=texts.trial_maps, catgt_logs=texts.catgt_logs, now=now),
    )
    run.report.note(f"{work_item.origin}:{finding}" for finding in found if not finding.blocks)
    look = Observation.at(manifest, now=now)
    if not run.wanted.dry_run:
        kept = (*found, *(Finding(each.path, each.what) for each in left_out))
        run.catalog.record_observation(work_item.name.id, work_item.origin, look, kept)
    decision = ready(
        now=now,
        observations=[*run.catalog.observations(work_item.name.id, work_item.origin), look],
        newest_mtime=newest_mtime(manifest, now=now),
        findings=found,
        settings=settings,
    )
    if isinstance(decision, Ready):
        return ""
    if decision.settled_at:
        run.report.settling[work_item.data_set] = decision.settled_at.isoformat()
    return str(decision)
