"""The open catalog: tables, reading, and writing in short transactions under a named lock."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, TypeVar

from printable_text import printable
from session_archive import clock
from session_archive.catalog.schema.layout import Layout
from session_archive.catalog.schema.limits import SCHEMA_VERSION
from session_archive.errors import CatalogError, CatalogUnavailableError

log = logging.getLogger(__name__)

_Read = TypeVar("_Read")

#: Seconds to wait for another task's short transaction.
LOCK_WAIT = 60

#: Rows in one INSERT, and bytes in one piece: both stay below 16 MiB, the smallest usual max_allowed_packet.
ROWS, PIECE = 2000, 1 << 20

EPOCH = dt.datetime(1970, 1, 1)


class Store:
    """The catalog's tables over one connection; `bound_store` opens and checks them.

    connection    : an OwnConnection; a PlainConnection to read only
    tables, links : DataJoint's classes by name; for a PlainConnection, what has their `full_table_name` alone
    """

    def __init__(
        self, connection: Any, layout: Layout, *, tables: SimpleNamespace, links: Mapping[str, Any]
    ) -> None:
        self.connection, self.layout = connection, layout
        self.tables, self.links = tables, dict(links)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read; every failure becomes a CatalogError."""
        with self.connection.clear_errors():
            yield

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Write in one transaction, of which all or nothing is kept; no other task writes `what` meanwhile.

        The lock comes first, so that the transaction sees what the one before it committed. Do not nest: DataJoint
        would roll back the outer transaction and go on.
        """
        with self.reading(), self._lock(what), self.connection.transaction:
            yield

    @contextmanager
    def _lock(self, what: str) -> Iterator[None]:
        # A server's lock names are shared by all its databases, and at most 64 characters long.
        written = hashlib.sha1(f"{self.layout.database} {what}".encode(), usedforsecurity=False)
        name = f"archive {written.hexdigest()}"
        if not self.connection.query("SELECT GET_LOCK(%s, %s)", (name, LOCK_WAIT)).fetchone()[0]:
            raise CatalogUnavailableError(
                f"another task has been writing {what} for over {LOCK_WAIT} s; try again later"
            )
        try:
            yield
        finally:
            self.connection.query("SELECT RELEASE_LOCK(%s)", (name,))

    def rows(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """The rows of a SELECT; uuids come as 16 bytes. Faster than DataJoint for many rows."""
        return list(self.connection.query(sql, arguments, as_dict=True).fetchall())


def require_version(connection: Any, database: str) -> None:
    """Raise CatalogError unless the catalog is installed in this package's schema version."""
    where = f"the catalog {database} at {connection.conn_info['host']}:{connection.conn_info['port']}"
    (version,) = connection.query(f"SELECT MAX(schema_version) FROM `{database}`.`schema_version`").fetchone()
    if version is None:
        raise CatalogError(f"{where} is not completely installed; run `session-archive setup`")
    if version < SCHEMA_VERSION:
        raise CatalogError(
            f"{where} has schema version {version}, but this package needs {SCHEMA_VERSION}; "
            "run `session-archive setup --upgrade`"
        )
    if version > SCHEMA_VERSION:
        raise newer_catalog(where, database, version)


def newer_catalog(where: str, database: str, version: int) -> CatalogError:
    """The error of a version that this package does not know; every command that meets one says the same.

    Nobody can tell a row that a newer package wrote from a forged one, so that nothing here removes it.
    """
    return CatalogError(
        f"{where} has schema version {version}, but this package needs {SCHEMA_VERSION}; a catalog cannot be "
        "downgraded: install the newer package. If nobody has installed one, the row is false (docs/catalog.md, "
        f"Rights): remove it as the administrator, with DELETE FROM `{database}`.`schema_version` "
        f"WHERE schema_version > {SCHEMA_VERSION}"
    )


def readable(
    rows: Iterable[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], _Read], *, table: str
) -> list[_Read]:
    """What `read` makes of each row, without those that no version of this package writes.

    Whoever has the nightly login can add such a row; it must not stop what reads the others.
    """
    found, false = [], 0
    for row in rows:
        try:
            found.append(read(row))
        except ValueError as error:
            false += 1
            reason = error
    if false:
        log.warning(
            "%d rows of %s count as not there, since no version of this package writes such rows (docs/catalog.md): %s",
            false,
            table,
            printable(str(reason)),
        )
    return found


def restricted(table: Any, key: Mapping[str, Any]) -> Any:
    """`table & key`, refusing a key that DataJoint would ignore and so return everything. Raises CatalogError."""
    names = table().heading.names if isinstance(table, type) else table.heading.names
    if unknown := sorted(set(key) - set(names)):
        raise CatalogError(
            f"{unknown[0]!r} is not an attribute of this table; expected one of: {', '.join(names)}"
        )
    return table & dict(key)


def pieces(packed: bytes) -> list[bytes]:
    """`packed` in pieces, each of which fits into one packet."""
    return [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)] or [b""]


def now() -> dt.datetime:
    """The time in UTC as the tables keep it: without a zone, since DataJoint would drop it silently."""
    return clock.utc_now().replace(tzinfo=None)


def stored_time(timestamp: dt.datetime | None) -> dt.datetime | None:
    """An aware timestamp as the tables keep it; one without a zone is already in UTC."""
    return timestamp.astimezone(dt.UTC).replace(tzinfo=None) if timestamp and timestamp.tzinfo else timestamp


def read_time(stored: dt.datetime | None) -> dt.datetime | None:
    """A timestamp of the tables, with its zone, UTC."""
    return stored.replace(tzinfo=dt.UTC) if stored else None


def cut(text: str, length: int) -> str:
    """`text`, printable, and shortened if it would not fit; for prose, never for names."""
    text = printable(text)
    return text if len(text) <= length else text[: length - 1] + "…"
