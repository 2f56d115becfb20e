"""Folders that no session of the lab's pipeline claims: rows of their own, so that none of them is invisible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ByteSize

from archive_flow.run.reasons import UNCLAIMED
from archive_flow.run.work_item import WorkItem
from archive_flow.select.alone import Verdict, judge_alone
from archive_flow.select.assess import Known, judge_loose
from session_archive.errors import ListingError, NoAnswerError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, lines
from session_archive.recording.sessions import Matching, SourceFolder
from session_archive.states.state import ALARMS, State, StateRow

if TYPE_CHECKING:
    from archive_flow.run.context import Run


def judged_unclaimed(run: Run, data_set_type: str, matching: Matching, known: Known) -> Iterator[Verdict]:
    """What is to be said of each folder that no session claims, or claimed until now."""
    before = {row.target: row for row in run.catalog.unclaimed(data_set_type)}
    at_once = run.settings.data_sets[data_set_type].unclaimed == "archive"
    for found in matching.unclaimed:
        work_item = _work(run, found)
        if at_once or work_item.name.id in known.replicas or work_item.name in known.beside:
            yield judge_alone(run, work_item, partial(_taken_up, run, work_item, known))
        elif run.route.origin == "source":
            yield _row(run, work_item)
        # What the rig has too is told of the rig, which is where a person can do something about it.
        elif work_item.name.id not in before:
            yield work_item.state(State.UNCLAIMED, UNCLAIMED, run_id=run.run_id)
    for found, words in matching.ignored:
        yield _work(run, found).state(State.IGNORED, words, run_id=run.run_id)
    still = {found.folder.data_set for found in matching.unclaimed}
    still |= {found.folder.data_set for found, _ in matching.ignored}
    yield from _ended(run, before.values(), still=still, claimed=_claimed(matching))


def judged_undecided(run: Run, matching: Matching, known: Known) -> Iterator[Verdict]:
    """Folders whose names do not tell whose they are, where a manifest beside them may: a person decided it once."""
    for found in matching.candidates:
        work_item = _work(run, found)
        if work_item.name in known.beside:
            undecided = replace(work_item, undecided=True)
            yield judge_alone(run, undecided, partial(judge_loose, run, undecided, known))


def _work(run: Run, found: SourceFolder) -> WorkItem:
    data_set = found.folder.data_set
    return WorkItem(
        data_set=str(data_set),
        directory=found.folder.directory,
        origin=found.place,
        destination=run.location_of(data_set.data_set_type),
        manifest_id="",
        session_id=str(data_set.id),
        session=str(data_set.session),
    )


def _taken_up(run: Run, work_item: WorkItem, known: Known) -> Verdict:
    """As for a session; what is not under way yet stays `unclaimed`, with the reason."""
    verdict = judge_loose(run, work_item, known)
    if not isinstance(verdict, StateRow) or verdict.state in ALARMS | {State.ARCHIVED}:
        return verdict
    return replace(verdict, state=State.UNCLAIMED, reason=f"{UNCLAIMED}; {verdict.state}: {verdict.reason}")


def _row(run: Run, work_item: WorkItem) -> StateRow:
    try:
        manifest = run.list_origin(work_item).manifest
    except ListingError as error:
        if isinstance(error, NoAnswerError):
            run.could_not_list(work_item.origin, lines(work_item.directory)[0], error)
        return work_item.state(State.UNCLAIMED, f"{UNCLAIMED}; {error}", run_id=run.run_id)
    run.report.add_unclaimed(f"{work_item.path}: {_size_and_age(manifest)}")
    return work_item.state(
        State.UNCLAIMED,
        UNCLAIMED + _newest(manifest),
        run_id=run.run_id,
        n_files=len(manifest.files),
        n_bytes=manifest.n_bytes,
    )


def _newest(manifest: Manifest) -> str:
    times = [file.modified for file in manifest.files]
    return f"; its newest file is of {max(times):%Y-%m-%d %H:%M} UTC" if times else "; it holds no file"


def _size_and_age(manifest: Manifest) -> str:
    size = ByteSize(manifest.n_bytes).human_readable(decimal=True)
    if not manifest.files:
        return "no file"
    age = dt.datetime.now(dt.UTC) - max(file.modified for file in manifest.files)
    return f"{len(manifest.files)} files, {size}, the newest {max(age.days, 0)} day(s) old"


def _claimed(matching: Matching) -> set[DataSetName]:
    found = {claim.found for claim in matching.claims if claim.found}
    return {each.folder.data_set for each in (*found, *matching.candidates)}


def _ended(
    run: Run, before: Iterable[StateRow], *, still: set[DataSetName], claimed: set[DataSetName]
) -> Iterator[StateRow]:
    """Rows that no longer hold; a folder is gone only where this run has looked for it."""
    places = run.settings.sources if run.route.origin == "source" else run.settings.locations
    for row in before:
        name = DataSetName.parse(row.data_set)
        if name in still:
            continue
        place = row.path.partition(":")[0]
        looked = place in places and run.hidden(name.session, place=place) is None
        if name in claimed:
            reason = "a session of the lab's pipeline claims it now"
        elif looked and run.wanted.wants_session(name.session):
            reason = "its folder is gone"
        else:
            continue
        yield replace(row, state=State.GONE, reason=reason, run_id=run.run_id, changed_at=None)
