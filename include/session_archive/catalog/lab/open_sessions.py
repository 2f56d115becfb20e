"""The lab's sessions of which a night may learn something, without those that are archived and gone from the rigs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from session_archive.catalog.database.connection import dj
from session_archive.catalog.lab.links import Links
from session_archive.catalog.lab.session_queries import SessionQueries, parts_of
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.lab.session_rows import in_order
from session_archive.catalog.lab.sessions import Lab
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import LinkedSessions
from session_archive.states.state import NO_DATE, LabSession

#: So many data sets are named in one statement.
_AT_ONCE = 500


class OpenSessionReader:
    """Reads the sessions of one type."""

    def __init__(self, lab: Lab, links: Links, data_set_type: str, *, expected: str, link_table: str) -> None:
        self._lab, self._links = lab, links
        self._type, self._expected, self._link_table = data_set_type, expected, link_table
        self._names = lab.short_names()
        self._by = SessionQueries(lab.settings, self._names)
        self._queries: list[Any] = []

    def read(
        self,
        *,
        data_sets: Collection[DataSetName],
        keys: Collection[Mapping[str, Any]],
        days: Iterable[tuple[str, dt.date]],
        review: SessionReview | None,
    ) -> LinkedSessions:
        """The expected sessions without a data set, those of `data_sets`, of `keys` and of `days`, sorted as all are.

        Each comes with all sessions of its subject and day, since the names of their folders depend on each other.

        days   : subject, in any case, and rig-local date of the folders on the rigs
        review : where there is one, sessions without a data set are those that it lists, those of the subjects of
                 `days`, and those that may have been entered since
        """
        folders = list(days)
        link = self._links.table(self._link_table)
        found = self._without_data_set(folders, review)
        ids = [each.id for each in data_sets]
        found += self._sessions(lambda query: _linked(query, link, ids))
        found += self._sessions(lambda query: parts_of(query, keys))
        dates: dict[str, set[dt.date]] = defaultdict(set)
        of_found = ((each.subject, each.date) for each in found if each.date != NO_DATE)
        of_names = ((each.session.subject, each.session.date) for each in data_sets)
        for subject, date in (*folders, *of_names, *of_found):
            dates[subject.casefold()].add(date)
        found += self._sessions(lambda query: self._by.of_days(query, dates))
        sessions = sorted({each.id: each for each in found}.values(), key=in_order)
        return LinkedSessions(sessions, self._links.linked(self._link_table, within=self._queries))

    def _without_data_set(
        self, folders: Sequence[tuple[str, dt.date]], review: SessionReview | None
    ) -> list[LabSession]:
        if review is None:
            link = self._links.table(self._link_table)
            return self._sessions(lambda query: [_without(query, link)], linked=False)
        candidates = self._sessions(lambda query: self._candidates(query, folders, review), linked=False)
        linked = self._links.linked_among(self._link_table, [each.key for each in candidates])
        return [each for each in candidates if each.id not in linked]

    def _candidates(
        self, query: Any, folders: Sequence[tuple[str, dt.date]], review: SessionReview
    ) -> list[Any]:
        """Among these are all sessions without a data set that a run must know of."""
        return [
            *parts_of(query, [key for key in review.sessions.values() if key]),
            *self._by.of_subjects(query, {subject.casefold() for subject, _ in folders}),
            *self._entered(query, review),
        ]

    def _entered(self, query: Any, review: SessionReview) -> list[Any]:
        if self._lab.is_unchanged(self._expected, read_at=review.read_at):
            return []
        subjects = self._lab.subjects_since(review.entered_since, shared=self._names.shared)
        return self._by.since(query, subjects, review.entered_since)

    def _sessions(self, restrict: Callable[[Any], list[Any]], *, linked: bool = True) -> list[LabSession]:
        def kept(query: Any) -> list[Any]:
            queries = restrict(query)
            self._queries += queries if linked else []
            return queries

        return self._lab.expected_sessions(self._type, self._expected, restrict=kept, names=self._names)


def without_data_set(
    lab: Lab, links: Links, data_set_type: str, *, expected: str, link_table: str
) -> list[LabSession]:
    """All expected sessions without a data set: compares every key of the lab with the link table."""
    link = links.table(link_table)
    return lab.expected_sessions(data_set_type, expected, restrict=lambda query: [_without(query, link)])


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
