"""Which folder holds which session of the lab's pipeline: as a person decided, by name, by start time, or undecided."""

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
    """Every expected session once, the folders that no session claims, and those that a person has set aside."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[SourceFolder, ...]
    ignored: tuple[tuple[SourceFolder, str], ...] = ()

    @property
    def candidates(self) -> tuple[SourceFolder, ...]:
        """The folders of undecided days: only of these can a start time change anything."""
        return tuple(dict.fromkeys(found for claim in self.claims for found in claim.candidates))


def match(
    sessions: Iterable[LabSession],
    folders: Iterable[SourceFolder],
    *,
    decisions: Iterable[Decision] = (),
    started: Started = _NOTHING_KNOWN,
) -> Matching:
    """Give each expected session of one data set type its folder.

    The first session of a day has no ident; ident 1 is the second, by start time (map-ephys docs: Electrophysiology).
    What that rule does not settle goes by the start of the recording, within two minutes; the rest is ambiguous, never
    guessed.

    decisions : of persons, oldest first; they go before every rule
    started   : when the recordings began, of folders where that is known
    """
    sessions, folders = list(sessions), list(folders)
    held = standing(decisions)
    of_path = {decision.target: decision for decision in held if decision.place}
    by_folder = {found: of_path[path] for found in folders for path in found.paths if path in of_path}
    claims = _decided_claims(sessions, folders, held)
    free = [session for session in sessions if session.id not in claims]
    open_folders = [found for found in folders if found not in by_folder]
    set_aside = {
        found: decision.words for found, decision in by_folder.items() if decision.verdict is Verdict.IGNORE
    }
    for (subject, date), (of_day, found_there) in _days(free, open_folders).items():
        ignored = {found: words for found, words in set_aside.items() if _day(found) == (subject, date)}
        matched = match_day(sorted(of_day, key=_start), found_there, ignored=ignored, started=started)
        claims |= {claim.session.id: claim for claim in matched}
    placed = {claim.found for claim in claims.values()}
    placed.update(found for claim in claims.values() for found in claim.candidates)
    unclaimed = [found for found in open_folders if found not in placed]
    return Matching(
        tuple(claims[session.id] for session in sorted(sessions, key=_in_order)),
        tuple(sorted(unclaimed, key=lambda found: (_day(found), found.where))),
        tuple(set_aside.items()),
    )


def _days(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder]
) -> dict[_Day, tuple[list[LabSession], list[SourceFolder]]]:
    """The sessions of each subject and day, and the folders that may be theirs."""
    days: dict[_Day, tuple[list[LabSession], list[SourceFolder]]] = {}
    for session in sessions:
        days.setdefault((session.subject, session.date), ([], []))[0].append(session)
    strays: list[SourceFolder] = []
    for found in folders:
        (days[_day(found)][1] if _day(found) in days else strays).append(found)
    # A folder whose subject differs by capitals only is nobody's by name, and not to be missed either.
    folded = {(subject.casefold(), date): there for (subject, date), (_, there) in days.items() if not there}
    for found in strays:
        subject, date = _day(found)
        folded.get((subject.casefold(), date), []).append(found)
    return days


def _decided_claims(
    sessions: Sequence[LabSession], folders: Sequence[SourceFolder], held: Sequence[Decision]
) -> dict[uuid.UUID, Claim]:
    """The claims of the sessions that a person has given a folder, or ignored."""
    there = {path: found for found in folders for path in found.paths}
    given: dict[uuid.UUID, list[Decision]] = defaultdict(list)
    ignored: dict[uuid.UUID, Decision] = {}
    for decision in held:
        if decision.session_id and decision.verdict is Verdict.SESSION:
            given[decision.session_id].append(decision)
        elif decision.session_id and decision.verdict is Verdict.IGNORE:
            ignored[decision.session_id] = decision
    claims = {}
    for session in sessions:
        if session.id in given:
            claims[session.id] = _given(session, given[session.id], there)
        elif session.id in ignored:
            claims[session.id] = _decided(session, State.IGNORED, ignored[session.id].words)
    return claims


def _given(session: LabSession, decisions: Sequence[Decision], there: Mapping[str, SourceFolder]) -> Claim:
    # A data set in several folders may have been given by each of them.
    found = list(dict.fromkeys(there[decision.target] for decision in decisions if decision.target in there))
    if len(found) == 1:
        return Claim(session, found[0].folder.data_set.session, found=found[0], decided=True)
    if not found:
        words = "; ".join(f"{decision.target} was {decision.words}" for decision in decisions)
        return _decided(session, State.NOT_FOUND, f"no such folder: {words}")
    names = ", ".join(sorted(each.where for each in found))
    return _decided(session, State.AMBIGUOUS, f"{len(found)} folders were given to this one session: {names}")


def _decided(session: LabSession, state: State, reason: str) -> Claim:
    return Claim(session, expected_name(session, 0), state=state, reason=reason, decided=True)


def _day(found: SourceFolder) -> _Day:
    name = found.folder.data_set.session
    return name.subject, name.date


def _start(session: LabSession) -> tuple[dt.time, str]:
    return session.time or dt.time.min, str(session.id)


def _in_order(session: LabSession) -> tuple[str, dt.date, tuple[dt.time, str]]:
    return session.subject, session.date, _start(session)
