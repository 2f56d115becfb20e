"""Listings of roots that a run believed: a row whenever one has changed; rows are never changed."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Collection
from typing import Any

from session_archive.assess.absence import LastListing, Shortfall
from session_archive.catalog.schema.store import Store, cut, now, pieces
from session_archive.catalog.schema.tables import NAME_LENGTH, TEXT_LENGTH
from session_archive.listing.root_listing import RootListing
from session_archive.naming.session_name import DataSetName


class RootListings:
    """How the roots of places looked when a run last believed their listings."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def last(self, place: str) -> LastListing | None:
        """The last one of a place; what the catalog has there if no run has recorded one; None if nothing is known."""
        with self._store.reading():
            row = self._newest(place)
            return self._cataloged(place) if row is None else self._read(row)

    def record(
        self,
        place: str,
        listing: RootListing,
        *,
        unarchived: Collection[DataSetName],
        run_id: str,
        accepted: Shortfall | None = None,
        accepted_by: str = "",
    ) -> bool:
        """Record a listing, unless it equals the last one of this place; True if it was recorded.

        accepted : what was missing, if a person said that it is really gone; that is always recorded
        """
        names = sorted(map(str, unarchived))
        with self._store.writing(f"root {place}"):
            newest = self._newest(place)
            before = None if newest is None else self._read(newest)
            if accepted is None and before is not None and _same(before, listing, names):
                return False
            key = {"root_listing_id": uuid.uuid4()}
            table = self._tables.RootListing
            table.insert1(
                {
                    **key,
                    "place": place,
                    "listed_at": now(),
                    "marker": listing.marker,
                    "n_folders": listing.n_folders,
                    "n_unarchived": len(names),
                    "run_id": run_id,
                }
            )
            packed = zlib.compress(json.dumps(names).encode())
            rows = [
                {**key, "piece": number, "content": content} for number, content in enumerate(pieces(packed))
            ]
            table.Unarchived.insert(rows, chunk_size=1)
            if accepted is not None:
                table.Accepted.insert1(
                    {**key, **_stored(accepted), "accepted_by": cut(accepted_by, NAME_LENGTH)}
                )
        return True

    def _newest(self, place: str) -> dict[str, Any] | None:
        rows = self._store.rows(
            f"SELECT * FROM {self._tables.RootListing.full_table_name} WHERE place = %s "
            "ORDER BY listed_at DESC LIMIT 1",
            place,
        )
        return rows[0] if rows else None

    def _read(self, row: dict[str, Any]) -> LastListing:
        key = {"root_listing_id": uuid.UUID(bytes=row["root_listing_id"])}
        parts = (self._tables.RootListing.Unarchived & key).to_dicts(order_by="piece")
        names = json.loads(zlib.decompress(b"".join(part["content"] for part in parts)))
        return LastListing(
            marker=bool(row["marker"]),
            n_folders=row["n_folders"],
            unarchived=frozenset(map(DataSetName.parse, names)),
        )

    def _cataloged(self, place: str) -> LastListing | None:
        """What the replicas at a location say of its root: an older version kept no listings of roots."""
        replica = self._tables.Replica
        counted = self._store.rows(
            f"SELECT COUNT(DISTINCT r.data_set_id) AS data_sets, COUNT(c.carried_at) AS carried "
            f"FROM {replica.full_table_name} r LEFT JOIN {replica.Carried.full_table_name} c "
            "USING (data_set_id, storage_location, revision) WHERE r.storage_location = %s",
            place,
        )[0]
        if not counted["data_sets"]:
            return None
        # Each sidecar manifest was seen in the folder that marks the root.
        return LastListing(marker=bool(counted["carried"]), n_folders=counted["data_sets"])


def _same(before: LastListing, listing: RootListing, names: list[str]) -> bool:
    then = (before.marker, before.n_folders, sorted(map(str, before.unarchived)))
    return then == (listing.marker, listing.n_folders, names)


def _stored(shortfall: Shortfall) -> dict[str, Any]:
    return {
        "what": cut(shortfall.what, TEXT_LENGTH),
        "n_known": shortfall.n_known,
        "n_missing": shortfall.n_missing,
        "accepted_at": now(),
    }
