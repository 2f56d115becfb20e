"""The local Globus's records of transfers as plain values, so that one under way can be resumed years later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from loopback_globus.store import Store

#: Tokens are left out: a new run of the service gives new ones.
_TABLES = ("task", "entry", "event")


def read_service(state: Path) -> list[dict[str, Any]]:
    """The rows of a service that has ended, each with the name of its table; NULL values are left out."""
    with closing(sqlite3.connect(state)) as db:
        db.row_factory = sqlite3.Row
        return [
            {"table": table, **{name: value for name, value in dict(row).items() if value is not None}}
            for table in _TABLES
            for row in db.execute(f"SELECT * FROM {table}")
        ]


def write_service(state: Path, rows: Iterable[dict[str, Any]], *, later: float) -> None:
    """Make the state file of a service before it starts.

    later : seconds that are added to every timestamp, so that no deadline has passed
    """
    db = Store(state).read()
    instants = {
        table: {
            column["name"] for column in db.execute(f"PRAGMA table_info({table})") if column["type"] == "REAL"
        }
        for table in _TABLES
    }
    for row in rows:
        table = row["table"]
        values = {
            name: value + later if name in instants[table] and value else value
            for name, value in row.items()
            if name != "table"
        }
        db.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            tuple(values.values()),
        )
    db.close()
