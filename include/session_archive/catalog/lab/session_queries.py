"""Queries of the lab's sessions by what identifies some of them, each of which an index can serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from session_archive.catalog.database.connection import dj
from session_archive.settings.tables import LabSettings

#: So many subjects, or sessions, are named in one statement.
_AT_ONCE = 200


class ShortNames(NamedTuple):
    """The attributes that session and subject share, and the short names by their values."""

    shared: list[str]
    of: Mapping[tuple[Any, ...], str]


def parts_of(query: Any, conditions: Iterable[Any]) -> list[Any]:
    """Queries of the rows that meet one of these conditions, each of few; none if there are none."""
    every = list(conditions)
    return [query & every[first : first + _AT_ONCE] for first in range(0, len(every), _AT_ONCE)]


class SessionQueries:
    """Each takes a query of sessions and returns those that together select what is asked for.

    Names of subjects are in lower case (`str.casefold`).
    """

    def __init__(self, lab: LabSettings, names: ShortNames) -> None:
        self._lab, self._names = lab, names

    def of_days(self, query: Any, days: Mapping[str, Collection[dt.date]]) -> list[Any]:
        """By subject and date."""
        return parts_of(
            query, [dj.AndList([key, self._on(days[name])]) for key, name in self._named(days.keys())]
        )

    def of_subjects(self, query: Any, subjects: Collection[str]) -> list[Any]:
        """By subject."""
        return parts_of(query, [key for key, _ in self._named(subjects)])

    def since(self, query: Any, subjects: Iterable[Mapping[str, Any]], day: dt.date) -> list[Any]:
        """By subject, on this day or later.

        subjects : by the attributes that session and subject share
        """
        later = f"`{self._lab.date}` >= '{day}'"
        return parts_of(query, [dj.AndList([dict(subject), later]) for subject in subjects])

    def _named(self, subjects: Collection[str]) -> list[tuple[dict[str, Any], str]]:
        return [
            (dict(zip(self._names.shared, key, strict=True)), folded)
            for key, name in self._names.of.items()
            if (folded := name.casefold()) in subjects
        ]

    def _on(self, dates: Collection[dt.date]) -> str:
        """The condition that a session is of one of these days; an index on the date can serve it."""
        date = f"`{self._lab.date}`"
        if self._lab.time:
            days = ", ".join(f"'{day}'" for day in sorted(dates))
            return f"{date} IN ({days})"
        spans = (f"{date} >= '{day}' AND {date} < '{day}' + INTERVAL 1 DAY" for day in sorted(dates))
        return " OR ".join(f"({span})" for span in spans)
