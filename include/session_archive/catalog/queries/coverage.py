"""The states of some subjects on some days, for a calendar: as many rows are read as it shows, whatever is archived."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from session_archive.catalog.history.states import States
from session_archive.catalog.lab.session_keys import ExpectedKey
from session_archive.catalog.schema.layout import Layout
from session_archive.errors import NamingError
from session_archive.naming.session_name import DataSetName
from session_archive.states.overview import unseen
from session_archive.states.state import LabSession, State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.lab.plain_lab import PlainLab

Span = tuple[dt.date, dt.date]

#: States of data sets that stand for nothing any longer.
_OVER = frozenset({State.GONE, State.RETRIEVED})


class Coverage:
    """Reads days, subjects and states in pages.

    A data set that no expected session has, such as one that no session claims, belongs to the day and the subject in
    its own name.
    """

    def __init__(self, layout: Layout, lab: PlainLab, states: States) -> None:
        self._layout, self._lab, self._states = layout, lab, states
        self._apart_by: dict[str, dict[uuid.UUID, DataSetName]] = {}

    def days(
        self,
        kinds: Sequence[str],
        *,
        limit: int,
        subjects: Collection[str] = (),
        dates: Collection[Span] = (),
    ) -> list[dt.date]:
        """The newest days on which something was recorded or should have been, newest first."""
        days = set(self._lab.days(self._expected(kinds), limit=limit, subjects=subjects, dates=dates))
        days |= {
            name.session.date
            for name in self._names_apart(kinds)
            if (not subjects or name.session.subject in subjects)
            and (not dates or any(first <= name.session.date <= last for first, last in dates))
        }
        return sorted(days, reverse=True)[:limit]

    def subjects(
        self, kinds: Sequence[str], *, limit: int, offset: int, span: Span, subjects: Collection[str] = ()
    ) -> list[str]:
        """The subjects of these days by name; those that have no expected session follow at the end."""
        expected = self._expected(kinds)
        found = self._lab.subjects(expected, limit=limit, offset=offset, subjects=subjects, dates=[span])
        if len(found) == limit:
            return found
        apart = {
            name.session.subject
            for name in self._names_apart(kinds)
            if span[0] <= name.session.date <= span[1] and (not subjects or name.session.subject in subjects)
        }
        if apart:
            known = self._lab.subjects(expected, limit=len(apart), subjects=sorted(apart), dates=[span])
            found += sorted(apart - set(known))
        return found

    def rows(
        self, kinds: Sequence[str], *, subjects: Collection[str], span: Span
    ) -> Iterator[tuple[LabSession | None, StateRow]]:
        """Each expected data set, and what else is known of these subjects and days, without a session."""
        for kind in kinds:
            expected = self._lab.expected_keys(
                kind, self._layout.expected.get(kind, ""), subjects=subjects, dates=[span]
            )
            yield from self._of_sessions(kind, expected)
            apart = [
                target
                for target, name in self._apart(kind).items()
                if name.session.subject in subjects and span[0] <= name.session.date <= span[1]
            ]
            yield from ((None, row) for row in self._states.newest_rows(apart, kind))

    def unclaimed(self, kinds: Sequence[str]) -> list[StateRow]:
        """Recordings and left-out folders that no session claims."""
        return [row for kind in kinds for row in self._states.unclaimed(kind)]

    def _of_sessions(
        self, kind: str, expected: dict[bytes, ExpectedKey]
    ) -> Iterator[tuple[LabSession | None, StateRow]]:
        targets = [uuid.UUID(bytes=target) for target in expected]
        known = {row.target: row for row in self._states.newest_rows(targets, kind)}
        sessions = self._lab.expected_sessions(
            kind, self._layout.expected.get(kind, ""), only=[each.key for each in expected.values()]
        )
        for session in sessions:
            yield session, known.get(session.id) or unseen(kind, session)

    def _names_apart(self, kinds: Sequence[str]) -> Iterator[DataSetName]:
        for kind in kinds:
            yield from self._apart(kind).values()

    def _apart(self, kind: str) -> dict[uuid.UUID, DataSetName]:
        """The data sets that have a state of their own, not a session's."""
        if kind not in self._apart_by:
            named = {
                target: _name(each.data_set)
                for target, each in self._states.open(kind).items()
                if each.state not in _OVER
            }
            self._apart_by[kind] = {
                target: name for target, name in named.items() if name and name.id == target
            }
        return self._apart_by[kind]

    def _expected(self, kinds: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self._layout.expected.get(kind, "") for kind in kinds))


def _name(text: str) -> DataSetName | None:
    try:
        return DataSetName.parse(text) if text else None
    except NamingError:
        return None
