"""Which archived revisions lack their sidecar manifest in the archive. Old ones that have it are never read."""

from __future__ import annotations

import datetime as dt
import uuid

from session_archive.catalog.history.reviews import Reviews
from session_archive.catalog.schema.store import EPOCH, Store, now
from session_archive.naming.session_name import DataSetName

#: Revisions that were verified later are always asked: the clocks of two workers may differ, and days are cheap.
_RECENT = dt.timedelta(days=7)

#: So many more that are not recent make a review worth its rows.
_MANY = 1000

_MICROSECOND = dt.timedelta(microseconds=1)


class MissingSidecars:
    """Finds the revisions at a place whose sidecar manifest was not seen there."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables
        self._reviews = Reviews(store)

    def at(self, location: str, *, most: int) -> list[tuple[DataSetName, int]]:
        """Revisions that are archived at a place without their sidecar manifest; those verified first come first."""
        t = self._tables
        with self._store.reading():
            lacking, arguments = self._lacking(location)
            rows = self._store.rows(
                f"SELECT d.data_set_name, v.revision {lacking} "
                f"STRAIGHT_JOIN {t.DataSet.full_table_name} d ON d.data_set_id = v.data_set_id "
                "WHERE c.carried_at IS NULL AND u.found_at IS NULL "
                "ORDER BY v.verified_at, d.data_set_name, v.revision LIMIT %s",
                *arguments,
                most,
            )
        return [(DataSetName.parse(row["data_set_name"]), row["revision"]) for row in rows]

    def review(self, location: str) -> None:
        """Let later runs read no old revision that has its manifest; does nothing while few are old."""
        until, verified = now() - _RECENT, self._tables.Replica.Verified.full_table_name
        with self._store.writing(_about(location)):
            counted = self._store.rows(
                f"SELECT COUNT(*) AS n FROM {verified} "
                "WHERE storage_location = %s AND verified_at >= %s AND verified_at < %s",
                location,
                EPOCH + self._reviews.newest(_about(location)).until * _MICROSECOND,
                until,
            )
            if counted[0]["n"] >= _MANY:
                lacking, arguments = self._lacking(location)
                rows = self._store.rows(
                    f"SELECT DISTINCT v.data_set_id {lacking} "
                    "WHERE c.carried_at IS NULL AND u.found_at IS NULL AND v.verified_at < %s",
                    *arguments,
                    until,
                )
                items = [uuid.UUID(bytes=row["data_set_id"]) for row in rows]
                self._reviews.add(_about(location), until=(until - EPOCH) // _MICROSECOND, items=items)

    def _lacking(self, location: str) -> tuple[str, list[object]]:
        """FROM in SQL, and its arguments: `v` for each revision that may lack it, with `c` and `u` if there are."""
        replica, review = self._tables.Replica, self._reviews.newest(_about(location))
        verified, names = replica.Verified.full_table_name, ("data_set_id", "storage_location", "revision")
        same = {each: " AND ".join(f"{each}.{name} = v.{name}" for name in names) for each in "cu"}
        # Never beyond what is recent: then a review that is false can hide old revisions only.
        since = min(EPOCH + review.until * _MICROSECOND, now() - _RECENT)
        return (
            # By data set, so that all revisions of one are asked.
            f"FROM (SELECT data_set_id FROM {verified} "
            "WHERE storage_location = %s AND verified_at >= %s "
            f"UNION SELECT item FROM {self._reviews.open_items} WHERE review_id = %s) AS k "
            f"STRAIGHT_JOIN {verified} v ON v.data_set_id = k.data_set_id AND v.storage_location = %s "
            f"LEFT JOIN {replica.Carried.full_table_name} c ON {same['c']} "
            f"LEFT JOIN {replica.Unproven.full_table_name} u ON {same['u']}",
            [location, since, review.number, location],
        )


def _about(location: str) -> str:
    return f"sidecar manifests at {location}"
