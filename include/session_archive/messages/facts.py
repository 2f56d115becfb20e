"""What the flow found out, from which the causes follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from session_archive.messages.night import Night


@dataclass(frozen=True, slots=True)
class Overdue:
    """Expected data sets that are not archived: how many, and the first of them, in words."""

    count: int = 0
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """Free space of a place on a disk that the worker sees, in bytes."""

    place: str
    path: str
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a transfer to a place ended, in Globus' words."""

    place: str
    succeeded: bool
    detail: str
    ended_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a message can be about. Timestamps are UTC.

    night       : the last one that ended
    expected_from : since when nights should run, as long as none has ended
    overdue     : of the last weeks
    backlog     : older ones; None where nobody counted them this time
    rigs        : rig -> when it last showed something that was not archived; rigs that never did are left out
    rooms       : of places that the worker can read
    unseen      : places with a local_path that it cannot read now
    ended       : transfers of the last days, oldest first
    transfers   : those that wait for a person, one line each
    unconfirmed : decisions that only a sidecar manifest tells of
    damaged     : data sets that an audit found damaged in the archive, with their place
    """

    night: Night | None
    expected_from: dt.datetime
    overdue: Overdue = Overdue()
    backlog: int | None = None
    rigs: tuple[tuple[str, dt.datetime], ...] = ()
    rooms: tuple[Room, ...] = ()
    unseen: tuple[str, ...] = ()
    ended: tuple[Ended, ...] = ()
    transfers: tuple[str, ...] = ()
    unconfirmed: int = 0
    damaged: tuple[str, ...] = ()


def without_room(ended: Iterable[Ended]) -> dict[str, Ended]:
    """Place -> its newest transfer, where that found no room left.

    ended : oldest first
    """
    newest = {each.place: each for each in ended}
    return {place: each for place, each in newest.items() if not each.succeeded and _says_full(each.detail)}


#: Codes of the service, as the outcome of a transfer quotes them.
_FULL = ("QUOTA_EXCEEDED", "NO_SPACE_LEFT")


def _says_full(detail: str) -> bool:
    return any(code in detail for code in _FULL)
