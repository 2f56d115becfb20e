"""The archived copies as audits see them: what the catalog has of each, and when it was last looked at."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from session_archive.assess.audit import CatalogedCopy
from session_archive.catalog.data_sets.replica_reader import file_entry
from session_archive.catalog.history.damages import Damages
from session_archive.catalog.schema.newest import newest_of_each
from session_archive.catalog.schema.store import Store, read_time
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import NOT_COMPARED
from session_archive.naming.session_name import DataSetName

#: How a look was made: names, sizes and times alone; or content too, of some files or of all.
LISTING, READ, PROVEN = "listing", "read", "proven"


class AuditedCopies:
    """Reads the newest replica of each data set at a place, with its looks."""

    def __init__(self, store: Store, *, damages: Damages) -> None:
        self._store, self._tables = store, store.tables
        self._damages = damages

    def copies(self, place: str) -> list[CatalogedCopy]:
        """The newest replica of every data set at a place."""
        return self._copies(place)

    def of(self, data_set_ids: Collection[uuid.UUID], place: str) -> list[CatalogedCopy]:
        """As `copies`, of these data sets only."""
        return self._copies(place, [each.bytes for each in data_set_ids]) if data_set_ids else []

    def _copies(self, place: str, ids: Sequence[bytes] = ()) -> list[CatalogedCopy]:
        """The copies; no ids for all."""
        t, among, values = self._tables, "AND r.data_set_id IN %s " if ids else "", [ids] if ids else []
        with self._store.reading():
            rows = self._store.rows(
                "SELECT r.*, d.data_set_name, d.directory, u.found_at AS unproven_at, v.verified_at, "
                f"EXISTS (SELECT 1 FROM {t.DataSet.PhysicalFile.full_table_name} f WHERE f.data_set_id = r.data_set_id "
                "AND f.revision = r.revision AND f.vouched_by IN %s) AS claimed "
                f"FROM {t.Replica.full_table_name} r JOIN {t.DataSet.full_table_name} d USING (data_set_id) "
                f"LEFT JOIN {t.Replica.Verified.full_table_name} v USING (data_set_id, storage_location, revision) "
                f"LEFT JOIN {t.Replica.Unproven.full_table_name} u USING (data_set_id, storage_location, revision) "
                f"WHERE r.storage_location = %s {among}ORDER BY r.revision",
                sorted(NOT_COMPARED),
                place,
                *values,
            )
        newest = {uuid.UUID(bytes=row["data_set_id"]): row for row in rows}
        looks, damaged = self._newest_looks(place, ids), self._damages.of(newest.keys(), place)
        return [_copy(row, looks.get(key, {}), damaged=key in damaged) for key, row in newest.items()]

    def _newest_looks(
        self, place: str, ids: Sequence[bytes]
    ) -> dict[uuid.UUID, dict[str, tuple[dt.datetime, str]]]:
        """Data set id -> how -> time and listed id of the newest look of that kind."""
        found: dict[uuid.UUID, dict[str, tuple[dt.datetime, str]]] = {}
        for how in (LISTING, READ, PROVEN):
            for row in newest_looks(self._store, place, how=how, ids=ids):
                at = read_time(row["looked_at"])
                assert at is not None, "it is in the key"
                found.setdefault(uuid.UUID(bytes=row["data_set_id"]), {})[how] = at, row["listed_id"]
        return found

    def files(self, copy: CatalogedCopy) -> Manifest:
        """The files of a replica, as cataloged."""
        name = self._tables.DataSet.PhysicalFile.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT * FROM {name} WHERE data_set_id = %s AND revision = %s", copy.id.bytes, copy.revision
            )
        return Manifest.of(map(file_entry, rows))


def newest_looks(store: Store, place: str, *, how: str, ids: Sequence[bytes]) -> list[dict[str, Any]]:
    """The newest look of one kind at each copy at a place; a copy of several revisions comes as often.

    ids : of data sets; none for all
    """
    t = store.tables
    return newest_of_each(
        store,
        t.AuditLook,
        "looked_at",
        keys={"place": place, "how": how},
        of=t.Replica,
        among="d.storage_location = %s" + (" AND d.data_set_id IN %s" if ids else ""),
        values=(place, ids) if ids else (place,),
    )


def _copy(
    row: dict[str, Any], looks: Mapping[str, tuple[dt.datetime, str]], *, damaged: bool
) -> CatalogedCopy:
    seen_at = read_time(row["recorded_at"])
    assert seen_at is not None, "every replica has its time"
    never: tuple[dt.datetime | None, str] = None, ""
    verified_at = None if row["unproven_at"] else read_time(row["verified_at"])
    # Whoever reads a copy has listed it before.
    listed, proven = max(looks.values(), default=never), looks.get(PROVEN, never)
    read = max((each for each in (looks.get(READ), looks.get(PROVEN)) if each), default=never)
    return CatalogedCopy(
        id=uuid.UUID(bytes=row["data_set_id"]),
        name=DataSetName.parse(row["data_set_name"]),
        directory=row["directory"],
        revision=row["revision"],
        manifest_id=row["manifest_id"],
        n_files=row["n_files"],
        n_bytes=row["n_bytes"],
        verified=verified_at is not None,
        seen_at=seen_at,
        # A person's word, or a sidecar manifest, proves no content.
        proven_at=max(filter(None, (None if row["claimed"] else verified_at, proven[0])), default=None),
        looked_at=listed[0],
        damaged=damaged,
        listed_id=listed[1],
        read_at=read[0],
        read_id=read[1],
    )
