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
    """The next run takes it up again.

    needs_person : what it waits for, where a person has to act; else ''
    """

    submission: Submission
    needs_person: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The service does not say how it stands; nothing is concluded from that.

    why : with what a person has to do
    """

    submission: Submission
    why: str


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
Ending = NothingToMove | NotSent | UnderWay | Unknown | Failed | Arrived


def state_without_arrival(ending: Ending) -> tuple[State, str] | None:
    """The state of a data set whose files did not all arrive, with the reason; None where they must be verified."""
    match ending:
        case NotSent(why, refused):
            return (State.REFUSED if refused else State.FAILED), why
        case UnderWay(_, needs_person):
            return State.SUBMITTED, f"{needs_person or 'still under way'}; the next run takes it up again"
        case Unknown(_, why):
            return State.FAILED, why
        case Failed(_, outcome):
            return (State.REFUSED if outcome.mismatch else State.FAILED), outcome.detail
    return None
