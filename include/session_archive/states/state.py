"""The states of an expected data set: exactly one at a time, with its reason."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a data set stands on its way into the archive."""

    NOT_FOUND = "not found"
    EMPTY = "empty"
    AMBIGUOUS = "ambiguous"
    UNCLAIMED = "unclaimed"
    WAITING = "waiting"
    READY = "ready"
    SUBMITTED = "submitted"
    VERIFYING = "verifying"
    ARCHIVED = "archived"
    UNVERIFIED = "unverified"
    CHANGED = "changed"
    REFUSED = "refused"
    FAILED = "failed"
    IGNORED = "ignored"
    #: Of a folder that no session claimed: it is there no more, or a session claims it now.
    GONE = "gone"
    #: Of a retrieval only: at the scratch place as cataloged.
    RETRIEVED = "retrieved"


#: A run in which a data set ended so has failed.
ALARMS = frozenset({State.REFUSED, State.FAILED, State.CHANGED})


NO_DATE = dt.date.min


@dataclass(frozen=True, slots=True)
class LabSession:
    """One session of the lab's pipeline.

    id      : derived from the key; the same on each machine
    key     : the primary key of the lab's session table; dates as ISO text
    subject : the short name that folders carry
    date    : rig-local; NO_DATE where the lab has none, which no folder's name can have
    time    : rig-local start, None where the lab keeps none
    """

    id: uuid.UUID
    key: dict[str, Any]
    subject: str
    date: dt.date
    time: dt.time | None

    def __str__(self) -> str:
        """`SC022 2021-01-01 10:30`, for a person."""
        date = "without a date" if self.date == NO_DATE else self.date.isoformat()
        return f"{self.subject} {date}" + (f" {self.time:%H:%M}" if self.time else "")


@dataclass(frozen=True, slots=True)
class StateRow:
    """The state of one expected data set, as the catalog tells it.

    target     : the lab session's id; of a folder that no session claims, the data set's id
    session    : words for a person, `SC022 2021-01-01 10:30`
    data_set   : the data set's name, '' while no folder is known
    path       : what was looked at, '<place>:<path relative to its root>'
    n_bytes    : bytes
    changed_at : UTC
    """

    data_set_type: str
    target: uuid.UUID
    state: State
    reason: str = ""
    path: str = ""
    session: str = ""
    data_set: str = ""
    n_files: int = 0
    n_bytes: int = 0
    run_id: str = ""
    changed_at: dt.datetime | None = None
