"""A cause for a message, and a person's wish not to hear of it for some time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

#: The verdict of such a decision in the catalog.
SNOOZE = "snooze"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that a person should know; one line, however many data sets it is about.

    key   : the same as long as it is the same thing, such as `night` or `rig:rig1`
    line  : what, where, and what to do
    since : UTC, when a message first named it; None if none has yet
    """

    key: str
    line: str
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Snooze:
    """A person's decision to hear nothing of a cause for some time.

    until : the last day without it, by the calendar of the nights
    """

    cause: str
    until: dt.date
    by: str
    why: str
    decided_at: dt.datetime | None = None

    @property
    def words(self) -> str:
        """Until when, by whom and why."""
        return f"snoozed until {self.until} by {self.by}: {self.why}"


def in_force(snoozes: Iterable[Snooze], *, today: dt.date) -> dict[str, Snooze]:
    """Cause -> the snooze that counts: the newest of each, as long as it has not ended.

    snoozes : oldest first
    """
    newest = {snooze.cause: snooze for snooze in snoozes}
    return {cause: snooze for cause, snooze in newest.items() if snooze.until >= today}
