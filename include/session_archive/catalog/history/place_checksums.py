"""What places can compute, as they answered; rows are added, and the newest of a place and algorithm counts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from session_archive.catalog.schema.store import Store, cut, now, read_time, stored_time
from session_archive.catalog.schema.tables import NAME_LENGTH, TEXT_LENGTH
from session_archive.fixity.place_checksums import ChecksumAnswer, PlaceChecksums


class ChecksumAnswers:
    """Adds and reads the answers of places."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.PlaceChecksum

    def record(self, answers: Iterable[ChecksumAnswer]) -> None:
        """Add answers; each replaces the one before of its place and algorithm."""
        rows = [
            {
                "place": each.place,
                "collection": each.collection,
                "algorithm": each.algorithm.upper(),
                "computes": each.computes,
                "notices": each.notices,
                "detail": cut(each.detail, TEXT_LENGTH),
                "observed_by": cut(each.observed_by, NAME_LENGTH),
                "observed_at": stored_time(each.observed_at) or now(),
            }
            for each in answers
        ]
        with self._store.writing("place checksums"):
            self._table.insert(rows)

    def known(self, collections: Mapping[str, uuid.UUID]) -> PlaceChecksums:
        """The newest answers of these places.

        collections : place -> its collection now
        """
        if not collections:
            return PlaceChecksums()
        name = self._table.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT p.* FROM {name} p JOIN (SELECT MAX(place_checksum_id) AS place_checksum_id FROM {name} "
                "WHERE place IN %s GROUP BY place, collection, algorithm) newest USING (place_checksum_id) "
                "ORDER BY place_checksum_id",
                sorted(collections),
            )
        answers = [
            ChecksumAnswer(
                place=row["place"],
                collection=uuid.UUID(bytes=row["collection"]),
                algorithm=row["algorithm"],
                computes=None if row["computes"] is None else bool(row["computes"]),
                notices=None if row["notices"] is None else bool(row["notices"]),
                detail=row["detail"],
                observed_by=row["observed_by"],
                observed_at=read_time(row["observed_at"]),
            )
            for row in rows
        ]
        return PlaceChecksums.of(answers, collections=collections)
