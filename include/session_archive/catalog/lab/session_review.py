"""What a review of the lab's sessions says, as a value."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionReview:
    """The newest review of the sessions of a type.

    until         : when all sessions were compared
    entered_since : sessions of this day and later may have been entered since
    read_at       : when the sessions were read, in seconds by the server's clock
    sessions      : the key of each without a data set or in an unsafe state; None for the target of an unsafe state
                    that is no expected session
    """

    until: dt.datetime
    entered_since: dt.date
    read_at: int
    sessions: Mapping[uuid.UUID, Mapping[str, Any] | None]
