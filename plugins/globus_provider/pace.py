"""How far a transfer is and how fast it goes, from the task documents that its polls read anyway. Pure."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from printable_text import message
from printable_text.amounts import progress_in_words, seconds_left, time_left

#: Seconds over which the rate is taken: Globus counts a large file in leaps.
WINDOW = 900.0
#: Conditions that are no news.
_USUAL = frozenset({"", "OK"})


@dataclass(frozen=True, slots=True)
class Sample:
    """How many bytes had arrived at a time.

    at : aware
    """

    at: dt.datetime
    n_bytes: int


def rate_of(samples: Iterable[Sample]) -> float | None:
    """Bytes per second between the first and the last sample; None where they do not tell."""
    every = list(samples)
    if len(every) < 2:
        return None
    seconds = (every[-1].at - every[0].at).total_seconds()
    moved = every[-1].n_bytes - every[0].n_bytes
    return moved / seconds if seconds > 0 and moved >= 0 else None


@dataclass(frozen=True, slots=True)
class PaceReport:
    """How far a transfer was at one time; its plain values stand in the XCom `progress` of the waiting task.

    at                             : ISO 8601, of the answer of the service
    files, n_bytes                 : that have arrived
    files_skipped                  : that were there already, by the sync level; their bytes are not counted anywhere
    expected_files, expected_bytes : of the whole transfer; None where the caller does not know
    rate                           : bytes per second over the last quarter of an hour; None where not known yet
    faults                         : as the service counts them
    condition                      : the service's word if it is not OK, such as Queued
    """

    at: str
    files: int
    files_skipped: int
    n_bytes: int
    expected_files: int | None
    expected_bytes: int | None
    rate: float | None
    faults: int
    condition: str

    @property
    def line(self) -> str:
        """`12 of 40 files, 1.2 of 3.4 TB, 110.0 MB/s, 2 faults, about 5 h 40 min left`."""
        left = None if self.expected_bytes is None else self.expected_bytes - self.n_bytes
        return progress_in_words(
            files=(self.files + self.files_skipped, self.expected_files),
            n_bytes=(self.n_bytes, self.expected_bytes),
            rate_now=self.rate,
            faults=self.faults,
            further=(
                # What was skipped is among the bytes that seem to be left.
                time_left(seconds_left(left, self.rate), at_most=self.files_skipped > 0),
                self.condition,
            ),
        )

    def as_xcom(self) -> dict[str, Any]:
        """Plain values, for XCom."""
        return asdict(self)


@dataclass(slots=True)
class Pace:
    """Remembers what one watch of a transfer has seen, and says when the next report is due.

    report_interval : seconds between two reports; the first answer is reported at once
    """

    expected_files: int | None = None
    expected_bytes: int | None = None
    report_interval: float = 300.0
    _samples: deque[Sample] = field(default_factory=deque)
    _reported_at: dt.datetime | None = None

    def saw(self, document: Mapping[str, Any], *, now: dt.datetime) -> PaceReport | None:
        """Take in the answer to a poll; returns a report if one is due."""
        self._keep(Sample(now, _count(document, "bytes_transferred")))
        since = self._reported_at
        if since is not None and 0 <= (now - since).total_seconds() < self.report_interval:
            return None
        self._reported_at = now
        condition = str(document.get("nice_status") or "")
        return PaceReport(
            at=now.isoformat(),
            files=_count(document, "files_transferred"),
            files_skipped=_count(document, "files_skipped"),
            n_bytes=self._samples[-1].n_bytes,
            expected_files=self.expected_files,
            expected_bytes=self.expected_bytes,
            rate=rate_of(self._samples),
            faults=_count(document, "faults"),
            condition="" if condition in _USUAL else message(condition)[:40],
        )

    def _keep(self, sample: Sample) -> None:
        """Forget what is older than the window, and everything where the counter or the clock has gone back."""
        samples = self._samples
        if samples and (sample.at < samples[-1].at or sample.n_bytes < samples[-1].n_bytes):
            samples.clear()
        samples.append(sample)
        # One at or before the window's begin stays, so that the rate is over the whole window.
        while len(samples) > 2 and (sample.at - samples[1].at).total_seconds() >= WINDOW:
            samples.popleft()


def _count(document: Mapping[str, Any], key: str) -> int:
    value = document.get(key)
    return max(0, value) if isinstance(value, int) else 0
