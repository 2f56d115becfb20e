"""Which sessions are asked for, as conditions in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from session_archive.catalog.lab.plain_tables import NeedsDataJointError, PlainTables, quoted
from session_archive.catalog.lab.references import is_table
from session_archive.catalog.lab.spans import within
from session_archive.settings.tables import LabSettings


class Where(NamedTuple):
    """A clause, '' for all sessions, and the values in it."""

    sql: str
    arguments: tuple[Any, ...] = ()


class Conditions:
    """Conditions on the lab's sessions. Raises NeedsDataJointError for a restriction that is not as expected."""

    def __init__(self, tables: PlainTables, lab: LabSettings) -> None:
        self._tables, self._lab = tables, lab

    def of(
        self,
        expected: str,
        *,
        also: Sequence[str] = (),
        arguments: Sequence[Any] = (),
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> Where:
        """The sessions that a restriction expects.

        also, arguments : further conditions with their values
        subjects, dates : short names, inclusive spans of days; none for all
        """
        return self._where([*self._expected(expected), *also], arguments, subjects, dates)

    def of_any(
        self,
        expected: Collection[str],
        *,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> Where:
        """The sessions that one of these restrictions expects."""
        each = [self._expected(restriction) for restriction in expected]
        fits = [f"({' OR '.join(condition for [condition] in each)})"] if each and all(each) else []
        return self._where(fits, (), subjects, dates)

    def _expected(self, expected: str) -> list[str]:
        if not expected:
            return []
        if not is_table(expected):
            return [f"({expected.strip().replace('%', '%%')})"]
        table = self._tables.of(expected)
        common = sorted(set(self._tables.session.key) & set(table.columns))
        if not common:
            raise NeedsDataJointError(f"{expected} restricts nothing")
        return [f"({quoted(common)}) IN (SELECT {quoted(common)} FROM {table.name})"]

    def _where(
        self,
        conditions: Sequence[str],
        arguments: Sequence[Any],
        subjects: Collection[str],
        dates: Collection[tuple[dt.date, dt.date]],
    ) -> Where:
        every, values = list(conditions), list(arguments)
        if subjects:
            subject, shared = self._tables.subject, quoted(self._tables.shared)
            every.append(
                f"({shared}) IN (SELECT {shared} FROM {subject.name} WHERE `{self._lab.subject_name}` IN %s)"
            )
            values.append(list(subjects))
        if dates:
            days = " OR ".join(within(self._lab.date, first, last) for first, last in dates)
            every.append(f"({days})")
        return Where(f" WHERE {' AND '.join(every)}" if every else "", tuple(values))
