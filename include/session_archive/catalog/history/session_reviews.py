"""Reviews of the lab's sessions: which of them were open when all were last compared with the catalog.

All keys of the lab are compared once a week. What is entered meanwhile is found by its date, by its subject's folders
on the rigs, by a person's decision, or by the next review.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

from session_archive.catalog.history.reviews import Reviews
from session_archive.catalog.lab.session_review import SessionReview
from session_archive.catalog.schema.store import EPOCH, Store, now
from session_archive.packed_json import pack_list, unpack_list

log = logging.getLogger(__name__)

#: A session of long ago that was entered late is known after so long, if nothing else tells of it.
_VALID = dt.timedelta(days=7)

#: Sessions are mostly entered within so many days.
_LATE = dt.timedelta(days=30)

_MICROSECOND = dt.timedelta(microseconds=1)


class SessionReviews:
    """Adds and reads them."""

    def __init__(self, store: Store) -> None:
        self._store, self._reviews = store, Reviews(store)

    def newest(self, data_set_type: str) -> SessionReview | None:
        """The newest one; None where there is none that counts, so that all sessions must be read."""
        with self._store.reading():
            review = self._reviews.newest(self._about(data_set_type))
            if not review.number or (until := _time(review.until)) > now() + _VALID:
                return None
            packed = self._reviews.packed(review)
        try:
            read_at, *rows = unpack_list(packed)
            sessions = {uuid.UUID(item): key for item, key in rows}
            return SessionReview(until, (until - _LATE).date(), int(read_at), sessions)
        except (ValueError, TypeError, zlib.error) as error:
            log.warning("a review of sessions counts as not there, since it cannot be read: %s", error)
            return None

    def is_due(self, data_set_type: str) -> bool:
        """True if there is none that counts, or it is old."""
        until = _time(self._reviews.newest(self._about(data_set_type)).until)
        return not dt.timedelta(0) <= now() - until < _VALID or self.newest(data_set_type) is None

    def add(
        self,
        data_set_type: str,
        *,
        until: dt.datetime,
        read_at: int,
        sessions: Mapping[uuid.UUID, Mapping[str, Any] | None],
    ) -> None:
        """Add one, inside the transaction that read the sessions.

        until : a time before that
        """
        self._reviews.add_packed(
            self._about(data_set_type),
            until=(until - EPOCH) // _MICROSECOND,
            n_open=len(sessions),
            packed=pack_list([read_at, *([item.hex, key] for item, key in sessions.items())]),
        )

    def _about(self, data_set_type: str) -> str:
        # Other settings expect other sessions; a review by those says nothing of these.
        layout = self._store.layout
        settings = [layout.lab.session, layout.lab.date, layout.expected.get(data_set_type, "")]
        written = json.dumps([*settings, layout.link_database, layout.link_tables[data_set_type]])
        digest = hashlib.sha1(written.encode(), usedforsecurity=False).hexdigest()
        return f"sessions of {data_set_type}, settings {digest[:16]}"


def _time(until: int) -> dt.datetime:
    try:
        return EPOCH + until * _MICROSECOND
    except OverflowError:
        return dt.datetime.max
