"""Which folder belongs to which session of the lab's pipeline: by decision, by name, by start time, or undecided."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from session_archive.recording.day import Claim, SourceFolder, Started, expected_name, match_day
from session_archive.states.decisions import Decision, Verdict, standing
from session_archive.states.state import LabSession, State

__all__ = ["Claim", "Matching", "SourceFolder", "Started", "match"]

_Day = tuple[str, dt.date]
_NOTHING_KNOWN: Started = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Matching:
    """Every expected session once, the folders that no session claims, and those that a person decided to ignore."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[SourceFolder, ...]
    ignored: tuple[tuple[SourceFolder, str], ...] = ()

    @property
    def candidates(self) -> tuple[SourceFolder, ...]:
        """The folders of undecided days; a start time matters only for these."""
        return tuple(dict.fromkeys(folder for claim in self.claims for folder in claim.candidates))


def match(
    sessions: Iterable[LabSession],
    folders: Iterable[SourceFolder],
    *,
    decisions: Iterable[Decision] = (),
    started: Started = _NOTHING_KNOWN,
) -> Matching:
    """Give each expected session of one data set type its folder.

    The first session of a day has no ident; ident 1 is the second, by start time (map-ephys docs: Electrophysiology).
    If that rule does not settle it, the start of the recording does, within two minutes; the rest is ambiguous, never
    guessed.

    decisions : of people, oldest first; they take precedence over every rule
    started   : folder -> when its recording began, as far as known
    """
    sessions, folders = list(sessions), list(folders)
    in_force = standing(decisions)
    by_path = {decision.target: decision for decision in in_force if decision.place}
    by_folder = {
        folder: by_path[path]
        for folder in (folders if by_path else ())
        for path in folder.paths
        if path in by_path
    }
    claims = _decided_claims(sessions, folders, in_force)
    free = [session for session in sessions if session.id not in claims]
    open_folders = [folder for folder in folders if folder not in by_folder] if by_folder else folders
    all_ignored = {
        folder: decision.words for folder, decision in by_folder.items() if decision.verdict is Verdict.IGNORE
    }
    for (subject, date), (day_sessions, day_folders) in _days(free, open_folders).items():
        ignored = {folder: words for folder, words in all_ignored.items() if _day(folder) == (subject, date)}
        matched = match_day(sorted(day_sessions, key=_start), day_folders, ignored=ignored, started=started)
        claims |= {claim.session.id: claim for claim in matched}
    placed = {claim.found for claim in claims.values()}
    placed.update(folder for claim in claims.values() for folder in claim.candidates)
    unclaimed = [folder for folder in open_folders if folder not in placed]
    return Matching(
        tuple(claims[session.id] for session in sorted(sessions, key=_in_order)),
        tuple(sorted(unclaimed, key=lambda folder: (_day(folder), folder.where))),
        tuple(all_ignored.items()),
    )


def _days(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder]
) -> dict[_Day, tuple[list[LabSession], list[SourceFolder]]]:
    """The sessions of each subject and day, and the folders that may belong to them."""
    days: dict[_Day, tuple[list[LabSession], list[SourceFolder]]] = {}
    for session in sessions:
        days.setdefault((session.subject, session.date), ([], []))[0].append(session)
    strays: list[SourceFolder] = []
    for folder in folders:
        (days[_day(folder)][1] if _day(folder) in days else strays).append(folder)
    # A folder whose subject differs only in case matches no name, but must not be overlooked either.
    folded = {
        (subject.casefold(), date): day_folders
        for (subject, date), (_, day_folders) in days.items()
        if not day_folders
    }
    for folder in strays:
        subject, date = _day(folder)
        folded.get((subject.casefold(), date), []).append(folder)
    return days


def _decided_claims(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], in_force: Sequence[Decision]
) -> dict[uuid.UUID, Claim]:
    """The claims of sessions that a person has given a folder, or has decided to ignore."""
    by_path = {path: folder for folder in (folders if in_force else ()) for path in folder.paths}
    given: dict[uuid.UUID, list[Decision]] = defaultdict(list)
    ignored: dict[uuid.UUID, Decision] = {}
    for decision in in_force:
        if decision.session_id and decision.verdict is Verdict.SESSION:
            given[decision.session_id].append(decision)
        elif decision.session_id and decision.verdict is Verdict.IGNORE:
            ignored[decision.session_id] = decision
    claims: dict[uuid.UUID, Claim] = {}
    for session in sessions if given or ignored else ():
        if session.id in given:
            claims[session.id] = _given(session, given[session.id], by_path)
        elif session.id in ignored:
            claims[session.id] = _decided(session, State.IGNORED, ignored[session.id].words)
    return claims


def _given(session: LabSession, decisions: Sequence[Decision], by_path: Mapping[str, SourceFolder]) -> Claim:
    # A data set in several folders may have been given by each of them.
    targets = [decision.target for decision in decisions]
    folders = list(dict.fromkeys(by_path[target] for target in targets if target in by_path))
    if len(folders) == 1:
        return Claim(session, folders[0].session_name, found=folders[0], decided=True)
    if not folders:
        words = "; ".join(f"{decision.target} was {decision.words}" for decision in decisions)
        return _decided(session, State.NOT_FOUND, f"not among the recordings that were found: {words}")
    names = ", ".join(sorted(each.where for each in folders))
    return _decided(
        session, State.AMBIGUOUS, f"{len(folders)} folders were given to this one session: {names}"
    )


def _decided(session: LabSession, state: State, reason: str) -> Claim:
    return Claim(session, expected_name(session, 0), state=state, reason=reason, decided=True)


def _day(folder: SourceFolder) -> _Day:
    name = folder.session_name
    return name.subject, name.date


def _start(session: LabSession) -> tuple[dt.time, str]:
    return session.time or dt.time.min, str(session.id)


def _in_order(session: LabSession) -> tuple[str, dt.date, tuple[dt.time, str]]:
    return session.subject, session.date, _start(session)
