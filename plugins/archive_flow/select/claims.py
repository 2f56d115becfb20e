"""Which folder is of which session: the folders of every root matched with the lab's pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.alone import Verdict, judge_alone
from archive_flow.select.assess import Known, judge_archived, judge_source
from archive_flow.select.decisions import write_down
from archive_flow.select.start_times import started
from archive_flow.select.unclaimed import judged_unclaimed, judged_undecided
from archive_flow.sidecar.present import manifests_beside
from session_archive.errors import NamingError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.sessions import Claim, Matching, SourceFolder, match
from session_archive.states.decisions import Decision
from session_archive.states.state import LabSession, State, StateRow


def judged_folders(run: Run) -> Iterator[Verdict]:
    """UPLOAD and DISCOVER: match the folders of every root with the lab's sessions."""
    asked = write_down(run)
    folders = run.find_folders()
    run.require_answers()
    judge = judge_archived if run.route.origin == "archive" else judge_source
    for data_set_type in sorted(run.wanted.kinds):
        sessions: list[LabSession] = []
        for session in run.catalog.expected_sessions(data_set_type):
            if not run.wanted.wants(subject=session.subject, date=session.date):
                continue
            if row := _without_name(run, data_set_type, session):
                yield row
            else:
                sessions.append(session)
        matching = _matched(run, data_set_type, sessions, folders=folders, asked=asked)
        known = _known(run, data_set_type, folders)
        for claim in matching.claims:
            work_item = _work(run, data_set_type, claim)
            yield judge_alone(run, work_item, partial(judge, run, work_item, claim, known))
        yield from judged_undecided(run, matching, known)
        yield from judged_unclaimed(run, data_set_type, matching, known)


def _known(run: Run, data_set_type: str, folders: Iterable[SourceFolder]) -> Known:
    location = run.location_of(data_set_type)
    replicas = run.catalog.replicas(location)
    linked = run.catalog.linked(run.settings.data_sets[data_set_type].link_table)
    imported = {told.session_id: told for told in run.catalog.imported(data_set_type).values()}
    if run.route.origin != "archive":
        return Known(replicas, linked, imported)
    proven = {data_set_id for data_set_id, replica in replicas.items() if replica.verified}
    of_type = {
        each.folder.data_set for each in folders if each.folder.data_set.data_set_type == data_set_type
    }
    new = [name for name in of_type if name.id not in proven]
    busy = frozenset(each.data_set_id for each in run.catalog.unfinished() if each.destination == location)
    beside, unseen = manifests_beside(run, location, new)
    return Known(replicas, linked, imported, beside, busy, unseen)


def _matched(
    run: Run,
    data_set_type: str,
    sessions: list[LabSession],
    *,
    folders: Iterable[SourceFolder],
    asked: Iterable[Decision],
) -> Matching:
    """By name and decision; when recordings began is read only where that leaves a day undecided."""
    matching = partial(
        match,
        sessions,
        [found for found in folders if found.folder.data_set.data_set_type == data_set_type],
        decisions=[
            *run.catalog.decisions(data_set_type),
            *(each for each in asked if each.data_set_type == data_set_type),
        ],
    )
    by_name = matching()
    starts = started(run, by_name.candidates)
    return matching(started=starts) if starts else by_name


def _without_name(run: Run, data_set_type: str, session: LabSession) -> StateRow | None:
    """The row of a session that no folder can be named after; None for every other one."""
    try:
        name = DataSetName(data_set_type, SessionName(session.subject, session.date))
        run.settings.conventions.directory(name)
    except NamingError as error:
        return StateRow(
            data_set_type=data_set_type,
            target=session.id,
            state=State.NOT_FOUND,
            reason=f"no folder can have its name: {error}",
            session=str(session),
            run_id=run.run_id,
        )
    return None


def _work(run: Run, data_set_type: str, claim: Claim) -> WorkItem:
    session, found = claim.session, claim.found
    expected = DataSetName(data_set_type, claim.expected)
    return WorkItem(
        data_set=str(found.folder.data_set if found else expected),
        directory=found.folder.directory if found else run.settings.conventions.directory(expected),
        origin=found.place if found else "",
        destination=run.location_of(data_set_type),
        manifest_id="",
        session_id=str(session.id),
        session=str(session),
        session_key=session.key,
    )
