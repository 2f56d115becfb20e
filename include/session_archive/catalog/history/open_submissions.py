"""Which submissions may be open: unfinished, unrecorded, or without a replica. Old ones that are not are never read."""

from __future__ import annotations

import datetime as dt
import uuid

from session_archive.catalog.history.reviews import Reviews
from session_archive.catalog.schema.store import EPOCH, Store, now
from session_archive.transfers.submission import NOTHING_STAYS

#: Submissions that began later are always asked: the clocks of two workers may differ, and days are cheap.
_RECENT = dt.timedelta(days=7)

#: So many more that are not recent make a review worth its rows.
_MANY = 1000

_ABOUT = "submissions"
_MICROSECOND = dt.timedelta(microseconds=1)


class OpenSubmissions:
    """The submissions among which open ones are looked for."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables
        self._reviews = Reviews(store)

    def candidates(self) -> tuple[str, list[object]]:
        """A subquery in SQL for the `submission_id` of each that may be open, and its arguments."""
        review = self._reviews.newest(_ABOUT)
        # Never beyond what is recent: then a review that is false can hide old submissions only.
        since = min(EPOCH + review.until * _MICROSECOND, now() - _RECENT)
        return (
            f"(SELECT submission_id FROM {self._tables.Submission.full_table_name} WHERE begun_at >= %s "
            f"UNION SELECT item FROM {self._reviews.open_items} WHERE review_id = %s)",
            [since, review.number],
        )

    def review(self) -> None:
        """Add a review, if many submissions are no longer recent since the last one."""
        until = now() - _RECENT
        with self._store.writing("submissions"):
            since = EPOCH + self._reviews.newest(_ABOUT).until * _MICROSECOND
            counted = self._store.rows(
                f"SELECT COUNT(*) AS n FROM {self._tables.Submission.full_table_name} "
                "WHERE begun_at >= %s AND begun_at < %s",
                since,
                until,
            )
            if counted[0]["n"] >= _MANY:
                microseconds = (until - EPOCH) // _MICROSECOND
                self._reviews.add(_ABOUT, until=microseconds, items=self._open(until))

    def _open(self, until: dt.datetime) -> list[uuid.UUID]:
        """Each that began before `until` and may still matter to anybody."""
        t = self._tables
        candidates, arguments = self.candidates()
        rows = self._store.rows(
            f"SELECT s.submission_id FROM {candidates} c "
            f"STRAIGHT_JOIN {t.Submission.full_table_name} s ON s.submission_id = c.submission_id "
            f"LEFT JOIN {t.TransferOutcome.full_table_name} o ON o.submission_id = s.submission_id "
            "WHERE s.begun_at < %s AND "
            # Unfinished; or unrecorded, as `arrivals` asks; or it may have left files at a place that has no replica.
            f"(o.status IS NULL OR s.route NOT IN %s AND ((o.status <> 'FAILED' AND NOT {self.is_verified}) "
            f"OR NOT (EXISTS (SELECT 1 FROM {t.Replica.full_table_name} r "
            "WHERE r.data_set_id = s.data_set_id AND r.storage_location = s.destination) "
            f"OR EXISTS (SELECT 1 FROM {t.Retrieval.full_table_name} b "
            "WHERE b.data_set_id = s.data_set_id AND b.place = s.destination))))",
            *arguments,
            until,
            NOTHING_STAYS,
        )
        return [uuid.UUID(bytes=row["submission_id"]) for row in rows]

    @property
    def is_verified(self) -> str:
        """The condition that a verification tells what became of submission `s`."""
        return (
            f"EXISTS (SELECT 1 FROM {self._tables.Verification.full_table_name} v "
            "WHERE v.data_set_id = s.data_set_id AND v.place = s.destination AND v.route = s.route "
            "AND (v.submission_id = s.submission_id OR v.verified_at >= s.begun_at))"
        )
