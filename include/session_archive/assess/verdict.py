"""The assessment of one data set: transfer it, prove it, record a state, or leave it unchanged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import ALARMS, State


@dataclass(frozen=True, slots=True)
class KnownDataSet:
    """A data set as a catalog knows it, where no folder shows it; sizes are 0 where they are not known."""

    name: DataSetName
    directory: str
    n_files: int = 0
    n_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """It is taken up in this run."""


@dataclass(frozen=True, slots=True)
class Prove:
    """It is in the archive and unverified: its copy is read in this run, if its turn has come.

    n_bytes : that have to be read in the archive
    since   : UTC; when it was recorded as unverified
    """

    n_bytes: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Record:
    """Its state is recorded, with the reason.

    of    : the data set that the state is of; None for the one that was assessed
    files : every file that is a reason, each with what is wrong; the reason names the first
    """

    state: State
    reason: str = ""
    of: KnownDataSet | None = None
    files: tuple[tuple[str, str], ...] = ()

    @property
    def is_alarm(self) -> bool:
        """True if a person has to act."""
        return self.state in ALARMS


@dataclass(frozen=True, slots=True)
class Leave:
    """Its state remains as it is."""


#: What becomes of one data set in this run.
Assessment = Transfer | Prove | Record | Leave


def not_listed(error: ListingError) -> Record:
    """The state of a data set whose files could not be listed: refused, unless it vanished or nobody answered."""
    if isinstance(error, MissingDirectoryError):
        return Record(State.WAITING, f"vanished while it was listed: {error}")
    if isinstance(error, NoAnswerError):
        return Record(State.WAITING, f"its place did not answer: {error}")
    return Record(State.REFUSED, str(error))
