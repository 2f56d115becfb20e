"""Which data sets have a state that may change, without reading those that are archived and gone from the rigs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from session_archive.catalog.history.reviews import Reviews
from session_archive.catalog.schema.store import Store, now
from session_archive.states.reasons import ON_THE_RIG
from session_archive.states.state import State

#: Nothing remains to be done in these states, nor in `archived` once no rig has it; only a newer row changes that.
_ENDED = (State.IGNORED, State.GONE)

#: A row may become visible after one with a higher number. No transaction lasts so long, and few numbers lie between.
_RECENT, _LAST = dt.timedelta(hours=1), 200

#: So many more rows make a review worth its own.
_MANY = 2000


class OpenState(NamedTuple):
    """A newest state; `data_set` is the data set's name, '' if no folder is known."""

    state: str
    data_set: str


class OpenStates:
    """The open states of a type."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.DataSetState
        self._reviews = Reviews(store)

    def of_type(self, data_set_type: str) -> dict[uuid.UUID, OpenState]:
        """By target, each newest state in which something remains to be done, or that a rig may change."""
        with self._store.reading():
            return self._open(data_set_type)

    def review(self, data_set_type: str) -> None:
        """Add a review, if many rows have been added since the last one."""
        about = _about(data_set_type)
        with self._store.writing("states"):
            since = self._reviews.newest(about).until
            until = self._all_visible(since)
            if until - since >= _MANY:
                self._reviews.add(about, until=until, items=self._open(data_set_type).keys())

    def _open(self, data_set_type: str) -> dict[uuid.UUID, OpenState]:
        review, name = self._reviews.newest(_about(data_set_type)), self._table.full_table_name
        rows = self._store.connection.query(
            "SELECT s.target, s.state, s.data_set_name FROM (SELECT c.target, "
            # The newest row alone, by the end of the index; MAX would read all rows of the target.
            f"(SELECT n.state_id FROM {name} n WHERE n.data_set_type = %s AND n.target = c.target "
            "ORDER BY n.state_id DESC LIMIT 1) AS state_id FROM ("
            # The other index would read every row of the type.
            f"SELECT target FROM {name} FORCE INDEX (PRIMARY) WHERE state_id > %s AND data_set_type = %s "
            f"UNION SELECT item FROM {self._reviews.open_items} WHERE review_id = %s) AS c) AS newest "
            # In this order, else the server may begin with every row of the type.
            f"STRAIGHT_JOIN {name} s ON s.state_id = newest.state_id "
            "WHERE s.state NOT IN %s AND NOT (s.state = %s AND s.reason LIKE %s)",
            (
                data_set_type,
                min(review.until, self._last() - _LAST),
                data_set_type,
                review.number,
                [str(state) for state in _ENDED],
                str(State.ARCHIVED),
                f"{ON_THE_RIG}%",
            ),
        ).fetchall()
        return {uuid.UUID(bytes=target): OpenState(state, data_set) for target, state, data_set in rows}

    def _all_visible(self, since: int) -> int:
        """The highest number up to which every row is there.

        A number that is missing before a recent row may be that of a row which its task has not yet committed.
        """
        name = self._table.full_table_name
        rows = self._store.rows(
            f"SELECT MIN(s.state_id) AS first FROM {name} s FORCE INDEX (PRIMARY) "
            "WHERE s.state_id > GREATEST(%s, 1) AND s.changed_at > %s "
            f"AND NOT EXISTS (SELECT 1 FROM {name} p WHERE p.state_id = s.state_id - 1)",
            since,
            now() - _RECENT,
        )
        first: int | None = rows[0]["first"]
        return self._last(before=first) - _LAST

    def _last(self, before: int | None = None) -> int:
        """The highest number, or the highest below another."""
        condition, arguments = ("", ()) if before is None else (" WHERE state_id < %s", (before,))
        rows = self._store.rows(
            f"SELECT MAX(state_id) AS last FROM {self._table.full_table_name}{condition}", *arguments
        )
        return rows[0]["last"] or 0


def _about(data_set_type: str) -> str:
    return f"states of {data_set_type}"
