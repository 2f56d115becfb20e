"""Which folder belongs to which session: matches the folders of every root with the lab's pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assess import Known, assess_archived, assess_source
from archive_flow.select.decisions import record_decisions
from archive_flow.select.isolate import Assessment, assess_alone
from archive_flow.select.start_times import start_times
from archive_flow.select.unclaimed import assess_unclaimed, assess_undecided
from archive_flow.sidecar.existing import sidecars_present
from session_archive.errors import NamingError
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.recording.sessions import Claim, Matching, SourceFolder, match
from session_archive.states.decisions import Decision
from session_archive.states.state import LabSession, State, StateRow


def assess_folders(run: Run) -> Iterator[Assessment]:
    """UPLOAD and DISCOVER: match the folders of every root with the lab's sessions."""
    given = record_decisions(run)
    folders = run.find_folders()
    run.require_answers()
    judge = assess_archived if run.route == "discover" else assess_source
    for data_set_type in sorted(run.selection.kinds):
        sessions: list[LabSession] = []
        for session in run.catalog.expected_sessions(data_set_type):
            if not run.selection.wants(subject=session.subject, date=session.date):
                continue
            if row := _without_name(run, data_set_type, session):
                yield row
            else:
                sessions.append(session)
        matching = _matched(run, data_set_type, sessions, folders=folders, given=given)
        known = _known(run, data_set_type, folders)
        for claim in matching.claims:
            work_item = _work_item(run, data_set_type, claim)
            yield assess_alone(run, work_item, partial(judge, run, work_item, claim, known))
        yield from assess_undecided(run, matching, known)
        yield from assess_unclaimed(run, data_set_type, matching, known)


def _known(run: Run, data_set_type: str, folders: Iterable[SourceFolder]) -> Known:
    location = run.location_of(data_set_type)
    replicas = run.catalog.replicas(location)
    linked = run.catalog.linked(run.settings.data_sets[data_set_type].link_table)
    imported = {each.session_id: each for each in run.catalog.imported(data_set_type).values()}
    if run.route != "discover":
        return Known(replicas, linked, imported)
    proven = {data_set_id for data_set_id, replica in replicas.items() if replica.verified}
    of_type = {
        each.folder.data_set for each in folders if each.folder.data_set.data_set_type == data_set_type
    }
    new = [name for name in of_type if name.id not in proven]
    busy = frozenset(each.data_set_id for each in run.catalog.unfinished() if each.destination == location)
    sidecars, unseen = sidecars_present(run, location, new)
    return Known(replicas, linked, imported, sidecars, busy, unseen)


def _matched(
    run: Run,
    data_set_type: str,
    sessions: list[LabSession],
    *,
    folders: Iterable[SourceFolder],
    given: Iterable[Decision],
) -> Matching:
    """Match by names and decisions; start times of recordings are read only if those leave a day undecided."""
    matching = partial(
        match,
        sessions,
        [each for each in folders if each.folder.data_set.data_set_type == data_set_type],
        decisions=[
            *run.catalog.decisions(data_set_type),
            *(each for each in given if each.data_set_type == data_set_type),
        ],
    )
    by_name = matching()
    starts = start_times(run, by_name.candidates)
    return matching(started=starts) if starts else by_name


def _without_name(run: Run, data_set_type: str, session: LabSession) -> StateRow | None:
    """The state of a session that no folder can be named after; None for any other session."""
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


def _work_item(run: Run, data_set_type: str, claim: Claim) -> WorkItem:
    session, source_folder = claim.session, claim.found
    expected = DataSetName(data_set_type, claim.expected)
    return WorkItem(
        data_set=str(source_folder.folder.data_set if source_folder else expected),
        directory=source_folder.folder.directory
        if source_folder
        else run.settings.conventions.directory(expected),
        origin=source_folder.place if source_folder else "",
        destination=run.location_of(data_set_type),
        manifest_id="",
        session_id=str(session.id),
        session=str(session),
        session_key=session.key,
    )
