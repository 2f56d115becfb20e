"""The sessions and the folders of one subject on one day: by name, else by start time, else not decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_archive.listing import Folder
from session_archive.naming.session_name import SessionName, session_number
from session_archive.states.state import LabSession, State

#: Between the start of a recording and that of its session, as its pipeline allows (map-ephys, `get_sess_dir`).
START_TOLERANCE = dt.timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A session folder and the place that lists it (its name in archive.toml)."""

    place: str
    folder: Folder

    @property
    def paths(self) -> tuple[str, ...]:
        """`rig1:SC022/catgt_SC022_010121_g0`; several where the data set lies in several folders."""
        return tuple(f"{self.place}:{directory}" for directory in self.folder.directories)

    @property
    def where(self) -> str:
        """The paths in one text, for a person."""
        return " + ".join(self.paths)


#: When the recording in a folder began by its own `.meta`, rig-local and without a zone.
Started = Mapping[SourceFolder, dt.datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of one expected session: its folder, or the state that says why there is none.

    expected   : the name that its folder has by the convention, whether it is there or not
    candidates : the folders among which only a start time or a person can decide
    decided    : a person decided so
    """

    session: LabSession
    expected: SessionName
    found: SourceFolder | None = None
    state: State | None = None
    reason: str = ""
    candidates: tuple[SourceFolder, ...] = ()
    decided: bool = False


def match_day(
    sessions: Sequence[LabSession],
    folders: Sequence[SourceFolder],
    *,
    ignored: Mapping[SourceFolder, str],
    started: Started,
) -> list[Claim]:
    """A claim for each session; sessions in the order of their start times.

    ignored : folders that a person has set aside, and the words for it
    """
    names = {session.id: expected_name(session, number) for number, session in enumerate(sessions)}
    doubt = _doubt(sessions, folders)
    # With the ignored ones the numbers may be complete: then it is certain whose folder was set aside.
    if ignored and not _doubt(sessions, [*folders, *ignored]):
        return _by_name(sessions, [*folders, *ignored], ignored)
    if not doubt:
        return _by_name(sessions, folders, ignored)
    by_start = _by_start(sessions, folders, started)
    left = tuple(found for found in folders if found not in by_start.values())
    candidates = ", ".join(sorted(_candidate(found, started) for found in left))
    claims = []
    for session in sessions:
        name, found = names[session.id], by_start.get(session.id)
        if found or not left:
            claims.append(_claim(session, name, found))
        else:
            reason = f"{doubt}; candidates: {candidates}"
            claims.append(Claim(session, name, state=State.AMBIGUOUS, reason=reason, candidates=left))
    return claims


def expected_name(session: LabSession, number: int) -> SessionName:
    """The name of the folder of the `number`-th session of a day, counted from 0."""
    return SessionName(session.subject, session.date, str(number) if number else "")


def _by_name(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], ignored: Mapping[SourceFolder, str]
) -> list[Claim]:
    by_ident = {found.folder.data_set.session.ident: found for found in folders}
    claims = []
    for number, session in enumerate(sessions):
        name = expected_name(session, number)
        found = by_ident.get(name.ident)
        if found and found in ignored:
            reason = f"{found.where} was {ignored[found]}"
            claims.append(Claim(session, name, state=State.IGNORED, reason=reason, decided=True))
        else:
            claims.append(_claim(session, name, found))
    return claims


def _claim(session: LabSession, name: SessionName, found: SourceFolder | None) -> Claim:
    if found:
        return Claim(session, name, found=found)
    return Claim(session, name, state=State.NOT_FOUND, reason="no such folder")


def _by_start(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], started: Started
) -> dict[object, SourceFolder]:
    """Session id -> its folder, where one and only one of each began together."""
    near = [
        (session.id, found)
        for found in folders
        for session in sessions
        if _began_with(session, started.get(found))
    ]
    folders_of = Counter(session_id for session_id, _ in near)
    sessions_of = Counter(found for _, found in near)
    return {key: found for key, found in near if folders_of[key] == 1 and sessions_of[found] == 1}


def _began_with(session: LabSession, start: dt.datetime | None) -> bool:
    if start is None or session.time is None:
        return False
    return abs(start - dt.datetime.combine(session.date, session.time)) <= START_TOLERANCE


def _candidate(found: SourceFolder, started: Started) -> str:
    start = started.get(found)
    return found.where + (f" (began {start:%Y-%m-%d %H:%M:%S})" if start else "")


def _doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    """Why the names alone do not settle this day; '' where they do."""
    if not folders:
        return ""
    for look in (_subject_doubt, _double_doubt, _number_doubt):
        if doubt := look(sessions, folders):
            return doubt
    return ""


def _subject_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    subject = sessions[0].subject
    spelled = {found.folder.data_set.session.subject for found in folders} - {subject}
    if not spelled:
        return ""
    return (
        f"the folder says {min(spelled)!r}, the lab's pipeline {subject!r}: capitals and small letters differ"
    )


def _double_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    of_name: dict[SessionName, list[SourceFolder]] = {}
    for found in folders:
        of_name.setdefault(found.folder.data_set.session, []).append(found)
    double = next((same for same in of_name.values() if len(same) > 1), [])
    if not double:
        return ""
    if len({_spelling(found) for found in double}) > 1:
        return "two folders have the same day in two spellings of its date"
    if len({found.place for found in double}) == len(double):
        return f"{len(double)} places have a folder with the same name of a session"
    return "two folders have the same name of a session"


def _spelling(found: SourceFolder) -> frozenset[str]:
    """The spellings of its date that its path holds."""
    date = found.folder.data_set.session.date
    return frozenset(
        form
        for form in ("%m%d%y", "%m%d%Y", "%Y%m%d", "%Y_%m_%d", "%Y-%m-%d")
        if f"{date:{form}}" in found.folder.directory
    )


def _number_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    idents = sorted(found.folder.data_set.session.ident for found in folders)
    if words := [ident for ident in idents if session_number(ident) is None]:
        return f"{words[0]!r} does not say which session of the day it is"
    numbers = {session_number(ident) for ident in idents}
    if 0 not in numbers:
        return "a numbered folder, but the first, unnumbered one is missing"
    if any(number is not None and number >= len(sessions) for number in numbers):
        return f"{len(folders)} folders, but the lab's pipeline knows {len(sessions)} session(s) of that day"
    if len(folders) == 1 and len(sessions) > 1:
        return f"one folder without a number, but {len(sessions)} sessions on that day"
    return ""
