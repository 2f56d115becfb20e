"""Listings of roots that a run believed: a row whenever one has changed; rows are never changed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
import zlib
from collections.abc import Collection
from typing import Any

from session_archive.assess.absence import Shortfall
from session_archive.catalog.schema.store import Store, cut, now, pieces
from session_archive.catalog.schema.tables import NAME_LENGTH, TEXT_LENGTH
from session_archive.listing.root_listing import RootListing
from session_archive.naming.session_name import DataSetName

#: A row that is further ahead is false, and would hide every later one.
_CLOCKS_DIFFER = dt.timedelta(minutes=10)


class RootListings:
    """How the roots of places looked when a run last believed their listings."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def last(self, place: str) -> RootListing | None:
        """The last one of a place; what the catalog has there if no run has recorded one; None if nothing is known."""
        with self._store.reading():
            row = self._newest(place)
            return self._cataloged(place) if row is None else _read(row)

    def unarchived(self, place: str) -> frozenset[DataSetName]:
        """The data sets with a folder there that were not archived, when a run last looked for them."""
        with self._store.reading():
            return frozenset(map(DataSetName.parse, self._names(place) or ()))

    def record(
        self,
        place: str,
        listing: RootListing,
        *,
        run_id: str,
        unarchived: Collection[DataSetName] | None = None,
        accepted: Shortfall | None = None,
        accepted_by: str = "",
    ) -> bool:
        """Record a listing, unless it equals the last one of this place; True if it was recorded.

        unarchived : data sets with a folder there that are not archived; None if none was looked for
        accepted   : what was missing, if a person said that it is really gone; that is always recorded
        """
        names = None if unarchived is None else sorted(map(str, unarchived))
        with self._store.writing(f"root {place}"):
            newest = self._newest(place)
            same = newest is not None and _read(newest) == listing
            if same and accepted is None and (names is None or names == self._names(place)):
                return False
            key = {"root_listing_id": uuid.uuid4()}
            self._tables.RootListing.insert1(
                {
                    **key,
                    "place": place,
                    "listed_at": now(),
                    "marker": listing.marker,
                    "n_folders": listing.n_folders,
                    "n_unarchived": None if names is None else len(names),
                    "run_id": run_id,
                }
            )
            if names is not None:
                self._insert_names(key, names)
            if accepted is not None:
                row = {**key, **_stored(accepted), "accepted_by": cut(accepted_by, NAME_LENGTH)}
                self._tables.RootListing.Accepted.insert1(row)
        return True

    def _newest(self, place: str, condition: str = "TRUE") -> dict[str, Any] | None:
        rows = self._store.rows(
            f"SELECT * FROM {self._tables.RootListing.full_table_name} WHERE place = %s AND listed_at <= %s "
            f"AND {condition} ORDER BY listed_at DESC LIMIT 1",
            place,
            now() + _CLOCKS_DIFFER,
        )
        return rows[0] if rows else None

    def _names(self, place: str) -> list[str] | None:
        """The newest list of names, sorted; None if there is none."""
        row = self._newest(place, "n_unarchived IS NOT NULL")
        if row is None:
            return None
        key = {"root_listing_id": uuid.UUID(bytes=row["root_listing_id"])}
        parts = (self._tables.RootListing.Unarchived & key).to_dicts(order_by="piece")
        names: list[str] = json.loads(zlib.decompress(b"".join(part["content"] for part in parts)))
        return names

    def _insert_names(self, key: dict[str, uuid.UUID], names: list[str]) -> None:
        packed = zlib.compress(json.dumps(names).encode())
        rows = [{**key, "piece": number, "content": content} for number, content in enumerate(pieces(packed))]
        self._tables.RootListing.Unarchived.insert(rows, chunk_size=1)

    def _cataloged(self, place: str) -> RootListing | None:
        """What the replicas at a location say of its root: an older version kept no listings of roots."""
        replica = self._tables.Replica
        counted = self._store.rows(
            f"SELECT COUNT(DISTINCT r.data_set_id) AS data_sets, COUNT(c.carried_at) AS carried "
            f"FROM {replica.full_table_name} r LEFT JOIN {replica.Carried.full_table_name} c "
            "USING (data_set_id, storage_location, revision) WHERE r.storage_location = %s",
            place,
        )[0]
        if not counted["data_sets"]:
            return self._imported(place)
        # Each sidecar manifest was seen in the folder that marks the root.
        return RootListing(marker=bool(counted["carried"]), n_folders=counted["data_sets"])

    def _imported(self, place: str) -> RootListing | None:
        """What another catalog says of a root that no run has listed."""
        imported = self._store.rows(
            f"SELECT COUNT(*) AS data_sets FROM {self._tables.ImportedDataSet.full_table_name} WHERE place = %s",
            place,
        )[0]["data_sets"]
        return RootListing(marker=False, n_folders=imported) if imported else None


def _read(row: dict[str, Any]) -> RootListing:
    return RootListing(marker=bool(row["marker"]), n_folders=row["n_folders"])


def _stored(shortfall: Shortfall) -> dict[str, Any]:
    return {
        "what": cut(shortfall.what, TEXT_LENGTH),
        "n_known": shortfall.n_known,
        "n_missing": shortfall.n_missing,
        "accepted_at": now(),
    }
