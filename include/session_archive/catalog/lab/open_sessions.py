"""The lab's sessions of which a night may learn something, without those that are archived and gone from the rigs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from session_archive.catalog.database.connection import dj
from session_archive.catalog.lab.links import Links
from session_archive.catalog.lab.sessions import Lab
from session_archive.recording.cataloged import LinkedSessions
from session_archive.states.state import NO_DATE, LabSession

#: So many data sets are named in one statement.
_AT_ONCE = 500


class OpenSessionReader:
    """Reads the sessions of one type."""

    def __init__(self, lab: Lab, links: Links, data_set_type: str, *, expected: str, link_table: str) -> None:
        self._lab, self._links = lab, links
        self._type, self._expected, self._link_table = data_set_type, expected, link_table
        self._queries: list[Any] = []

    def read(
        self,
        *,
        data_sets: Collection[uuid.UUID],
        keys: Collection[Mapping[str, Any]],
        days: Iterable[tuple[str, dt.date]],
    ) -> LinkedSessions:
        """The expected sessions without a data set, those of `data_sets`, of `keys` and of `days`, sorted as all are.

        Each comes with all sessions of its subject and day, since the names of their folders depend on each other.

        days : subject, in any case, and rig-local date
        """
        link = self._links.table(self._link_table)
        found = self._sessions(lambda query: [_without(query, link)], linked=False)
        found += self._sessions(lambda query: _linked(query, link, list(data_sets)))
        if keys:
            found += self._sessions(lambda query: [query & list(keys)])
        requested: dict[str, set[dt.date]] = defaultdict(set)
        of_found = ((each.subject, each.date) for each in found if each.date != NO_DATE)
        for subject, date in (*days, *of_found):
            requested[subject.casefold()].add(date)
        found += self._sessions(lambda query: self._lab.of_days(query, requested))
        sessions = sorted({each.id: each for each in found}.values(), key=self._lab.order)
        return LinkedSessions(sessions, self._links.linked(self._link_table, within=self._queries))

    def _sessions(self, restrict: Callable[[Any], list[Any]], *, linked: bool = True) -> list[LabSession]:
        def kept(query: Any) -> list[Any]:
            queries = restrict(query)
            self._queries += queries if linked else []
            return queries

        return self._lab.expected_sessions(self._type, self._expected, restrict=kept)


def _without(query: Any, link: Any) -> Any:
    return query.restrict(dj.condition.Not(link.proj()), semantic_check=False)


def _linked(query: Any, link: Any, data_sets: Sequence[uuid.UUID]) -> list[Any]:
    parts = [data_sets[first : first + _AT_ONCE] for first in range(0, len(data_sets), _AT_ONCE)]
    return [
        query.restrict(
            link & "data_set_id IN ({})".format(", ".join(f"X'{each.hex}'" for each in part)),
            semantic_check=False,
        )
        for part in parts
    ]
