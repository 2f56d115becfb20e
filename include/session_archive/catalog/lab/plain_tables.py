"""The lab's tables as the server describes them, without DataJoint."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.database.driver import driver
from session_archive.catalog.database.plain import PlainConnection
from session_archive.catalog.lab.references import is_table, sql_names
from session_archive.catalog.lab.session_rows import shared_attributes
from session_archive.settings.tables import LabSettings

#: "Unknown column", and "not unique": what a restriction of the lab's can be wrong about, and no server trouble.
_NOT_UNDERSTOOD = {1052, 1054}


class NeedsDataJointError(Exception):
    """The lab's tables or settings are not as this reader expects; DataJoint reads them, or says what is wrong."""


@dataclass(frozen=True, slots=True)
class Table:
    """name : quoted; columns : name -> type, as the server writes it."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def parts(self) -> tuple[str, str]:
        """Its database and its name in it."""
        database, name = self.name.strip("`").split("`.`")
        return database, name


class PlainTables:
    """The tables that archive.toml names, each described once. Raises NeedsDataJointError where one is not as said."""

    def __init__(self, connection: PlainConnection, lab: LabSettings) -> None:
        self._connection, self._lab = connection, lab
        self._tables: dict[str, Table] = {}

    @property
    def session(self) -> Table:
        """With the attributes of date and time."""
        session, lab = self.of(self._lab.session), self._lab
        expected = [(lab.date, ("date",) if lab.time else ("datetime", "timestamp"))]
        for name, kinds in [*expected, *([(lab.time, ("time",))] if lab.time else [])]:
            if re.split(r"\W", session.columns.get(name, ""))[0] not in kinds:
                raise NeedsDataJointError(f"{session.name} has no {name} of the expected type")
        return session

    @property
    def subject(self) -> Table:
        """With the attribute of the short name."""
        subject = self.of(self._lab.subject)
        if self._lab.subject_name not in subject.columns:
            raise NeedsDataJointError(f"{subject.name} has no {self._lab.subject_name}")
        return subject

    @property
    def shared(self) -> list[str]:
        """The attributes by which a session belongs to its subject."""
        session, subject = self.session, self.subject
        shared = shared_attributes(
            session=session.columns, session_key=session.key, subject=subject.columns, subject_key=subject.key
        )
        if not shared:
            raise NeedsDataJointError(f"{subject.name} shares no key with {session.name}")
        return shared

    def of(self, reference: str) -> Table:
        """The table of archive.toml's 'database.Table'."""
        if reference not in self._tables:
            self._tables[reference] = self._found(reference)
        return self._tables[reference]

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """A query that the server refuses, such as of a wrong restriction, has its explanation from DataJoint."""
        with self._connection.clear_errors():
            try:
                yield
            except (driver.err.ProgrammingError, driver.err.OperationalError, driver.err.DataError) as error:
                if isinstance(error, driver.err.OperationalError) and error.args[0] not in _NOT_UNDERSTOOD:
                    raise
                raise NeedsDataJointError(str(error)) from error

    def rows(self, sql: str, table: Table, *arguments: Any) -> list[dict[str, Any]]:
        """Rows as DataJoint gives them, with a uuid where a column has 16 bytes."""
        rows = self._connection.query(sql, arguments, as_dict=True).fetchall()
        uuids = [name for name in (rows[0] if rows else ()) if table.columns[name] == "binary(16)"]
        return [{**row, **{name: uuid.UUID(bytes=row[name]) for name in uuids if row[name]}} for row in rows]

    def _found(self, reference: str) -> Table:
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
        return Table(f"`{database}`.`{known[0][0]}`", key, {row[1]: str(row[3]).lower() for row in known})


def quoted(names: Collection[str]) -> str:
    """`a`, `b`."""
    return ", ".join(f"`{name}`" for name in names)
