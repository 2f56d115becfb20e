"""The lab's sessions by SQL alone, as `sessions.Lab` reads them by DataJoint: for a command that only reads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from session_archive.catalog.database.plain import PlainConnection
from session_archive.catalog.lab.new_sessions import subjects_since, unchanged_since
from session_archive.catalog.lab.plain_conditions import Conditions, Where
from session_archive.catalog.lab.plain_tables import PlainTables, quoted
from session_archive.catalog.lab.references import is_table
from session_archive.catalog.lab.session_keys import ExpectedKey, ids_of
from session_archive.catalog.lab.session_rows import sessions_of, short_names
from session_archive.settings.tables import LabSettings
from session_archive.states.state import LabSession


class PlainLab:
    """What `state_counts.Counts` asks of the lab. Raises NeedsDataJointError where only DataJoint knows the answer."""

    def __init__(self, connection: PlainConnection, lab: LabSettings) -> None:
        self._connection, self._lab = connection, lab
        self._tables = PlainTables(connection, lab)
        self._conditions = Conditions(self._tables, lab)

    def expected_sessions(
        self, data_set_type: str, expected: str = "", *, only: Collection[Mapping[str, Any]] | None = None
    ) -> list[LabSession]:
        """As `Lab.expected_sessions`."""
        with self._tables.doubting():
            session, subject, shared = self._tables.session, self._tables.subject, self._tables.shared
            # Each once: the driver would rename a second column of the same name.
            columns = list(dict.fromkeys([self._lab.subject_name, *shared]))
            names = short_names(
                self._tables.rows(f"SELECT {quoted(columns)} FROM {subject.name}", subject),
                name=self._lab.subject_name,
                shared=shared,
            )
            where = self._conditions.of(expected)
            if only is not None:
                if not only:
                    return []
                keys = [tuple(_argument(each[name]) for name in session.key) for each in only]
                these = f"({quoted(session.key)}) IN %s"
                where = self._conditions.of(expected, also=[these], arguments=[keys])
            columns = [*session.key, *({*self._when(), *shared} - set(session.key))]
            rows = self._tables.rows(
                f"SELECT {quoted(columns)} FROM {session.name}{where.sql}", session, *where.arguments
            )
        return sessions_of(rows, key=session.key, lab=self._lab, shared=shared, names=names)

    def expected_keys(
        self,
        data_set_type: str,
        expected: str = "",
        *,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> dict[bytes, ExpectedKey]:
        """As `Lab.expected_keys`."""
        with self._tables.doubting():
            return self._keys(self._conditions.of(expected, subjects=subjects, dates=dates))

    def keys_where(self, expected: str, condition: str, arguments: Sequence[Any]) -> dict[bytes, ExpectedKey]:
        """As `expected_keys`, of the sessions that meet a condition in SQL."""
        with self._tables.doubting():
            return self._keys(self._conditions.of(expected, also=[f"({condition})"], arguments=arguments))

    @property
    def date(self) -> str:
        """The attribute of a session's date."""
        return self._lab.date

    @property
    def session_key(self) -> Sequence[str]:
        """The attributes of a session's primary key."""
        with self._tables.doubting():
            return self._tables.session.key

    def stored(self, name: str, value: Any) -> Any:
        """A value of this attribute of a session, as the server compares it; a uuid may be given as its text."""
        with self._tables.doubting():
            is_uuid = self._tables.session.columns[name] == "binary(16)"
        return uuid.UUID(str(value)).bytes if is_uuid else value

    def subjects_since(self, day: dt.date) -> list[dict[str, Any]]:
        """As `Lab.subjects_since`."""
        with self._tables.doubting():
            session, shared = self._tables.session, self._tables.shared
            return subjects_since(self._connection, session.name, shared=shared, date=self._lab.date, day=day)

    def is_unchanged(self, expected: str, *, read_at: int) -> bool:
        """As `Lab.is_unchanged`."""
        with self._tables.doubting():
            tables = [self._tables.session, *([self._tables.of(expected)] if is_table(expected) else [])]
            return unchanged_since(self._connection, [each.parts for each in tables], read_at=read_at)

    def days(
        self,
        expected: Collection[str],
        *,
        limit: int,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> list[dt.date]:
        """The newest days, newest first, with a session that one of these restrictions expects."""
        with self._tables.doubting():
            where = self._conditions.of_any(expected, subjects=subjects, dates=dates)
            rows = self._connection.query(
                f"SELECT DATE(`{self._lab.date}`) AS `day of` FROM {self._tables.session.name}{where.sql} "
                "GROUP BY `day of` ORDER BY `day of` DESC LIMIT %s",
                (*where.arguments, limit),
            ).fetchall()
        return [day for (day,) in rows if day]

    def subjects(
        self,
        expected: Collection[str],
        *,
        limit: int,
        offset: int = 0,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> list[str]:
        """The subjects that have such sessions, by name; as `days`."""
        with self._tables.doubting():
            session, subject, shared = self._tables.session, self._tables.subject, quoted(self._tables.shared)
            where = self._conditions.of_any(expected, subjects=subjects, dates=dates)
            name = f"`{self._lab.subject_name}`"
            rows = self._connection.query(
                f"SELECT DISTINCT {name} FROM {subject.name} WHERE ({shared}) IN "
                f"(SELECT {shared} FROM {session.name}{where.sql}) ORDER BY {name} LIMIT %s OFFSET %s",
                (*where.arguments, limit, offset),
            ).fetchall()
        return [str(each) for (each,) in rows if each is not None]

    def _keys(self, where: Where) -> dict[bytes, ExpectedKey]:
        session = self._tables.session
        names = sorted(session.key)
        # The start as one text: the driver takes longer to read a date than to read all the rest.
        rows = self._connection.query(
            f"SELECT {quoted(names)}, CONCAT_WS(' ', {quoted(self._when())}) AS `began of` "
            f"FROM {session.name}{where.sql} ORDER BY `began of`, {quoted(names)}",
            where.arguments,
        ).fetchall()
        return ids_of(names, rows)

    def _when(self) -> list[str]:
        return [name for name in (self._lab.date, self._lab.time) if name]


def _argument(value: Any) -> Any:
    return value.bytes if isinstance(value, uuid.UUID) else value
