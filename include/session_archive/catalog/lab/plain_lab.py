"""The lab's sessions by SQL alone, as `sessions.Lab` reads them by DataJoint: for a command that only reads."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.database.driver import driver
from session_archive.catalog.database.plain import PlainConnection
from session_archive.catalog.lab.new_sessions import subjects_since, unchanged_since
from session_archive.catalog.lab.references import is_table, sql_names
from session_archive.catalog.lab.session_keys import ExpectedKey, ids_of
from session_archive.catalog.lab.session_rows import sessions_of, shared_attributes, short_names
from session_archive.settings.tables import LabSettings
from session_archive.states.state import LabSession


class NeedsDataJointError(Exception):
    """The lab's tables or settings are not as this reader expects; DataJoint reads them, or says what is wrong."""


@dataclass(frozen=True, slots=True)
class _Table:
    """name : quoted; columns : name -> type, as the server writes it."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]


class PlainLab:
    """What `state_counts.Counts` asks of the lab. Raises NeedsDataJointError where only DataJoint knows the answer."""

    def __init__(self, connection: PlainConnection, lab: LabSettings) -> None:
        self._connection, self._lab = connection, lab
        self._tables: dict[str, _Table] = {}

    def expected_sessions(
        self, data_set_type: str, expected: str = "", *, only: Collection[Mapping[str, Any]] | None = None
    ) -> list[LabSession]:
        """As `Lab.expected_sessions`."""
        with self._doubting():
            session, subject = self._session(), self._table(self._lab.subject)
            shared = self._shared(session, subject)
            # Each once: the driver would rename a second column of the same name.
            columns = list(dict.fromkeys([self._name(subject), *shared]))
            names = short_names(
                self._rows(f"SELECT {_quoted(columns)} FROM {subject.name}", subject),
                name=self._lab.subject_name,
                shared=shared,
            )
            conditions = self._conditions(session, expected)
            arguments: list[Any] = []
            if only is not None:
                if not only:
                    return []
                conditions.append(f"({_quoted(session.key)}) IN %s")
                arguments.append([tuple(_argument(each[name]) for name in session.key) for each in only])
            columns = [*session.key, *({*self._when(), *shared} - set(session.key))]
            rows = self._rows(
                f"SELECT {_quoted(columns)} FROM {session.name}{_where(conditions)}", session, *arguments
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
        with self._doubting():
            session = self._session()
            conditions = self._conditions(session, expected)
            arguments: list[Any] = []
            self._restrict(conditions, arguments, session, subjects=subjects, dates=dates)
            return self._keys(session, conditions, arguments)

    def keys_where(self, expected: str, condition: str, arguments: Sequence[Any]) -> dict[bytes, ExpectedKey]:
        """As `expected_keys`, of the sessions that meet a condition in SQL."""
        with self._doubting():
            session = self._session()
            return self._keys(session, [*self._conditions(session, expected), f"({condition})"], arguments)

    @property
    def date(self) -> str:
        """The attribute of a session's date."""
        return self._lab.date

    @property
    def session_key(self) -> Sequence[str]:
        """The attributes of a session's primary key."""
        with self._doubting():
            return self._session().key

    def stored(self, name: str, value: Any) -> Any:
        """A value of this attribute of a session, as the server compares it; a uuid may be given as its text."""
        with self._doubting():
            is_uuid = self._session().columns[name] == "binary(16)"
        return uuid.UUID(str(value)).bytes if is_uuid else value

    def subjects_since(self, day: dt.date) -> list[dict[str, Any]]:
        """As `Lab.subjects_since`."""
        with self._doubting():
            session = self._session()
            shared = self._shared(session, self._table(self._lab.subject))
            return subjects_since(self._connection, session.name, shared=shared, date=self._lab.date, day=day)

    def is_unchanged(self, expected: str, *, read_at: int) -> bool:
        """As `Lab.is_unchanged`."""
        with self._doubting():
            tables = [self._session(), *([self._table(expected)] if is_table(expected) else [])]
            names = [
                (database, name) for database, name in (each.name.strip("`").split("`.`") for each in tables)
            ]
            return unchanged_since(self._connection, names, read_at=read_at)

    def _keys(
        self, session: _Table, conditions: Sequence[str], arguments: Sequence[Any]
    ) -> dict[bytes, ExpectedKey]:
        names = sorted(session.key)
        # The start as one text: the driver takes longer to read a date than to read all the rest.
        rows = self._connection.query(
            f"SELECT {_quoted(names)}, CONCAT_WS(' ', {_quoted(self._when())}) AS `began of` "
            f"FROM {session.name}{_where(conditions)} ORDER BY `began of`, {_quoted(names)}",
            arguments,
        ).fetchall()
        return ids_of(names, rows)

    def days(
        self,
        expected: Collection[str],
        *,
        limit: int,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> list[dt.date]:
        """The newest days, newest first, with a session that one of these restrictions expects."""
        with self._doubting():
            session = self._session()
            conditions, arguments = self._any(session, expected), list[Any]()
            self._restrict(conditions, arguments, session, subjects=subjects, dates=dates)
            rows = self._connection.query(
                f"SELECT DATE(`{self._lab.date}`) AS `day of` FROM {session.name}{_where(conditions)} "
                "GROUP BY `day of` ORDER BY `day of` DESC LIMIT %s",
                (*arguments, limit),
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
        with self._doubting():
            session, subject = self._session(), self._table(self._lab.subject)
            shared = _quoted(self._shared(session, subject))
            conditions, arguments = self._any(session, expected), list[Any]()
            self._restrict(conditions, arguments, session, subjects=subjects, dates=dates)
            name = f"`{self._name(subject)}`"
            rows = self._connection.query(
                f"SELECT DISTINCT {name} FROM {subject.name} WHERE ({shared}) IN "
                f"(SELECT {shared} FROM {session.name}{_where(conditions)}) ORDER BY {name} LIMIT %s OFFSET %s",
                (*arguments, limit, offset),
            ).fetchall()
        return [str(each) for (each,) in rows if each is not None]

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """A query that the server refuses, such as of a wrong restriction, has its explanation from DataJoint."""
        with self._connection.clear_errors():
            try:
                yield
            except (driver.err.ProgrammingError, driver.err.OperationalError, driver.err.DataError) as error:
                if isinstance(error, driver.err.OperationalError) and error.args[0] not in _NOT_UNDERSTOOD:
                    raise
                raise NeedsDataJointError(str(error)) from error

    def _session(self) -> _Table:
        session, lab = self._table(self._lab.session), self._lab
        expected = [(lab.date, ("date",) if lab.time else ("datetime", "timestamp"))]
        for name, kinds in [*expected, *([(lab.time, ("time",))] if lab.time else [])]:
            if re.split(r"\W", session.columns.get(name, ""))[0] not in kinds:
                raise NeedsDataJointError(f"{session.name} has no {name} of the expected type")
        return session

    def _table(self, reference: str) -> _Table:
        if reference not in self._tables:
            self._tables[reference] = self._found(reference)
        return self._tables[reference]

    def _found(self, reference: str) -> _Table:
        if not is_table(reference):
            raise NeedsDataJointError(f"{reference!r} is not a table")
        database, names = sql_names(reference)
        rows = self._connection.query(
            "SELECT table_name, column_name, column_key, column_type FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name IN %s ORDER BY ordinal_position",
            (database, names),
        ).fetchall()
        # DataJoint hides what begins with a line.
        known = [row for row in rows if row[0] in names and not row[1].startswith("_")]
        key = tuple(row[1] for row in known if row[2] == "PRI")
        if len({row[0] for row in known}) != 1 or not key:
            raise NeedsDataJointError(f"{reference!r} is not one table with a key")
        return _Table(f"`{database}`.`{known[0][0]}`", key, {row[1]: str(row[3]).lower() for row in known})

    def _conditions(self, session: _Table, expected: str) -> list[str]:
        if not expected:
            return []
        if not is_table(expected):
            return [f"({expected.strip().replace('%', '%%')})"]
        table = self._table(expected)
        common = sorted(set(session.key) & set(table.columns))
        if not common:
            raise NeedsDataJointError(f"{expected} restricts nothing")
        return [f"({_quoted(common)}) IN (SELECT {_quoted(common)} FROM {table.name})"]

    def _any(self, session: _Table, expected: Collection[str]) -> list[str]:
        """The condition that a session fits one of these restrictions."""
        each = [self._conditions(session, restriction) for restriction in expected]
        return [f"({' OR '.join(condition for [condition] in each)})"] if each and all(each) else []

    def _restrict(
        self,
        conditions: list[str],
        arguments: list[Any],
        session: _Table,
        *,
        subjects: Collection[str],
        dates: Collection[tuple[dt.date, dt.date]],
    ) -> None:
        if subjects:
            subject = self._table(self._lab.subject)
            shared = _quoted(self._shared(session, subject))
            conditions.append(
                f"({shared}) IN (SELECT {shared} FROM {subject.name} WHERE `{self._name(subject)}` IN %s)"
            )
            arguments.append(list(subjects))
        if dates:
            days = " OR ".join([f"DATE(`{self._lab.date}`) BETWEEN %s AND %s"] * len(dates))
            conditions.append(f"({days})")
            arguments += [day for span in dates for day in span]

    def _shared(self, session: _Table, subject: _Table) -> list[str]:
        shared = shared_attributes(
            session=session.columns, session_key=session.key, subject=subject.columns, subject_key=subject.key
        )
        if not shared:
            raise NeedsDataJointError(f"{subject.name} shares no key with {session.name}")
        return shared

    def _name(self, subject: _Table) -> str:
        if self._lab.subject_name not in subject.columns:
            raise NeedsDataJointError(f"{subject.name} has no {self._lab.subject_name}")
        return self._lab.subject_name

    def _when(self) -> list[str]:
        return [name for name in (self._lab.date, self._lab.time) if name]

    def _rows(self, sql: str, table: _Table, *arguments: Any) -> list[dict[str, Any]]:
        """Rows as DataJoint gives them, with a uuid where a column has 16 bytes."""
        rows = self._connection.query(sql, arguments, as_dict=True).fetchall()
        uuids = [name for name in (rows[0] if rows else ()) if table.columns[name] == "binary(16)"]
        return [{**row, **{name: uuid.UUID(bytes=row[name]) for name in uuids if row[name]}} for row in rows]


#: "Unknown column", and "not unique": what a restriction of the lab's can be wrong about, and no server trouble.
_NOT_UNDERSTOOD = {1052, 1054}


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _argument(value: Any) -> Any:
    return value.bytes if isinstance(value, uuid.UUID) else value
