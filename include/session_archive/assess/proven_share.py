"""How much of an archive was proven lately: its content read, or compared when it was sent. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from printable_text.amounts import size, span
from session_archive.assess.audit import CatalogedCopy


@dataclass(frozen=True, slots=True)
class ProvenShare:
    """The bytes at a location whose content was proven within some time before they were counted.

    counted_at : UTC
    """

    place: str
    counted_at: dt.datetime
    within: dt.timedelta
    n_bytes: int
    proven_bytes: int

    @classmethod
    def of(
        cls, copies: Iterable[CatalogedCopy], *, place: str, now: dt.datetime, within: dt.timedelta
    ) -> ProvenShare:
        """Add up the copies at a location; a damaged one is not proven."""
        total = proven = 0
        for copy in copies:
            total += copy.n_bytes
            if copy.proven_at and copy.proven_at >= now - within and not copy.damaged:
                proven += copy.n_bytes
        return cls(place, now, within, total, proven)

    @property
    def percent(self) -> int:
        """Rounded down: 100 only if all of it was proven."""
        return 100 if not self.n_bytes else self.proven_bytes * 100 // self.n_bytes

    @property
    def words(self) -> str:
        """`archive-ephys: 97 % of 12.0 TB proven within 365 days`."""
        within = span(self.within.total_seconds())
        return f"{self.place}: {self.percent} % of {size(self.n_bytes)} proven within {within}"
