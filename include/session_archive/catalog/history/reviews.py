"""Reviews: what is open is found without reading what has ended; a review is added when the last one is old.

A reader takes what the newest review lists, and all that began after its point, and asks of each whether it is open. So
a review saves work and decides nothing: without one, everything is asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from session_archive.catalog.schema.store import ROWS, Store, now, pieces


@dataclass(frozen=True, slots=True)
class Review:
    """The newest review.

    number : its key; 0 if there is none, so that everything is asked
    until  : nothing up to this point is open but what it lists
    """

    number: int = 0
    until: int = 0


class Reviews:
    """Adds and reads reviews, inside the reading or the transaction of what is reviewed."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Review

    @property
    def open_items(self) -> str:
        """The name in SQL of the table of what reviews list."""
        name: str = self._table.Open.full_table_name
        return name

    def newest(self, about: str) -> Review:
        """The newest review of a subject."""
        rows = self._store.rows(
            f"SELECT review_id, until FROM {self._table.full_table_name} WHERE about = %s "
            "ORDER BY review_id DESC LIMIT 1",
            about,
        )
        return Review(rows[0]["review_id"], max(rows[0]["until"], 0)) if rows else Review()

    def add(self, about: str, *, until: int, items: Collection[uuid.UUID]) -> None:
        """Add a review that lists these items."""
        number = self._add(about, until, len(items))
        self._table.Open.insert([{"review_id": number, "item": item} for item in items], chunk_size=ROWS)

    def add_packed(self, about: str, *, until: int, n_open: int, packed: bytes) -> None:
        """Add a review whose list is in pieces, as it is read as a whole."""
        number = self._add(about, until, n_open)
        rows = [
            {"review_id": number, "piece": piece, "content": content}
            for piece, content in enumerate(pieces(packed))
        ]
        self._table.Sessions.insert(rows, chunk_size=1)

    def packed(self, review: Review) -> bytes:
        """The list of `add_packed`; b'' if this review has none."""
        rows = self._store.rows(
            f"SELECT content FROM {self._table.Sessions.full_table_name} WHERE review_id = %s ORDER BY piece",
            review.number,
        )
        return b"".join(row["content"] for row in rows)

    def _add(self, about: str, until: int, n_open: int) -> int:
        self._table.insert1({"about": about, "until": until, "n_open": n_open, "reviewed_at": now()})
        return self.newest(about).number
