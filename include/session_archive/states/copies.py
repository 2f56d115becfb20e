"""The one state of a data set with several copies: that of the worst, and how many of how many are archived. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from session_archive.states.state import State, StateRow

#: The worst first: what a person has to act on, what is not proven, what still has to come, what is there.
_WORST_FIRST = (
    State.DAMAGED,
    State.CHANGED,
    State.REFUSED,
    State.FAILED,
    State.AMBIGUOUS,
    State.UNVERIFIED,
    State.NOT_FOUND,
    State.EMPTY,
    State.UNCLAIMED,
    State.WAITING,
    State.READY,
    State.SUBMITTED,
    State.VERIFYING,
    State.ARCHIVED,
    State.IGNORED,
    State.GONE,
    State.RETRIEVED,
)


def state_of_copies(copies: Mapping[str, StateRow], locations: Sequence[str]) -> StateRow:
    """The state of the data set, of which some copies may have none yet.

    copies    : location -> the newest state of the copy there; at least one
    locations : where archive.toml wants a copy, in its order
    """
    rows = [copies[place] for place in locations if place in copies]
    archived = [place for place in locations if place in copies and copies[place].state is State.ARCHIVED]
    worst = min(rows, key=lambda row: _WORST_FIRST.index(row.state))
    if archived and worst.state is State.ARCHIVED and len(rows) < len(locations):
        lacking = next(place for place in locations if place not in copies)
        worst = replace(worst, state=State.READY, reason="no copy yet", place=lacking)
    same = all((row.state, row.reason) == (worst.state, worst.reason) for row in rows)
    words = worst.reason if same or worst.state is State.ARCHIVED else f"{worst.place}: {worst.reason}"
    count = f"{len(archived)} of {len(locations)} copies archived"
    archived_at = f"{count}: {', '.join(archived)}" if archived else ""
    return replace(worst, reason="; ".join(filter(None, (words, archived_at))), place="")
