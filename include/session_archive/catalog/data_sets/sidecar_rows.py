"""Sidecar manifests: made of the catalog's rows, and recorded once they were seen in the archive."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from session_archive.catalog.data_sets.missing_sidecars import MissingSidecars
from session_archive.catalog.data_sets.replica_reader import file_entry
from session_archive.catalog.history.decisions import Decisions
from session_archive.catalog.lab.session_keys import plain_value, session_id
from session_archive.catalog.schema.bound_store import insert_missing
from session_archive.catalog.schema.store import Store, now
from session_archive.errors import CatalogError
from session_archive.naming.session_name import DataSetName, lines
from session_archive.sidecar.document import SidecarManifest, Verified
from session_archive.states.decisions import Decision


@dataclass(frozen=True, slots=True)
class _Link:
    key: dict[str, Any]
    linked_at: dt.datetime


class SidecarRows:
    """Makes sidecar manifests, and knows which of them are in the archive."""

    def __init__(self, store: Store, *, decisions: Decisions) -> None:
        self._store, self._tables, self._decisions = store, store.tables, decisions
        self._missing = MissingSidecars(store)

    def missing(self, location: str, *, most: int) -> list[tuple[DataSetName, int]]:
        """Revisions that are archived at a place without their sidecar manifest; those verified first come first."""
        return self._missing.at(location, most=most)

    def review(self, location: str) -> None:
        """Let later runs ask of no old revision whether it lacks its manifest, if few do."""
        self._missing.review(location)

    def manifest(self, data_set: DataSetName, revision: int, location: str) -> SidecarManifest:
        """The sidecar manifest of an archived revision. Raises CatalogError if it is not archived at that place."""
        t = self._tables
        key = {"data_set_id": data_set.id, "revision": revision, "storage_location": location}
        with self._store.reading():
            row = self._row(key, data_set)
            files = self._store.rows(
                f"SELECT * FROM {t.DataSet.PhysicalFile.full_table_name} "
                "WHERE data_set_id = %s AND revision = %s ORDER BY file_path",
                data_set.id.bytes,
                revision,
            )
            link = self._link(data_set)
        return SidecarManifest(
            data_set=str(data_set),
            revision=revision,
            directory=row["directory"],
            location=location,
            found_by=row["found_by"],
            dag_id=row["dag_id"],
            run_id=row["run_id"],
            recorded_at=_utc(row["recorded_at"]),
            replica_recorded_at=_utc(row["replica_recorded_at"]),
            session_key=link.key if link else None,
            linked_at=_utc(link.linked_at) if link else None,
            verified=self._verified(row),
            files=tuple(map(file_entry, files)),
            decisions=tuple(self._about(data_set, row["directory"], link.key if link else None)),
        )

    def record(self, location: str, revisions: Iterable[tuple[DataSetName, int]]) -> None:
        """Record that these manifests were seen in the archive; recording the same again does nothing."""
        rows = [
            {
                "data_set_id": data_set.id,
                "storage_location": location,
                "revision": revision,
                "carried_at": now(),
            }
            for data_set, revision in revisions
        ]
        with self._store.reading():
            insert_missing(self._tables.Replica.Carried, rows)

    def _row(self, key: dict[str, Any], data_set: DataSetName) -> dict[str, Any]:
        t = self._tables
        rows = self._store.rows(
            "SELECT d.directory, d.recorded_at, r.found_by, r.dag_id, r.run_id, "
            "r.recorded_at AS replica_recorded_at, v.verified_at, v.verification_id, c.submission_id, c.route, "
            "c.method, c.dag_id AS verified_by_dag, c.run_id AS verified_by_run, c.verified_at AS checked_at "
            f"FROM {t.Replica.full_table_name} r JOIN {t.DataSet.full_table_name} d USING (data_set_id) "
            f"JOIN {t.Replica.Verified.full_table_name} v USING (data_set_id, storage_location, revision) "
            f"JOIN {t.Verification.full_table_name} c ON c.verification_id = v.verification_id "
            "WHERE r.data_set_id = %s AND r.revision = %s AND r.storage_location = %s",
            key["data_set_id"].bytes,
            key["revision"],
            key["storage_location"],
        )
        if not rows:
            raise CatalogError(
                f"{data_set}, revision {key['revision']}, is not archived at {key['storage_location']}, so it has no "
                "sidecar manifest"
            )
        return rows[0]

    @staticmethod
    def _verified(row: dict[str, Any]) -> Verified:
        submission = row["submission_id"]
        return Verified(
            verification_id=uuid.UUID(bytes=row["verification_id"]),
            submission_id=uuid.UUID(bytes=submission) if submission else None,
            route=row["route"],
            method=row["method"],
            dag_id=row["verified_by_dag"],
            run_id=row["verified_by_run"],
            checked_at=_utc(row["checked_at"]),
            verified_at=_utc(row["verified_at"]),
        )

    def _link(self, data_set: DataSetName) -> _Link | None:
        table = self._store.links.get(self._store.layout.link_tables.get(data_set.data_set_type, ""))
        if table is None:
            return None
        for row in (table & {"data_set_id": data_set.id}).to_dicts():
            key = {name: plain_value(row[name]) for name in table.primary_key if name != "data_set_id"}
            return _Link(key, row["linked_at"])
        return None

    def _about(
        self, data_set: DataSetName, directory: str, session_key: dict[str, Any] | None
    ) -> Iterable[Decision]:
        target = session_id(session_key) if session_key else None
        for decision in self._decisions.that_may_concern(data_set):
            if decision.place:
                about = decision.directory in lines(directory)
            elif decision.data_set:
                about = decision.data_set == str(data_set)
            else:
                about = decision.session_id == target
            if about:
                yield decision


def _utc(stored: dt.datetime) -> dt.datetime:
    return stored.replace(tzinfo=dt.UTC)
