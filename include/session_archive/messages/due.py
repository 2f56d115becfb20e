"""Which message is due: one alarm for what is new, then a digest a day, an all-clear, and a sign of life each week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from session_archive.messages.cause import Cause, Snooze


class Kind(StrEnum):
    """Why a message is sent."""

    #: Something is new.
    ALARM = "alarm"
    #: Once a day while something is open.
    DIGEST = "digest"
    #: Nothing of what the last message named is left.
    ALL_CLEAR = "all clear"
    #: Nothing is open, and nothing was sent for a week: so silence means something.
    ALL_WELL = "all well"
    #: A person asked for it.
    TEST = "test"


#: A digest that would come sooner after another message waits for the next day.
APART = dt.timedelta(hours=8)
#: Between two signs of life; a little less than a week, since a run may begin a little earlier than the last.
WEEK = dt.timedelta(days=7) - APART


@dataclass(frozen=True, slots=True)
class Sent:
    """The last message that was sent: until the next one, what people know.

    causes : those that were open
    """

    sent_at: dt.datetime
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """The message to send now.

    new, open : causes that the last message did not name, and those that it did
    healed    : named by the last message, and gone
    snoozed   : causes that a person does not want to hear of, with that decision
    """

    kind: Kind
    new: tuple[Cause, ...] = ()
    open: tuple[Cause, ...] = ()
    healed: tuple[Cause, ...] = ()
    snoozed: tuple[tuple[Cause, Snooze], ...] = ()

    @property
    def every(self) -> tuple[Cause, ...]:
        """All open causes; what people know once this is sent."""
        return self.new + self.open


def due(
    causes: Sequence[Cause],
    *,
    last: Sent | None,
    snoozes: Mapping[str, Snooze],
    digest_at: dt.time,
    now: dt.datetime,
) -> Due | None:
    """The message that is due now; None if there is nothing to say.

    causes  : of now
    last    : the last message, None if there was none
    snoozes : in force, by cause
    now     : in the time zone of `digest_at`
    """
    named = {cause.key for cause in last.causes} if last else set()
    present = {cause.key for cause in causes}
    open_causes = [cause for cause in causes if cause.key not in snoozes]
    new = tuple(cause for cause in open_causes if cause.key not in named)
    known = tuple(cause for cause in open_causes if cause.key in named)
    healed = tuple(cause for cause in last.causes if cause.key not in present) if last else ()
    silent = last_digest_time(digest_at, now) - last.sent_at if last else None
    kind = _kind(new=bool(new), known=bool(known), healed=bool(healed), silent=silent)
    snoozed = tuple((cause, snoozes[cause.key]) for cause in causes if cause.key in snoozes)
    return Due(kind, new, known, healed, snoozed) if kind else None


def _kind(*, new: bool, known: bool, healed: bool, silent: dt.timedelta | None) -> Kind | None:
    """Why a message is due.

    silent : from the last message to the last time of a digest; None if there was no message
    """
    if new:
        return Kind.ALARM
    if known:
        return Kind.DIGEST if silent is None or silent >= APART else None
    if healed:
        return Kind.ALL_CLEAR
    return Kind.ALL_WELL if silent is None or silent >= WEEK else None


def last_digest_time(digest_at: dt.time, now: dt.datetime) -> dt.datetime:
    """When the clock last showed that time."""
    today = now.replace(hour=digest_at.hour, minute=digest_at.minute, second=0, microsecond=0)
    return today if today <= now else today - dt.timedelta(days=1)


def is_digest_time(digest_at: dt.time, now: dt.datetime, *, within: dt.timedelta) -> bool:
    """True soon after that time: for what is looked at once a day, and for what can keep no record of what was sent."""
    return now - last_digest_time(digest_at, now) < within
