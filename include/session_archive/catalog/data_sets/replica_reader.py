"""Reads what the archive holds: data sets, their files, their replicas."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.data_sets.replicas_at import ReplicasAt
from session_archive.catalog.schema.restriction import by_own_or_lab, by_session_key
from session_archive.catalog.schema.store import EPOCH, ROWS, Store, read_time
from session_archive.errors import CatalogError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import ReplicaInfo


@dataclass(frozen=True, slots=True)
class CatalogedDataSet:
    """A data set that the archive holds.

    directory  : relative to the root of its places
    locations  : names of the places with a verified replica, sorted
    unverified : names of the places where it was only listed, sorted
    """

    name: DataSetName
    id: uuid.UUID
    directory: str
    locations: tuple[str, ...]
    unverified: tuple[str, ...]


#: So many are asked for in one statement: for a longer list the server may read the whole table.
_AT_ONCE = 200


class ReplicaReader:
    """Reads data sets, their files and their replicas."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables

    def at(self, location: str) -> dict[uuid.UUID, ReplicaInfo]:
        """Every data set seen at this place, by data set id."""
        with self._store.reading():
            return {row["id"]: row["info"] for row in self._replicas("storage_location = %s", location)}

    def replica(self, data_set_id: uuid.UUID, location: str) -> ReplicaInfo | None:
        """The newest replica of one data set at this place; None if it was never seen there."""
        return self.of((data_set_id,), location).get(data_set_id)

    def lazily_at(self, location: str, *, expected: Collection[uuid.UUID]) -> Mapping[uuid.UUID, ReplicaInfo]:
        """As `at`, of which only those are read that are asked for; `expected` at once."""
        return ReplicasAt(self.of, location, expected=expected, every=self.at)

    def of(self, data_set_ids: Collection[uuid.UUID], location: str) -> dict[uuid.UUID, ReplicaInfo]:
        """As `at`, of these data sets only: the number of all others costs nothing."""
        return {
            data_set_id: copies[location]
            for data_set_id, copies in self.by_place(data_set_ids).items()
            if location in copies
        }

    def by_place(self, data_set_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, ReplicaInfo]]:
        """The newest replica of each of these data sets at each place, by data set id and place."""
        found: dict[uuid.UUID, dict[str, ReplicaInfo]] = {}
        with self._store.reading():
            for row in self._replicas_of(data_set_ids):
                found.setdefault(row["id"], {})[row["location"]] = row["info"]
        return found

    def directories(self, data_set_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
        """The directory of each of these data sets that the catalog has, relative to the root of its places."""
        ids = [data_set_id.bytes for data_set_id in data_set_ids]
        found: dict[uuid.UUID, str] = {}
        name = self._tables.DataSet.full_table_name
        with self._store.reading():
            for first in range(0, len(ids), ROWS):
                rows = self._store.rows(
                    f"SELECT data_set_id, directory FROM {name} WHERE data_set_id IN %s",
                    ids[first : first + ROWS],
                )
                found.update((uuid.UUID(bytes=row["data_set_id"]), row["directory"]) for row in rows)
        return found

    def archived_among(self, data_set_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
        """Those of these data sets whose newest replica at some place is verified."""
        return frozenset(
            data_set_id
            for data_set_id, copies in self.by_place(data_set_ids).items()
            if any(replica.verified for replica in copies.values())
        )

    def files(self, data_set_id: uuid.UUID) -> Manifest:
        """The files of a data set, as last recorded. Raises CatalogError if the catalog has none."""
        with self._store.reading():
            files = self.known_files(data_set_id)
        if files is None:
            raise CatalogError(f"the catalog has no files of data set {data_set_id}")
        return files[1]

    def files_at(self, data_set_id: uuid.UUID, place: str) -> Manifest:
        """The files of its newest replica at a place; none if it was never seen there.

        They are fewer than all where later files were archived at another place only.
        """
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {t.DataSet.PhysicalFile.full_table_name} WHERE data_set_id = %s AND revision = "
                f"(SELECT MAX(revision) FROM {t.Replica.full_table_name} "
                "WHERE data_set_id = %s AND storage_location = %s)",
                data_set_id.bytes,
                data_set_id.bytes,
                place,
            )
        return Manifest.of(map(file_entry, rows))

    def is_proven(self, data_set_id: uuid.UUID, place: str) -> bool:
        """True if all its files were verified at this place, as a replica."""
        key = {"data_set_id": data_set_id, "storage_location": place}
        with self._store.reading():
            return self.proven(key)

    def proven(self, key: Mapping[str, Any]) -> bool:
        """As `is_proven`, for any key of replicas, inside an open transaction."""
        replica = self._tables.Replica
        return bool((replica.Verified & dict(key)) - replica.Unproven)

    def known_files(self, data_set_id: uuid.UUID) -> tuple[int, Manifest] | None:
        """The newest revision and its files; None for a data set that was never recorded."""
        name = self._tables.DataSet.PhysicalFile.full_table_name
        rows = self._store.rows(
            f"SELECT * FROM {name} WHERE data_set_id = %s AND revision = "
            f"(SELECT MAX(revision) FROM {name} WHERE data_set_id = %s)",
            data_set_id.bytes,
            data_set_id.bytes,
        )
        return (rows[0]["revision"], Manifest.of(map(file_entry, rows))) if rows else None

    def data_sets(
        self,
        *,
        subjects: Collection[str] = (),
        dates: Collection[tuple[dt.date, dt.date]] = (),
        kinds: Collection[str] = (),
        restriction: Mapping[str, Any] | None = None,
        names: Collection[DataSetName] | None = None,
        session_key: Mapping[str, Any] | None = None,
    ) -> list[CatalogedDataSet]:
        """The data sets that the archive holds, sorted by name; an empty choice is no restriction.

        dates       : inclusive spans of rig-local dates
        restriction : attributes of DataSet, or of the lab session's key
        names       : only these; None for all
        session_key : only data sets that are linked to this session of the lab
        raises      : CatalogError for a key that is neither; it never means "everything"
        """
        table = self._tables.DataSet()
        for attribute, values in (("subject", subjects), ("data_set_type", kinds)):
            if values:
                table = table & [{attribute: value} for value in values]
        if dates:
            table = table & [
                f"session_date BETWEEN '{first:%Y-%m-%d}' AND '{last:%Y-%m-%d}'" for first, last in dates
            ]
        with self._store.reading():
            table = by_own_or_lab(table, self._store.links, restriction or {})
            if session_key is not None:
                table = by_session_key(table, self._store.links, session_key)
            if names is not None:
                table = table & (_one_of(names) if names else False)
            rows = table.to_dicts()
        copies = self.by_place([row["data_set_id"] for row in rows])
        cataloged = [_cataloged(row, copies.get(row["data_set_id"], {})) for row in rows]
        return sorted(cataloged, key=lambda each: each.name)

    def _replicas_of(self, data_set_ids: Collection[uuid.UUID]) -> Iterator[dict[str, Any]]:
        ids = [data_set_id.bytes for data_set_id in data_set_ids]
        for first in range(0, len(ids), _AT_ONCE):
            yield from self._replicas("r.data_set_id IN %s", ids[first : first + _AT_ONCE])

    def _replicas(self, condition: str, *arguments: Any) -> list[dict[str, Any]]:
        """Replicas by ascending revision, so that a dictionary keeps the newest."""
        t, damage = self._tables.Replica, self._tables.Damage
        rows = self._store.rows(
            "SELECT r.*, v.verification_id IS NOT NULL AND u.found_at IS NULL AS proven, "
            # Few files are damaged, and they are found by the index.
            f"EXISTS (SELECT 1 FROM {damage.full_table_name} g "
            f"LEFT JOIN {damage.Ended.full_table_name} e USING (damage_id) "
            "WHERE g.data_set_id = r.data_set_id AND g.place = r.storage_location AND e.ended_at IS NULL) AS damaged "
            f"FROM {t.full_table_name} r "
            f"LEFT JOIN {t.Verified.full_table_name} v USING (data_set_id, storage_location, revision) "
            f"LEFT JOIN {t.Unproven.full_table_name} u USING (data_set_id, storage_location, revision) "
            f"WHERE {condition} ORDER BY r.revision",
            *arguments,
        )
        return [
            {
                "id": uuid.UUID(bytes=row["data_set_id"]),
                "location": row["storage_location"],
                "info": ReplicaInfo(
                    manifest_id=row["manifest_id"],
                    verified=bool(row["proven"]),
                    n_files=row["n_files"],
                    n_bytes=row["n_bytes"],
                    found_by=row["found_by"],
                    recorded_at=read_time(row["recorded_at"]),
                    damaged=bool(row["damaged"]),
                    revision=row["revision"],
                ),
            }
            for row in rows
        ]


def _one_of(names: Collection[DataSetName]) -> str:
    # Plain SQL, since DataJoint takes a second for a list of a thousand.
    ids = ", ".join(f"X'{name.id.hex}'" for name in names)
    return f"data_set_id IN ({ids})"


def _cataloged(row: Mapping[str, Any], copies: Mapping[str, ReplicaInfo]) -> CatalogedDataSet:
    return CatalogedDataSet(
        name=DataSetName.parse(row["data_set_name"]),
        id=row["data_set_id"],
        directory=row["directory"],
        locations=tuple(sorted(name for name, replica in copies.items() if replica.verified)),
        unverified=tuple(sorted(name for name, replica in copies.items() if not replica.verified)),
    )


def file_entry(row: Mapping[str, Any]) -> FileEntry:
    """One row of DataSet.PhysicalFile."""
    return FileEntry(
        path=row["file_path"],
        size=row["file_size"],
        mtime=int((row["file_mtime"] - EPOCH).total_seconds()),
        file_type=row["file_type"],
        checksum=row["checksum"],
        checksum_algorithm=row["checksum_algorithm"],
        vouched_by=row["vouched_by"],
    )
