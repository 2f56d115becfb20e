"""Which data sets have a state that may change, without reading those that are archived and gone from the rigs."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from session_archive.catalog.history.reviews import Reviews
from session_archive.catalog.schema.store import Store
from session_archive.states.reasons import ON_THE_RIG
from session_archive.states.state import State

#: Nothing remains to be done in these states, nor in `archived` once no rig has it; only a newer row changes that.
_ENDED = (State.IGNORED, State.GONE)

#: A number may be taken shortly before its row is written; few numbers lie between.
_LAST = 200

#: So many more rows make a review worth its own.
_MANY = 2000


class OpenState(NamedTuple):
    """A newest state.

    data_set : the data set's name, '' if no folder is known
    n_bytes  : 0 if nobody has listed it
    """

    state: str
    data_set: str
    n_bytes: int


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
        """Add a review, if many rows have been added since the last one, and their tasks have committed all of them."""
        about = _about(data_set_type)
        with self._store.reading():
            since, until = self._reviews.newest(about).until, self._last() - _LAST
            if until - since < _MANY:
                return
            written = self._written(since, until)
        with self._store.writing("states"):
            # A row that is written and not committed would be behind the point, and its state never seen.
            if self._count(since, until) == written:
                self._reviews.add(about, until=until, items=self._open(data_set_type).keys())

    def _open(self, data_set_type: str) -> dict[uuid.UUID, OpenState]:
        review, name = self._reviews.newest(_about(data_set_type)), self._table.full_table_name
        rows = self._store.connection.query(
            "SELECT s.target, s.state, s.data_set_name, s.n_bytes FROM (SELECT c.target, "
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
        return {uuid.UUID(bytes=target): OpenState(*values) for target, *values in rows}

    def _written(self, since: int, until: int) -> int:
        """How many rows there are, with those that other tasks have not committed; outside a transaction."""
        self._store.connection.query("SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED")  # of the next one
        return self._count(since, until)

    def _count(self, since: int, until: int) -> int:
        rows = self._store.rows(
            f"SELECT COUNT(*) AS n FROM {self._table.full_table_name} WHERE state_id > %s AND state_id <= %s",
            since,
            until,
        )
        return int(rows[0]["n"])

    def _last(self) -> int:
        rows = self._store.rows(f"SELECT MAX(state_id) AS last FROM {self._table.full_table_name}")
        return rows[0]["last"] or 0


def _about(data_set_type: str) -> str:
    return f"states of {data_set_type}"
