"""Which folder holds which session of the lab's pipeline; certain by name, or not decided at all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from session_archive.listing import Folder
from session_archive.names import SessionName
from session_archive.states import LabSession, State


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A session folder and the place that lists it (its name in archive.toml)."""

    place: str
    folder: Folder

    @property
    def where(self) -> str:
        """`rig1:SC022/catgt_SC022_010121_g0`."""
        return f"{self.place}:{self.folder.directory}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of one expected session: its folder, or the state that says why there is none.

    expected : the name that its folder has by the convention, whether it is there or not
    """

    session: LabSession
    expected: SessionName
    found: SourceFolder | None = None
    state: State | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """Every expected session once, and the folders that no session claims."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[SourceFolder, ...]


def match(sessions: Iterable[LabSession], folders: Iterable[SourceFolder]) -> Matching:
    """Give each expected session of one data set type its folder.

    The first session of a day has no ident; ident 1 is the second, by start time (seed: Electrophysiology).
    Whatever that rule does not settle is ambiguous, never guessed.
    """
    sessions_of, folders_of = defaultdict(list), defaultdict(list)
    for session in sessions:
        sessions_of[session.subject, session.date].append(session)
    for found in folders:
        name = found.folder.data_set.session
        folders_of[name.subject, name.date].append(found)
    claims: list[Claim] = []
    for day in sorted(sessions_of):
        claims += _match_day(sorted(sessions_of[day], key=_start), folders_of.get(day, []))
    unclaimed = [found for day in sorted(folders_of) if day not in sessions_of for found in folders_of[day]]
    return Matching(tuple(claims), tuple(unclaimed))


def _start(session: LabSession) -> tuple[dt.time, str]:
    return session.time or dt.time.min, str(session.id)


def _match_day(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> list[Claim]:
    named = [(session, _expected(session, number)) for number, session in enumerate(sessions)]
    if doubt := _doubt(sessions, folders):
        candidates = ", ".join(sorted(found.where for found in folders))
        reason = f"{doubt}; candidates: {candidates}"
        return [Claim(session, name, state=State.AMBIGUOUS, reason=reason) for session, name in named]
    by_ident = {found.folder.data_set.session.ident: found for found in folders}
    return [
        Claim(session, name, found=by_ident[name.ident])
        if name.ident in by_ident
        else Claim(session, name, state=State.NOT_FOUND, reason="no such folder")
        for session, name in named
    ]


def _expected(session: LabSession, number: int) -> SessionName:
    return SessionName(session.subject, session.date, str(number) if number else "")


def _doubt(sessions: Sequence[LabSession], folders: Sequence[SourceFolder]) -> str:
    """Why the names alone do not settle this day; '' where they do."""
    if not folders:
        return ""
    idents = [found.folder.data_set.session.ident for found in folders]
    if len(set(idents)) < len(idents):
        return "two folders have the same name of a session"
    if words := [ident for ident in idents if _number_of(ident) is None]:
        return f"{words[0]!r} does not say which session of the day it is"
    numbers = {_number_of(ident) for ident in idents}
    if 0 not in numbers:
        return "a numbered folder, but the first, unnumbered one is missing"
    if any(number is not None and number >= len(sessions) for number in numbers):
        return f"{len(folders)} folders, but the lab's pipeline knows {len(sessions)} session(s) of that day"
    if len(folders) == 1 and len(sessions) > 1:
        return f"one folder without a number, but {len(sessions)} sessions on that day"
    return ""


def _number_of(ident: str) -> int | None:
    """0 for the unnumbered folder, k for ident 'k'; None for a word, '0' or '01'."""
    if not ident:
        return 0
    return int(ident) if ident.isascii() and ident.isdigit() and not ident.startswith("0") else None
