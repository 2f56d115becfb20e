"""The states of an expected data set: exactly one at a time, with its reason."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from printable_text import printable


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
    #: In the archive, and no longer as cataloged.
    DAMAGED = "damaged"
    CHANGED = "changed"
    REFUSED = "refused"
    FAILED = "failed"
    IGNORED = "ignored"
    #: For an unclaimed folder: it no longer exists, or a session claims it now.
    GONE = "gone"
    #: For a retrieval only: at the scratch place as cataloged.
    RETRIEVED = "retrieved"


#: A run has failed if a data set ended in one of these.
ALARMS = frozenset({State.REFUSED, State.FAILED, State.CHANGED, State.DAMAGED})


NO_DATE = dt.date.min


@dataclass(frozen=True, slots=True)
class LabSession:
    """One session of the lab's pipeline.

    id      : derived from the key; the same on each machine
    key     : the primary key of the lab's session table; dates as ISO text
    subject : the short name, as in the names of folders
    date    : rig-local; NO_DATE if the lab has none: no folder's name can have that
    time    : rig-local start, None if the lab keeps none
    """

    id: uuid.UUID
    key: dict[str, Any]
    subject: str
    date: dt.date
    time: dt.time | None

    def __str__(self) -> str:
        """`SC022 2021-01-01 10:30`, to show."""
        date = "without a date" if self.date == NO_DATE else self.date.isoformat()
        return f"{printable(self.subject)} {date}" + (f" {self.time:%H:%M}" if self.time else "")


@dataclass(frozen=True, slots=True)
class StateRow:
    """The state of one expected data set, as the catalog has it.

    target     : the lab session's id; for a folder that no session claims, the data set's id
    session    : as shown, `SC022 2021-01-01 10:30`
    data_set   : the data set's name, '' if no folder is known
    path       : what was listed, '<place>:<path relative to its root>'
    n_bytes    : bytes
    changed_at : UTC
    place      : of which copy it is the state, by its location; '' for the data set as a whole
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
    place: str = ""

    @property
    def name(self) -> str:
        """The data set's name, as every command and message calls it; where it has none, the session or folder."""
        return self.data_set or f"{self.session or self.path} {self.data_set_type}"
