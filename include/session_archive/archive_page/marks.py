"""How a state looks on the page: a letter, so that colour alone says nothing, and how bad it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from session_archive.states.state import State, StateRow


class Mark(NamedTuple):
    """letter : of the state; tone : good, busy, open, bad or calm, which the style sheet colours."""

    letter: str
    tone: str


MARKS = {
    State.DAMAGED: Mark("D", "bad"),
    State.REFUSED: Mark("R", "bad"),
    State.FAILED: Mark("F", "bad"),
    State.CHANGED: Mark("C", "bad"),
    State.AMBIGUOUS: Mark("?", "open"),
    State.NOT_FOUND: Mark("N", "open"),
    State.EMPTY: Mark("E", "open"),
    State.UNVERIFIED: Mark("P", "open"),
    State.UNCLAIMED: Mark("U", "open"),
    State.WAITING: Mark("W", "busy"),
    State.READY: Mark("Q", "busy"),
    State.SUBMITTED: Mark("S", "busy"),
    State.VERIFYING: Mark("V", "busy"),
    State.RETRIEVED: Mark("B", "calm"),
    State.GONE: Mark("G", "calm"),
    State.IGNORED: Mark("I", "calm"),
    State.ARCHIVED: Mark("A", "good"),
}

#: The worst first, as they stand above.
_ORDER = {state: number for number, state in enumerate(MARKS)}


def worst(rows: Iterable[StateRow]) -> StateRow:
    """The row that a person should see first; of two in the same state the older one."""
    return min(rows, key=lambda row: (_ORDER[row.state], row.changed_at is not None, row.changed_at))
