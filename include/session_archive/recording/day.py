"""Matches the sessions and folders of one subject on one day: by name, else by start time, else undecided."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from session_archive.listing import Folder
from session_archive.naming.session_name import SessionName
from session_archive.naming.which_session import doubt_of_idents
from session_archive.recording.cataloged import LinkedDataSet
from session_archive.states.state import LabSession, State

#: The longest time between the start of a recording and the start of its session (map-ephys, `get_sess_dir`).
START_TOLERANCE = dt.timedelta(seconds=120)
#: Clocks of two time zones differ by so many hours at most.
_MOST_HOURS = 14


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A session folder and the place that lists it (its name in archive.toml)."""

    place: str
    folder: Folder

    @property
    def session_name(self) -> SessionName:
        """The session that the folder is named after."""
        return self.folder.data_set.session

    @property
    def paths(self) -> tuple[str, ...]:
        """`rig1:SC022/catgt_SC022_010121_g0`; several where the data set lies in several folders."""
        return tuple(f"{self.place}:{directory}" for directory in self.folder.directories)

    @property
    def where(self) -> str:
        """The paths as one text, to show."""
        return " + ".join(self.paths)


#: When the recording in a folder began by its own `.meta`; rig-local, without a time zone.
Started = Mapping[SourceFolder, dt.datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known about one expected session: its folder, or the state that says why it has none.

    expected   : the name that its folder has by the convention, whether it exists or not
    candidates : the folders among which only a start time or a person can decide
    decided    : True if a person made this decision
    further    : it is about a further data set of the session, which has a state of its own
    given      : the data set that a person gave to the session, whether its folder still exists or not
    """

    session: LabSession
    expected: SessionName
    found: SourceFolder | None = None
    state: State | None = None
    reason: str = ""
    candidates: tuple[SourceFolder, ...] = ()
    decided: bool = False
    further: bool = False
    given: LinkedDataSet | None = None

    @property
    def target(self) -> uuid.UUID:
        """What its state is recorded for: the session; for a further data set, the data set."""
        if not self.further:
            return self.session.id
        assert self.given is not None, "a person gave it to the session"
        return self.given.name.id

    @property
    def label(self) -> str:
        """The session as it is shown; a further data set with what its name adds: `SC022 2021-01-01 10:30 g1`."""
        more = self.given.name.session.ident if self.further and self.given else ""
        return f"{self.session} {more}".rstrip()


def match_day(
    sessions: Sequence[LabSession],
    folders: Sequence[SourceFolder],
    *,
    ignored: Mapping[SourceFolder, str],
    started: Started,
) -> list[Claim]:
    """A claim for each session; sessions in the order of their start times.

    ignored : folder that a person decided to ignore -> the decision, to show
    """
    doubt = _doubt(sessions, folders)
    # If the numbers are complete with the ignored folders, it is certain which session each ignored folder belongs to.
    if ignored and not _doubt(sessions, [*folders, *ignored]):
        return _by_name(sessions, [*folders, *ignored], ignored)
    if not doubt:
        return _by_name(sessions, folders, ignored)
    by_start = _by_start(sessions, folders, started)
    unmatched = tuple(folder for folder in folders if folder not in by_start.values())
    claims = []
    for number, session in enumerate(sessions):
        name, folder = expected_name(session, number), by_start.get(session.id)
        if folder or not unmatched:
            claims.append(_claim(session, name, folder))
        else:
            candidates = sorted(_candidate(each, session, started.get(each)) for each in unmatched)
            reason = f"{doubt}; candidates: {', '.join(candidates)}"
            claims.append(Claim(session, name, state=State.AMBIGUOUS, reason=reason, candidates=unmatched))
    return claims


def expected_name(session: LabSession, number: int) -> SessionName:
    """The name of the folder of the `number`-th session of a day, counted from 0."""
    return SessionName(session.subject, session.date, str(number) if number else "")


def _by_name(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], ignored: Mapping[SourceFolder, str]
) -> list[Claim]:
    by_ident = {folder.session_name.ident: folder for folder in folders}
    claims = []
    for number, session in enumerate(sessions):
        name = expected_name(session, number)
        folder = by_ident.get(name.ident)
        if folder and folder in ignored:
            reason = f"{folder.where} was {ignored[folder]}"
            claims.append(Claim(session, name, state=State.IGNORED, reason=reason, decided=True))
        else:
            claims.append(_claim(session, name, folder))
    return claims


def _claim(session: LabSession, name: SessionName, folder: SourceFolder | None) -> Claim:
    if folder:
        return Claim(session, name, found=folder)
    return Claim(session, name, state=State.NOT_FOUND, reason="no such folder")


def _by_start(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], started: Started
) -> dict[object, SourceFolder]:
    """Session id -> its folder, where exactly one session and one folder began together."""
    near = [
        (session.id, folder)
        for folder in folders
        for session in sessions
        if _began_with(session, started.get(folder))
    ]
    folders_of = Counter(session_id for session_id, _ in near)
    sessions_of = Counter(folder for _, folder in near)
    return {key: folder for key, folder in near if folders_of[key] == 1 and sessions_of[folder] == 1}


def _began_with(session: LabSession, start: dt.datetime | None) -> bool:
    if start is None or session.time is None:
        return False
    return abs(start - dt.datetime.combine(session.date, session.time)) <= START_TOLERANCE


def whole_hours_apart(session: LabSession, start: dt.datetime | None) -> str:
    """How many whole hours after a session a recording began, by their clocks; '' if no whole number of them."""
    if start is None or session.time is None:
        return ""
    apart = start - dt.datetime.combine(session.date, session.time)
    hours = round(apart / dt.timedelta(hours=1))
    whole = abs(apart - dt.timedelta(hours=hours)) <= START_TOLERANCE
    if not hours or not whole or abs(hours) > _MOST_HOURS:
        return ""
    later = "after" if hours > 0 else "before"
    return f"{abs(hours)} h {later} the session's start: are both clocks in the same time zone?"


def _candidate(folder: SourceFolder, session: LabSession, start: dt.datetime | None) -> str:
    if start is None:
        return folder.where
    hours = whole_hours_apart(session, start)
    return f"{folder.where} (began {start:%Y-%m-%d %H:%M:%S}){f': {hours}' if hours else ''}"


def _doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    """Why the names alone do not settle this day; '' if they do."""
    if not folders:
        return ""
    for check in (_subject_doubt, _double_doubt, _number_doubt):
        if doubt := check(sessions, folders):
            return doubt
    return ""


def _subject_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    subject = sessions[0].subject
    subjects = {folder.session_name.subject for folder in folders} - {subject}
    if not subjects:
        return ""
    return (
        f"the folder's subject is {min(subjects)!r}, the lab's pipeline has {subject!r}: "
        "they differ in upper and lower case"
    )


def _double_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    of_name: dict[SessionName, list[SourceFolder]] = {}
    for folder in folders:
        of_name.setdefault(folder.session_name, []).append(folder)
    double = next((same for same in of_name.values() if len(same) > 1), [])
    if not double:
        return ""
    if len({folder.folder.spelling for folder in double}) > 1:
        return "two folders are of the same day, with its date spelled in two ways"
    if len({folder.place for folder in double}) == len(double):
        return f"{len(double)} places have a folder with the same session name"
    return "two folders have the same session name"


def _number_doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    return doubt_of_idents([folder.session_name.ident for folder in folders], n_sessions=len(sessions))
