"""Which folder is of which session: the folders of every root matched with the lab's pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from archive_flow.decide import write_down
from archive_flow.judging import Verdict, judge_archived, judge_source
from archive_flow.run import Run
from archive_flow.started import started
from archive_flow.work import Work
from session_archive.decisions import Decision
from session_archive.errors import NamingError
from session_archive.match import Claim, Matching, SourceFolder, match
from session_archive.names import DataSetName, SessionName
from session_archive.states import LabSession, State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.replicas import ReplicaInfo


def judged_folders(run: Run) -> Iterator[Verdict]:
    """UPLOAD and DISCOVER: match the folders of every root with the lab's sessions."""
    asked = write_down(run)
    folders = run.find_folders()
    judge: Callable[[Run, Work, Claim, Mapping[Any, ReplicaInfo]], Verdict]
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
        replicas = run.catalog.replicas(run.location_of(data_set_type))
        for claim in matching.claims:
            yield judge(run, _work(run, data_set_type, claim), claim, replicas)
        yield from (_unclaimed(run, found) for found in matching.unclaimed)
        # So that a folder that was unclaimed before is so no longer.
        for found, words in matching.ignored:
            yield replace(_unclaimed(run, found), state=State.IGNORED, reason=words)


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


def _work(run: Run, data_set_type: str, claim: Claim) -> Work:
    session, found = claim.session, claim.found
    expected = DataSetName(data_set_type, claim.expected)
    return Work(
        data_set=str(found.folder.data_set if found else expected),
        directory=found.folder.directory if found else run.settings.conventions.directory(expected),
        origin=found.place if found else "",
        destination=run.location_of(data_set_type),
        manifest_id="",
        session_id=str(session.id),
        session=str(session),
        session_key=session.key,
    )


def _unclaimed(run: Run, found: SourceFolder) -> StateRow:
    data_set = found.folder.data_set
    return StateRow(
        data_set_type=data_set.data_set_type,
        target=data_set.id,
        state=State.UNCLAIMED,
        reason="no session of the lab's pipeline claims it",
        path=found.where,
        session=str(data_set.session),
        data_set=str(data_set),
        run_id=run.run_id,
    )
