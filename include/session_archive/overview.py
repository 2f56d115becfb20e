"""Every expected data set in exactly one state, whether a run has looked at it yet or not."""

from __future__ import annotations

from collections.abc import Iterable

from session_archive.states import LabSession, State, StateRow


def overview(
    data_set_type: str, *, expected: Iterable[LabSession], states: Iterable[StateRow]
) -> list[StateRow]:
    """One row for each expected session of a type, then the folders that no session claims.

    expected : the lab's sessions
    states   : the newest row of each target of that type
    returns  : sorted by what a person reads, `SC022 2021-01-01 10:30`
    """
    newest = {row.target: row for row in states}
    rows = [
        newest.pop(session.id) if session.id in newest else _unseen(data_set_type, session)
        for session in expected
    ]
    rows += [row for row in newest.values() if row.state is State.UNCLAIMED]
    return sorted(rows, key=lambda row: (row.session, row.data_set))


def _unseen(data_set_type: str, session: LabSession) -> StateRow:
    return StateRow(
        data_set_type=data_set_type,
        target=session.id,
        state=State.NOT_FOUND,
        reason="no run has looked for it yet",
        session=str(session),
    )
