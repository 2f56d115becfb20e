"""How far a run's transfers are, and when they end: from reports that were read elsewhere. Pure.

What is not known is None, and shown as unknown: an estimate is never made up.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from printable_text.amounts import progress_in_words, rate, seconds_left, size_of, time_left

#: A wait reports every few minutes: what is older says nothing of now.
CURRENT_FOR = dt.timedelta(minutes=20)
#: Days after which an end is no date that anybody could plan with.
LONGEST = 3650


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one transfer, or several together, are.

    files, n_bytes             : that have arrived
    total_files, total_bytes   : to be moved; None where that is not known
    rate                       : bytes per second; None where it is not known
    at_most                    : less is to be moved than the totals say, but not how much less
    as_of                      : aware; when that was so, by the oldest report; None where nothing has been reported
    """

    files: int = 0
    n_bytes: int = 0
    total_files: int | None = 0
    total_bytes: int | None = 0
    rate: float | None = None
    faults: int = 0
    at_most: bool = False
    as_of: dt.datetime | None = None

    @classmethod
    def of(cls, report: object) -> Progress | None:
        """Read the plain values that a waiting task reports; None for anything else."""
        if not isinstance(report, Mapping):
            return None
        files, skipped = _count(report, "files"), _count(report, "files_skipped")
        n_bytes, faults = _count(report, "n_bytes"), _count(report, "faults")
        if files is None or skipped is None or n_bytes is None or faults is None:
            return None
        rate = report.get("rate")
        known = isinstance(rate, int | float) and math.isfinite(rate) and rate >= 0
        return cls(
            files=files + skipped,
            n_bytes=n_bytes,
            total_files=_count(report, "expected_files"),
            total_bytes=_count(report, "expected_bytes"),
            rate=float(rate) if known and rate is not None else None,
            faults=faults,
            at_most=skipped > 0,
            as_of=_aware(report.get("at")),
        )

    @classmethod
    def ahead(cls, n_files: int | None, n_bytes: int | None) -> Progress:
        """Of what has not begun."""
        return cls(total_files=n_files, total_bytes=n_bytes)

    @classmethod
    def over(cls, n_files: int | None, n_bytes: int | None) -> Progress:
        """Of what has arrived."""
        return cls(n_files or 0, n_bytes or 0, n_files, n_bytes)

    @property
    def files_in_words(self) -> str:
        """`12 of 40`."""
        return f"{self.files:,}" if self.total_files is None else f"{self.files:,} of {self.total_files:,}"

    @property
    def size_in_words(self) -> str:
        """`1.2 of 3.4 TB`."""
        return size_of(self.n_bytes, self.total_bytes)

    @property
    def rate_in_words(self) -> str:
        """`110.0 MB/s`; `rate unknown`."""
        return rate(self.rate)

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate; None where that is not known, or nothing moves."""
        left = None if self.total_bytes is None else self.total_bytes - self.n_bytes
        return seconds_left(left, self.rate)

    def line(self, *, now: dt.datetime, deadline: dt.datetime | None = None) -> str:
        """`12 of 40 files, 1.2 of 3.4 TB, 110.0 MB/s, 2 faults, ends about 05:40 CET`.

        now      : aware; times are shown in its zone
        deadline : when the run ends whatever its transfers do
        """
        return progress_in_words(
            files=(self.files, self.total_files),
            n_bytes=(self.n_bytes, self.total_bytes),
            rate_now=self.rate,
            faults=self.faults,
            further=(self._end(now, deadline) if self._current(now) else self._age(now),),
        )

    def left(self, *, now: dt.datetime) -> str:
        """`about 5 h 40 min left`, as in the log of its wait; or since when the wait has not reported.

        now : aware; times are shown in its zone
        """
        if not self._current(now):
            return self._age(now)
        return time_left(self.seconds_left, at_most=self.at_most)

    def ends(self, *, now: dt.datetime, deadline: dt.datetime | None = None) -> dt.datetime | None:
        """When it is over, at the latest at the deadline; None where that is not known."""
        ends = later(now, self.seconds_left) if self._current(now) else None
        return min(ends, deadline) if ends and deadline else ends

    def _current(self, now: dt.datetime) -> bool:
        return self.as_of is None or now - self.as_of <= CURRENT_FOR

    def _age(self, now: dt.datetime) -> str:
        assert self.as_of is not None, "only a report has an age"
        since = moment(self.as_of.astimezone(now.tzinfo), now=now)
        return f"as of {since}: its wait has not reported since; is the triggerer of Airflow running?"

    def _end(self, now: dt.datetime, deadline: dt.datetime | None) -> str:
        ends = later(now, self.seconds_left)
        if ends is None:
            return "its end is unknown"
        about = f"ends {'before' if self.at_most else 'about'} {moment(ends, now=now)}"
        if deadline is None or ends <= deadline:
            return about
        over = moment(deadline.astimezone(now.tzinfo), now=now)
        return f"{about}; this run waits until {over}, a later one for the rest"


def together(parts: Iterable[Progress]) -> Progress:
    """Several transfers as one; a total is known only if each is, a rate if any is."""
    every = list(parts)
    rates = [each.rate for each in every if each.rate is not None]
    return Progress(
        files=sum(each.files for each in every),
        n_bytes=sum(each.n_bytes for each in every),
        total_files=_sum([each.total_files for each in every]),
        total_bytes=_sum([each.total_bytes for each in every]),
        rate=sum(rates) if rates else None,
        faults=sum(each.faults for each in every),
        at_most=any(each.at_most for each in every),
        as_of=min((each.as_of for each in every if each.as_of), default=None),
    )


def later(now: dt.datetime, seconds: float | None) -> dt.datetime | None:
    """So many seconds from now; None where they are not known, or more than ten years."""
    if seconds is None or seconds > LONGEST * 86_400:
        return None
    return now + dt.timedelta(seconds=seconds)


def moment(at: dt.datetime, *, now: dt.datetime) -> str:
    """`05:40 CET` less than 18 hours away, else the day: `3 December`, with the year if it is another one."""
    if abs(at - now) < dt.timedelta(hours=18):
        return f"{at:%H:%M %Z}".strip()
    return day(at.date(), today=now.date())


def day(date: dt.date, *, today: dt.date) -> str:
    """`3 December`, or `3 December 2027` in another year."""
    return f"{date.day} {date:%B}" + (f" {date.year}" if date.year != today.year else "")


def _aware(text: object) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _count(report: Mapping[Any, Any], key: str) -> int | None:
    value = report.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
