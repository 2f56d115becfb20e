"""Whether a data set is finished: by its listing, its own text files, and earlier observations."""

from __future__ import annotations

from collections.abc import Sequence

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.report import Lines, Notes
from archive_flow.run.text_files import texts_of
from archive_flow.run.work_item import WorkItem
from session_archive import clock
from session_archive.assess.incomplete import as_accepted
from session_archive.assess.verdict import Record
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Problem
from session_archive.naming.session_name import lines
from session_archive.recording.completeness import Finding, Texts
from session_archive.recording.readiness import Observation, Ready, all_findings, newest_mtime, ready
from session_archive.recording.verdict import doubt_of_start
from session_archive.states.decisions import Verdict
from session_archive.states.state import State


def judge_readiness(
    run: Run, work_item: WorkItem, manifest: Manifest, *, odd: Sequence[Problem] = ()
) -> tuple[Record | None, Notes]:
    """The state of a data set that is not sent yet, with the reason and since when; None when it is ready.

    odd : names that are not archived, and doubtful ones that are; the catalog keeps them with the observation

    The notes say which texts could not be read, what is odd and stops nothing, and when it will be ready.
    """
    now = clock.utc_now()
    texts = texts_of(run, work_item, manifest.files)
    settings = run.settings.readiness
    found = all_findings(
        " + ".join(lines(work_item.directory)),
        manifest,
        texts or Texts(),
        kind=run.settings.conventions.kind(work_item.name.data_set_type),
        settings=settings,
        now=now,
    )
    counted = found
    if any(each.blocks for each in found):
        people = accepted(run, work_item, Verdict.ACCEPT_INCOMPLETE, manifest_id=manifest.id)
        counted = as_accepted(found, people)
    notes = Notes(
        unread=(work_item.origin,) if texts is None else (),
        noted=Lines.of(f"{work_item.origin}:{each}" for each in counted if not each.blocks),
    )
    observation = Observation.at(manifest, now=now)
    if not run.selection.dry_run:
        kept = (*found, *(Finding(each.path, each.what) for each in odd))
        run.catalog.observations.record(work_item.name.id, work_item.origin, observation, kept)
    day = work_item.name.session.date
    if not work_item.settled and (doubt := doubt_of_start(texts or Texts(), named=day)):
        return Record(State.AMBIGUOUS, doubt), notes
    decision = ready(
        now=now,
        observations=[*run.catalog.observations.of(work_item.name.id, work_item.origin), observation],
        newest_mtime=newest_mtime(manifest, now=now),
        findings=counted,
        settings=settings,
    )
    if isinstance(decision, Ready):
        return None, notes
    if decision.settled_at:
        notes += Notes(settling=((work_item.data_set, decision.settled_at),))
    return Record(State.WAITING, str(decision)), notes
