"""What the service said of unfinished transfers: a row whenever that changes; rows are never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from session_archive.catalog.schema.limits import TEXT_LENGTH
from session_archive.catalog.schema.store import Store, cut, now, read_time, readable, stored_time
from session_archive.transfers.standing import Answer, Standing, next_standing


class Inquiries:
    """The answers of the service about submissions that have no outcome yet."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Inquiry

    def record(self, submission_id: uuid.UUID, answer: Answer, words: str = "") -> Standing:
        """Record an answer, unless it equals the last one; returns how the transfer stands by it."""
        words, at = cut(words, TEXT_LENGTH), now()
        with self._store.writing(f"inquiry {submission_id}"):
            last = newest_inquiries(self._store, [submission_id]).get(submission_id)
            standing = next_standing(last, answer, words, now=at.replace(tzinfo=dt.UTC))
            if standing != last and (last or answer is not Answer.UNDER_WAY):
                self._table.insert1(
                    {
                        "submission_id": submission_id,
                        "inquired_at": at,
                        "answer": answer.value,
                        "since": stored_time(standing.since),
                        "words": words,
                    }
                )
        return standing

    def newest(self, submission_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
        """The last answer about each of these submissions; none about one of which nothing is wrong."""
        with self._store.reading():
            return newest_inquiries(self._store, submission_ids)


def newest_inquiries(store: Store, submission_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """As `Inquiries.newest`, inside an open transaction."""
    if not submission_ids:
        return {}
    rows = store.rows(
        f"SELECT submission_id, answer, since, words FROM {store.tables.Inquiry.full_table_name} "
        "WHERE submission_id IN %s ORDER BY inquired_at",
        [each.bytes for each in submission_ids],
    )
    return dict(readable(rows, _read, table="Inquiry"))


def _read(row: Mapping[str, Any]) -> tuple[uuid.UUID, Standing]:
    since = read_time(row["since"])
    assert since is not None, "the column is never NULL"
    return uuid.UUID(bytes=row["submission_id"]), Standing(Answer(row["answer"]), row["words"], since)
