"""The messages that were sent, and those that could not be; rows are never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import Store, cut, now, read_time, stored_time
from session_archive.messages.cause import Cause
from session_archive.messages.due import Kind, Sent


class SentMessages:
    """What people know, by the last message; and why none can be sent, if so."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Message

    def begin(self, kind: Kind, *, title: str, recipient: str, causes: Iterable[Cause] = ()) -> int:
        """Record a message that is about to be sent; returns its number.

        Before it is sent: with a catalog that takes no row, the same message would be sent every half hour.

        causes : those that are open
        """
        at = now()
        row = {
            "kind": kind.value,
            "sent_at": at,
            "recipient": cut(recipient, TEXT_LENGTH),
            "title": cut(title, NAME_LENGTH),
        }
        with self._store.writing("messages"):
            self._table.insert1(row)
            ((message_id,),) = self._store.connection.query("SELECT LAST_INSERT_ID()").fetchall()
            lines = [
                {
                    "message_id": message_id,
                    "number": number,
                    "cause": cut(cause.key, NAME_LENGTH),
                    "since": stored_time(cause.since) or at,
                    "line": cut(cause.line, TEXT_LENGTH),
                }
                for number, cause in enumerate(causes)
            ]
            self._table.Line.insert(lines)
        return int(message_id)

    def fail(self, message_id: int, error: str) -> None:
        """Record that a message could not be sent, so that nobody counts as knowing what it says."""
        row = {"message_id": message_id, "failed_at": now(), "error": cut(error, TEXT_LENGTH)}
        with self._store.reading():
            self._table.Failed.insert1(row)

    def last(self) -> Sent | None:
        """The last message about the archive that was sent, with the causes that it named; None if there was none."""
        with self._store.reading():
            sent = self._newest(
                "WHERE f.failed_at IS NULL AND m.kind <> %s AND m.sent_at <= %s", Kind.TEST.value, now()
            )
            if not sent:
                return None
            rows = self._store.rows(
                f"SELECT * FROM {self._table.Line.full_table_name} WHERE message_id = %s ORDER BY number",
                sent["message_id"],
            )
        causes = tuple(Cause(row["cause"], row["line"], read_time(row["since"])) for row in rows)
        return Sent(_time(sent["sent_at"]), causes)

    def failure(self) -> tuple[dt.datetime, str] | None:
        """When (UTC) and why the newest message could not be sent; None if it could."""
        with self._store.reading():
            newest = self._newest()
        return (_time(newest["failed_at"]), newest["error"]) if newest.get("error") else None

    def _newest(self, condition: str = "", *arguments: Any) -> dict[str, Any]:
        rows = self._store.rows(
            f"SELECT m.message_id, m.sent_at, f.failed_at, f.error FROM {self._table.full_table_name} m "
            f"LEFT JOIN {self._table.Failed.full_table_name} f USING (message_id) {condition} "
            "ORDER BY m.message_id DESC LIMIT 1",
            *arguments,
        )
        return rows[0] if rows else {}


def _time(stored: dt.datetime) -> dt.datetime:
    at = read_time(stored)
    assert at is not None, "the columns are never NULL"
    return at
