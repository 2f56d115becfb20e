"""Which sessions may have been entered since the lab's sessions were last read, without reading all of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any


def subjects_since(
    connection: Any, table: str, *, shared: Sequence[str], date: str, day: dt.date
) -> list[dict[str, Any]]:
    """The subjects of sessions of this day or later, by the attributes that session and subject share.

    An index that begins with the date serves this at once; one on subject and date with a look at each subject.
    """
    names = ", ".join(f"`{name}`" for name in shared)
    rows = connection.query(
        # With MAX, so that the server takes the last entry of each subject in the index.
        f"SELECT {names}, MAX(`{date}`) FROM {table} WHERE `{date}` >= %s GROUP BY {names}",
        (day.isoformat(),),
    ).fetchall()
    return [{name: _value(value) for name, value in zip(shared, row[:-1], strict=True)} for row in rows]


def unchanged_since(connection: Any, tables: Sequence[tuple[str, str]], *, read_at: int) -> bool:
    """True if the server knows that no row of these tables has changed since then.

    MariaDB alone, which notes this with each commit and forgets it when it starts again; MySQL tells what was true
    a day ago.

    tables  : database and name of each
    read_at : in seconds, by the server's clock
    """
    (unchanged,) = connection.query(
        "SELECT COUNT(*) FROM information_schema.tables WHERE VERSION() LIKE '%%MariaDB%%' "
        "AND (table_schema, table_name) IN %s AND UNIX_TIMESTAMP(update_time) + %s < %s",
        (list(tables), _MARGIN, read_at),
    ).fetchone()
    return bool(unchanged == len(tables))


def server_time(connection: Any) -> int:
    """Seconds since 1970, by the server's clock."""
    return int(connection.query("SELECT UNIX_TIMESTAMP()").fetchone()[0])


#: Seconds; the server notes a change in whole ones.
_MARGIN = 2


def _value(value: Any) -> Any:
    # DataJoint keeps a uuid as 16 bytes; no other bytes can be a key.
    return uuid.UUID(bytes=value) if isinstance(value, bytes) else value
