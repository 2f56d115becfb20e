"""Which sessions a run is for: subjects, dates, kinds, a limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from session_archive.errors import ArchiveError
from session_archive.naming.session_name import SessionName


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection of sessions; nothing given means everything.

    dates : inclusive spans of rig-local dates
    limit : at most so many data sets in this run; None for the settings' own limit
    """

    subjects: frozenset[str] = frozenset()
    dates: tuple[tuple[dt.date, dt.date], ...] = ()
    kinds: frozenset[str] = frozenset()
    limit: int | None = None
    dry_run: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, kinds: Sequence[str]) -> Selection:
        """Read a run's params. Raises ArchiveError, naming the param that is wrong.

        kinds : the data set types of archive.toml
        """
        requested = frozenset(_texts(params, "kinds"))
        if unknown := sorted(requested - set(kinds)):
            raise ArchiveError(
                f"param kinds: {unknown[0]!r} is not in archive.toml; there are {', '.join(kinds)}"
            )
        return cls(
            subjects=frozenset(_texts(params, "subjects")),
            dates=tuple(_span(text) for text in _texts(params, "dates")),
            kinds=requested or frozenset(kinds),
            limit=params.get("limit") or None,
            dry_run=bool(params.get("dry_run")),
        )

    def wants_session(self, session: SessionName) -> bool:
        """True if subject and date are among those selected."""
        return self.wants(subject=session.subject, date=session.date)

    def wants(self, *, subject: str, date: dt.date) -> bool:
        """True if subject and date are among those selected."""
        if self.subjects and subject not in self.subjects:
            return False
        return not self.dates or any(first <= date <= last for first, last in self.dates)


def _texts(params: Mapping[str, Any], name: str) -> list[str]:
    values = params.get(name) or []
    if isinstance(values, str):
        values = values.split(",")
    return [text for value in values if (text := str(value).strip())]


def _span(text: str) -> tuple[dt.date, dt.date]:
    first, dots, last = text.partition("..")
    try:
        span = dt.date.fromisoformat(first), dt.date.fromisoformat(last if dots else first)
    except ValueError:
        raise ArchiveError(
            f"param dates: {text!r} is not a date; expected YYYY-MM-DD, or YYYY-MM-DD..YYYY-MM-DD"
        ) from None
    if span[0] > span[1]:
        raise ArchiveError(f"param dates: {text!r} ends before it begins")
    return span
