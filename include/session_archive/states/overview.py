"""Every expected data set in exactly one state, whether a run has looked at it yet or not."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from session_archive.states.state import LabSession, State, StateRow

#: Nothing remains to be done for a session in one of these: its bytes are proven, or a person decided to ignore it.
SAFE = frozenset({State.ARCHIVED, State.IGNORED})
UNSAFE = frozenset(State) - SAFE - {State.UNCLAIMED, State.GONE, State.RETRIEVED}
#: A recording may lie in a folder that no session has, too.
TO_ACT_ON = UNSAFE | {State.UNCLAIMED}
#: And nobody may ignore one unseen.
TO_LOOK_AT = TO_ACT_ON | {State.IGNORED}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many data sets of a type are in each state.

    states    : of expected sessions, each counted once
    unclaimed : folders that no session claims, left-out ones too; they are not expected data sets
    further   : other data sets than the sessions' own that are not safe, such as further gates of their runs
    whole     : False if states that are safe were not counted
    """

    data_set_type: str
    states: Mapping[State, int]
    unclaimed: int = 0
    further: int = 0
    whole: bool = True

    @property
    def expected(self) -> int:
        """Sessions that should have a data set of this type; of these, those that are not safe unless `whole`."""
        return sum(self.states.values())

    @property
    def unsafe(self) -> int:
        """Data sets whose bytes are not proven, expected and further ones."""
        return sum(self.states.get(state, 0) for state in UNSAFE) + self.further

    @property
    def not_safe(self) -> int:
        """These, and folders whose session is not known."""
        return self.unsafe + self.unclaimed


def tally(data_set_type: str, *, expected: Collection[bytes], newest: Mapping[bytes, str]) -> Tally:
    """Count the states of the expected sessions; one that no run has looked at is not found.

    expected : ids of sessions
    newest   : the newest state by target; targets that are no longer expected do not count
    """
    states = Counter(newest.get(target, State.NOT_FOUND) for target in expected)
    unclaimed = len(unclaimed_targets(expected, newest))
    return Tally(data_set_type, {State(state): count for state, count in states.items()}, unclaimed)


def unclaimed_targets(expected: Collection[bytes], newest: Mapping[bytes, str]) -> list[bytes]:
    """The folders that no session claims."""
    return [target for target, state in newest.items() if state == State.UNCLAIMED and target not in expected]


def further_targets(
    expected: Collection[bytes], newest: Mapping[bytes, str], states: Collection[State]
) -> list[bytes]:
    """Other targets than the expected sessions and unclaimed folders, in one of these states.

    Some are of sessions that are no longer expected; only their rows show which.
    """
    requested = {str(state) for state in states} - {State.UNCLAIMED, State.GONE, State.RETRIEVED}
    return [target for target, state in newest.items() if state in requested and target not in expected]


def unsafe_targets(expected: Collection[bytes], newest: Mapping[bytes, str]) -> list[uuid.UUID]:
    """The expected sessions that are not safe, and the targets of all other states that are not."""
    others = (target for target, state in newest.items() if state in UNSAFE and target not in expected)
    return [uuid.UUID(bytes=target) for target in (*in_states(expected, newest, UNSAFE), *others)]


def in_states(
    expected: Iterable[bytes], newest: Mapping[bytes, str], states: Collection[State]
) -> list[bytes]:
    """The expected sessions in one of these states, in the order in which they are expected."""
    return [target for target in expected if newest.get(target, State.NOT_FOUND) in states]


def overview(
    data_set_type: str, *, expected: Iterable[LabSession], states: Iterable[StateRow]
) -> list[StateRow]:
    """One row for each expected session of a type, then the folders that no session claims.

    expected : the lab's sessions
    states   : the newest row of each target of that type
    returns  : sorted by the session as shown, `SC022 2021-01-01 10:30`
    """
    newest = {row.target: row for row in states}
    rows = [
        newest.pop(session.id) if session.id in newest else unseen(data_set_type, session)
        for session in expected
    ]
    rows += [row for row in newest.values() if row.state is State.UNCLAIMED]
    return sorted(rows, key=lambda row: (row.session, row.data_set))


def unseen(data_set_type: str, session: LabSession) -> StateRow:
    """The row of a session that no run has looked at."""
    return StateRow(
        data_set_type=data_set_type,
        target=session.id,
        state=State.NOT_FOUND,
        reason="no run has looked for it yet",
        session=str(session),
    )
