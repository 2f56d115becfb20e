"""AUDIT: what is known of a location, and what is looked at next, without a new look. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from printable_text.amounts import counted, size
from session_archive.assess.audit import CatalogedCopy, due, to_be_read
from session_archive.assess.proven_share import ProvenShare

#: So many of the data sets that are next are named.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class AuditOutlook:
    """A location, as audits know it.

    n_never  : data sets that no audit has looked at
    n_due    : data sets whose turn it is; `first` names those that are looked at next, with the time of their last look
    n_unread : data sets whose content is to be read, of `unread_bytes`
    """

    share: ProvenShare
    n_copies: int
    n_never: int
    n_due: int
    first: tuple[tuple[str, dt.datetime | None], ...]
    n_unread: int
    unread_bytes: int

    @classmethod
    def of(
        cls,
        copies: Sequence[CatalogedCopy],
        *,
        place: str,
        now: dt.datetime,
        every: dt.timedelta,
        within: dt.timedelta,
    ) -> AuditOutlook:
        """What the next audit of the location would choose from.

        every, within : as archive.toml says: `audit.listing_every`, `audit.proven_within`
        """
        next_ones = due(copies, now=now, every=every, requested=False)
        unread = to_be_read(copies, now=now, within=within)
        return cls(
            share=ProvenShare.of(copies, place=place, now=now, within=within),
            n_copies=len(copies),
            n_never=sum(copy.looked_at is None for copy in copies),
            n_due=len(next_ones),
            first=tuple((str(copy.name), copy.looked_at) for copy in next_ones[:_NAMED]),
            n_unread=len(unread),
            unread_bytes=sum(copy.n_bytes for copy in unread),
        )

    @property
    def lines(self) -> list[str]:
        """Lines to show."""
        place = self.share.place
        return [
            self.share.words,
            f"{place}: {self.n_due} of {counted(self.n_copies, 'data set')} to be looked at, {self.n_never} of them "
            f"for the first time; {counted(self.n_unread, 'data set')}, {size(self.unread_bytes)} to be read",
            *(
                f"  {name}: last looked at {f'{at:%Y-%m-%d %H:%M} UTC' if at else 'never'}"
                for name, at in self.first
            ),
            *([f"  and {self.n_due - len(self.first)} more"] if self.n_due > len(self.first) else []),
        ]
