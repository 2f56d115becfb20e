"""The nights that have ended, each with its summary; rows are never changed."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from typing import Any

from session_archive import clock
from session_archive.catalog.schema.limits import NAME_LENGTH
from session_archive.catalog.schema.store import Store, cut, read_time, readable, stored_time
from session_archive.messages.night import Night, Nights

#: Most lines of a summary, and of its problems, that are kept: the row must fit into one packet.
LINES, LINE_LENGTH = 1500, 600
#: A row that claims a later end than this from now is false, and would hide that no night ends.
_CLOCKS_DIFFER = dt.timedelta(hours=1)


class NightLog:
    """Adds and reads the ends of nights."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Night

    def record(self, night: Night) -> None:
        """Record that a night has ended."""
        content = {
            "problems": _kept(night.problems),
            "text": "\n".join(_kept(night.text.splitlines())),
            "states": dict(night.states),
            "unclaimed": night.unclaimed,
        }
        row = {
            "run_id": cut(night.run_id, NAME_LENGTH),
            "began_at": stored_time(night.began_at),
            "ended_at": stored_time(night.ended_at),
            "n_problems": len(night.problems),
            "n_new": night.n_new,
            "content": zlib.compress(json.dumps(content).encode()),
        }
        with self._store.reading():
            self._table.insert1(row)

    def newest(self) -> Night | None:
        """The night that ended last; None if none has since the catalog has this table."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {self._table.full_table_name} WHERE ended_at <= %s ORDER BY ended_at DESC LIMIT 1",
                stored_time(clock.utc_now() + _CLOCKS_DIFFER),
            )
        nights = readable(rows, _read, table="Night")
        return nights[0] if nights else None

    def since(self, time: dt.datetime) -> Nights:
        """What the nights did that ended since then."""
        with self._store.reading():
            (row,) = self._store.rows(
                "SELECT COUNT(*) AS n, COALESCE(SUM(n_problems > 0), 0) AS failed, COALESCE(SUM(n_new), 0) AS new "
                f"FROM {self._table.full_table_name} WHERE ended_at >= %s",
                stored_time(time),
            )
        return Nights(n_nights=int(row["n"]), n_failed=int(row["failed"]), n_new=int(row["new"]))

    def expected_from(self) -> dt.datetime:
        """Since when nights are recorded here: when this schema version was installed."""
        name = self._store.tables.SchemaVersion.full_table_name
        with self._store.reading():
            (row,) = self._store.rows(f"SELECT MAX(installed_at) AS installed_at FROM {name}")
        installed_at = read_time(row["installed_at"])
        assert installed_at is not None, "a catalog without a version is not opened"
        return installed_at


def _kept(lines: Any) -> list[str]:
    return [cut(line, LINE_LENGTH) for line in list(lines)[:LINES]]


def _read(row: Mapping[str, Any]) -> Night:
    began_at, ended_at = read_time(row["began_at"]), read_time(row["ended_at"])
    assert began_at is not None and ended_at is not None, "the columns are never NULL"
    try:
        content = json.loads(zlib.decompress(row["content"]))
    except zlib.error as error:
        raise ValueError(f"its content cannot be unpacked: {error}") from error
    return Night(
        run_id=row["run_id"],
        began_at=began_at,
        ended_at=ended_at,
        problems=tuple(content["problems"]),
        text=content["text"],
        states=content["states"],
        unclaimed=content["unclaimed"],
        n_new=row["n_new"],
    )
