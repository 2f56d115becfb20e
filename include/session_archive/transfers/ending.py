"""How the transfer of a mapped group stands, and the state that this puts a data set in. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from session_archive.states.state import State
from session_archive.transfers.submission import Outcome, Submission


@dataclass(frozen=True, slots=True)
class NothingToMove:
    """All files existed already."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing was submitted.

    refused : for a reason that only a person can remove
    """

    why: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The next run takes it up again."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Failed:
    """It ended without success."""

    submission: Submission
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Arrived:
    """The service says that everything arrived."""

    submission: Submission
    outcome: Outcome


#: How the transfer of a mapped group stands.
Ending = NothingToMove | NotSent | UnderWay | Failed | Arrived


def state_without_arrival(ending: Ending) -> tuple[State, str] | None:
    """The state of a data set whose files did not all arrive, with the reason; None where they must be verified."""
    match ending:
        case NotSent(why, refused):
            return (State.REFUSED if refused else State.FAILED), why
        case UnderWay():
            return State.SUBMITTED, "still under way; the next run takes it up again"
        case Failed(_, outcome):
            return (State.REFUSED if outcome.mismatch else State.FAILED), outcome.detail
    return None
