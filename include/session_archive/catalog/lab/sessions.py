"""The lab's own pipeline, read where archive.toml says; never written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from session_archive.catalog.database.connection import OwnConnection, clear_errors, dj, quiet
from session_archive.catalog.lab.attached_tables import LabTables, require_attribute
from session_archive.catalog.lab.new_sessions import subjects_since, unchanged_since
from session_archive.catalog.lab.references import is_table
from session_archive.catalog.lab.session_keys import ExpectedKey, ids_of
from session_archive.catalog.lab.session_queries import SessionQueries, ShortNames
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.lab.session_rows import sessions_of, shared_attributes, short_names
from session_archive.catalog.lab.spans import within
from session_archive.catalog.schema.restriction import plain
from session_archive.errors import CatalogError
from session_archive.settings.tables import LabSettings
from session_archive.states.state import LabSession

#: So many subjects are named in one statement.
_AT_ONCE = 200


class Lab:
    """The lab's session and subject tables, attached by settings."""

    def __init__(self, connection: OwnConnection, lab: LabSettings) -> None:
        self._connection, self.settings = connection, lab
        self.table = LabTables(connection).table

    @property
    def session_table(self) -> Any:
        """The table whose keys the link tables contain. Raises CatalogError, naming the setting, if it is missing."""
        return self.table(self.settings.session, setting="lab.session")

    def expected_sessions(
        self,
        data_set_type: str,
        expected: str = "",
        *,
        only: Collection[Mapping[str, Any]] | None = None,
        restrict: Callable[[Any], Sequence[Any]] | None = None,
        names: ShortNames | None = None,
    ) -> list[LabSession]:
        """The sessions that should have a data set of this type, sorted by date, subject and time.

        A session whose subject has no short name, or several, is included: with subject '' or 'A, B', which no
        folder matches, so that the session is reported and not guessed.

        expected : '' for all | a restriction of the session table | 'database.Table' that restricts it
        only     : keys of these sessions only; None for all
        restrict : makes of the query those that together select the sessions; None for all
        names    : of all subjects, if they were read already
        """
        with self._reading(data_set_type, expected) as setting:
            session, lab = self.session_table(), self.settings
            subject, shared = self._subject(session)
            query = self._expected_query(setting, expected)
            if only is not None:
                query = query & list(only)
            columns = {lab.date, lab.time, *shared} - {None, *query.primary_key}
            parts = [query] if restrict is None else restrict(query)
            rows = [row for part in parts for row in part.proj(*columns).to_dicts()]
            if names is None:
                of_rows = {tuple(row[name] for name in shared): None for row in rows}
                names = self._names(subject, shared, of=of_rows if len(of_rows) <= _AT_ONCE else None)
        return sessions_of(rows, key=session.primary_key, lab=lab, shared=shared, names=names.of)

    def of_key(self, key: Mapping[str, str]) -> list[LabSession]:
        """The session of this primary key, its values as people write them; [] if there is none.

        raises : CatalogError for a value that the database would read as another one
        """
        session = self.session_table()
        # DataJoint would ignore an unknown name, and select by the others.
        if set(key) != set(session.primary_key):
            return []
        return self.expected_sessions("", only=[plain(key, session)])

    def short_names(self) -> ShortNames:
        """The short names of all subjects."""
        return self._names(*self._subject(self.session_table()))

    def count(self) -> int:
        """How many sessions the lab has, expected or not."""
        return len(self.session_table())

    def subjects_since(self, day: dt.date, *, shared: Sequence[str]) -> list[dict[str, Any]]:
        """The subjects of sessions of this day or later, expected or not."""
        table = self.session_table.full_table_name
        return subjects_since(self._connection, table, shared=shared, date=self.settings.date, day=day)

    def entered_since(self, data_set_type: str, expected: str, review: SessionReview) -> list[LabSession]:
        """The expected sessions of the days after a review and shortly before."""
        names, day = self.short_names(), review.entered_since
        subjects = self.subjects_since(day, shared=names.shared)
        by = SessionQueries(self.settings, names)
        return self.expected_sessions(
            data_set_type, expected, restrict=lambda query: by.since(query, subjects, day), names=names
        )

    def is_unchanged(self, expected: str, *, read_at: int) -> bool:
        """True if the server knows that no session was entered or became expected since it was read."""
        tables = [self.session_table]
        if is_table(expected):
            tables.append(self.table(expected, setting="expected"))
        names = [(each.database, each.table_name) for each in tables]
        return unchanged_since(self._connection, names, read_at=read_at)

    def expected_keys(
        self,
        data_set_type: str,
        expected: str = "",
        *,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
    ) -> dict[bytes, ExpectedKey]:
        """The ids and keys alone of the sessions that should have a data set of this type; the oldest first.

        Far faster than `expected_sessions`, since it reads no names: a hundred thousand in less than a second.

        subjects : short names; none for all
        dates    : inclusive spans of rig-local dates; none for all
        """
        with self._reading(data_set_type, expected) as setting:
            session, lab = self.session_table(), self.settings
            query = self._expected_query(setting, expected)
            if subjects:
                subject = self.table(lab.subject, setting="lab.subject")()
                named = subject & [{lab.subject_name: name} for name in subjects]
                shared = self._shared(session, subject)
                query = query.restrict(dj.U(*shared) & named, semantic_check=False)
            if dates:
                query = query & [within(lab.date, first, last) for first, last in dates]
            names = sorted(session.primary_key)
            when = [name for name in (lab.date, lab.time) if name]
            columns = ", ".join(f"`{name}`" for name in names)
            # The start as one text: the driver takes longer to read a date than to read all the rest.
            rows = self._connection.query(
                f"SELECT {columns}, CONCAT_WS(' ', {', '.join(f'`{name}`' for name in when)}) AS `began of` "
                f"FROM ({query.make_sql([*names, *(name for name in when if name not in names)])}) AS `expected` "
                f"ORDER BY `began of`, {columns}"
            ).fetchall()
        return ids_of(names, rows)

    @contextmanager
    def _reading(self, data_set_type: str, expected: str) -> Iterator[str]:
        """Read sessions; yields the setting's name. Every failure becomes a CatalogError that names it."""
        setting = f"data_sets.{data_set_type}.expected"
        with clear_errors(where=self._connection.where, user=self._connection.conn_info["user"]), quiet():
            try:
                yield setting
            except (dj.errors.LostConnectionError, dj.errors.AccessError):
                raise
            except dj.errors.DataJointError as error:
                raise CatalogError(
                    f"{setting}: {expected!r} is not a restriction of {self.settings.session}: "
                    f"{error.args[0]}; there are {', '.join(self.session_table().heading.names)}"
                ) from error

    def _expected_query(self, setting: str, expected: str) -> Any:
        session, lab = self.session_table, self.settings
        kinds = ("date",) if lab.time else ("datetime", "timestamp")
        require_attribute(session, lab.date, setting="lab.date", kinds=kinds)
        if lab.time:
            require_attribute(session, lab.time, setting="lab.time", kinds=("time",))
        return session().restrict(self._restriction(session(), expected, setting), semantic_check=False)

    def _restriction(self, session: Any, expected: str, setting: str) -> Any:
        if not is_table(expected):
            return expected or True
        table = self.table(expected, setting=setting)()
        common = sorted(set(session.primary_key) & set(table.heading.names))
        if not common:
            raise CatalogError(
                f"{setting}: {expected} shares no key with {self.settings.session}, so it would restrict nothing"
            )
        # By the key alone: other attributes of the lab may have equal names and mean something else.
        return dj.U(*common) & table

    def _subject(self, session: Any) -> tuple[Any, list[str]]:
        """The table of subjects, and the attributes that session and subject share."""
        subject = self.table(self.settings.subject, setting="lab.subject")()
        require_attribute(subject, self.settings.subject_name, setting="lab.subject_name")
        return subject, self._shared(session, subject)

    def _names(
        self, subject: Any, shared: list[str], *, of: Collection[tuple[Any, ...]] | None = None
    ) -> ShortNames:
        """The short names by the values of the shared attributes.

        of : only these values; None for all
        """
        if of is not None:
            subject = subject & [dict(zip(shared, values, strict=True)) for values in of]
        name = self.settings.subject_name
        rows = subject.proj(*{name, *shared} - set(subject.primary_key)).to_dicts()
        return ShortNames(shared, short_names(rows, name=name, shared=shared))

    def _shared(self, session: Any, subject: Any) -> list[str]:
        shared = shared_attributes(
            session=session.heading.names,
            session_key=session.primary_key,
            subject=subject.heading.names,
            subject_key=subject.primary_key,
        )
        if not shared:
            raise CatalogError(
                f"lab.subject: {self.settings.subject} shares no key with {self.settings.session}"
            )
        return shared
