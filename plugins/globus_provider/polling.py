"""Watches one transfer over repeated polls, and decides when to stop."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from typing import Any

from globus_provider.errors import GlobusRequestError
from globus_provider.task_status import Progress, TransferState, judge


@dataclass(frozen=True, slots=True)
class Sighting:
    """The poll that ended a watch; goes from the trigger to the task as plain values.

    at, faulty_since : timestamps, ISO 8601
    document         : the last task document; None if there never was an answer
    time_is_up       : the time limit was reached; the transfer may still be under way
    error            : why the watch was given up, or why there was no answer at the end
    changed          : the transfer waits for a person, or no longer; the watch goes on after that has been reported
    until            : of a watch that goes on: when it ends, ISO 8601; None for never
    reported         : of a watch that goes on: what was reported before
    """

    at: str
    document: dict[str, Any] | None = None
    faulty_since: str | None = None
    time_is_up: bool = False
    error: str = ""
    retryable: bool = False
    changed: bool = False
    until: str | None = None
    reported: str | None = None

    @classmethod
    def of(cls, event: Any) -> Sighting:
        """Read what `as_event` wrote. Raises GlobusRequestError."""
        try:
            return cls(**event)
        except TypeError:
            raise GlobusRequestError(f"event {event!r} does not come from GlobusTransferTrigger") from None

    def as_event(self) -> dict[str, Any]:
        """The payload of a trigger event."""
        return asdict(self)

    def progress(self, *, patience: float) -> Progress | None:
        """The document, judged as of that moment; None if there never was an answer."""
        if self.document is None:
            return None
        since = dt.datetime.fromisoformat(self.faulty_since) if self.faulty_since else None
        return judge(
            self.document, now=dt.datetime.fromisoformat(self.at), patience=patience, faulty_since=since
        )


@dataclass(slots=True)
class Watch:
    """Watches one transfer: how long a fault has lasted, and how long there was no answer.

    patience          : seconds for which a lasting fault is tolerated
    unreachable_limit : seconds without any answer after which the watch ends
    until             : time at which the watch ends whatever the transfer does; None for never
    reported          : what the transfer was last reported to wait for, '' for nothing; None if nobody wants to know
    """

    patience: float
    unreachable_limit: float
    until: dt.datetime | None = None
    reported: str | None = None
    _faulty_since: dt.datetime | None = None
    _silent_since: dt.datetime | None = None
    _document: dict[str, Any] | None = None

    def pause(self, interval: float, *, now: dt.datetime) -> float:
        """Seconds until the next poll; not past the end of the watch."""
        return interval if self.until is None else max(0.0, min(interval, (self.until - now).total_seconds()))

    def saw(self, document: dict[str, Any], *, now: dt.datetime) -> Sighting | None:
        """Record an answer; returns the sighting that ends the watch. Raises GlobusStatusError."""
        self._document, self._silent_since = document, None
        self._faulty_since = (self._faulty_since or now) if document.get("is_ok") is False else None
        sighting = self._sighting(now)
        progress = sighting.progress(patience=self.patience)
        if sighting.time_is_up or progress is None or progress.over:
            return sighting
        if self.reported is None or waits_for(progress) == self.reported:
            return None
        until = self.until.isoformat() if self.until else None
        return replace(sighting, changed=True, until=until, reported=self.reported)

    def unanswered(self, error: str, *, now: dt.datetime) -> Sighting | None:
        """Record that Globus did not answer; returns the sighting that ends the watch."""
        self._silent_since = self._silent_since or now
        silent = (now - self._silent_since).total_seconds() >= self.unreachable_limit
        sighting = self._sighting(now, error=error, retryable=True)
        return sighting if sighting.time_is_up or silent else None

    def refused(self, error: str, *, now: dt.datetime) -> Sighting:
        """Record an error that no further poll can change; returns the sighting that ends the watch."""
        return self._sighting(now, error=error)

    def _sighting(self, now: dt.datetime, *, error: str = "", retryable: bool = False) -> Sighting:
        return Sighting(
            at=now.isoformat(),
            document=self._document,
            faulty_since=self._faulty_since.isoformat() if self._faulty_since else None,
            time_is_up=self.until is not None and now >= self.until,
            error=error,
            retryable=retryable,
        )


def waits_for(progress: Progress) -> str:
    """What a transfer waits for a person to do; '' where it does not."""
    return progress.reason if progress.state is TransferState.NEEDS_PERSON else ""
