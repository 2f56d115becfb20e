"""Records repairs: who asked, which files are set aside, and in one transaction that the damage has ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from session_archive.assess.audit import CatalogedCopy, CopyLook, Taken
from session_archive.assess.repair import Aside, EndedRepair, Repair, Yes
from session_archive.catalog.data_sets.audits import Audited, Audits
from session_archive.catalog.schema.limits import NAME_LENGTH, TEXT_LENGTH
from session_archive.catalog.schema.store import ROWS, Store, cut, now, read_time, stored_time
from session_archive.naming.session_name import DataSetName


class Repairs:
    """Adds and reads repairs; rows are never changed."""

    def __init__(self, store: Store, *, audits: Audits) -> None:
        self._store, self._table = store, store.tables.Repair
        self._audits = audits

    def begun(self, data_set_id: uuid.UUID, place: str) -> list[Repair]:
        """The repairs of a copy that are not over, oldest first: one may have been broken off anywhere."""
        with self._store.reading():
            return [self._repair(row) for row in self._unended(data_set_id, place)]

    def begin(self, name: DataSetName, place: str, repair: Repair) -> None:
        """Record a repair and the files that it is about to set aside, before any is renamed.

        The same run records itself once, and each file once.
        """
        with self._store.writing(f"data set {name.id}"):
            same = [
                row
                for row in self._unended(name.id, place)
                if (row["dag_id"], row["run_id"]) == (repair.dag_id, repair.run_id)
            ]
            repair_id = uuid.UUID(bytes=same[0]["repair_id"]) if same else uuid.uuid4()
            if not same:
                self._table.insert1(
                    {
                        "repair_id": repair_id,
                        "data_set_id": name.id,
                        "data_set_name": str(name),
                        "place": place,
                        "asked_by": cut(repair.yes.by, NAME_LENGTH),
                        "why": cut(repair.yes.why, TEXT_LENGTH),
                        "dag_id": repair.dag_id,
                        "run_id": repair.run_id,
                        "asked_at": stored_time(repair.asked_at),
                    }
                )
            known = set(self._asides(repair_id))
            rows = [
                {
                    "repair_id": repair_id,
                    "aside_id": uuid.uuid4(),
                    "file_path": each.path,
                    "aside_path": each.aside,
                    "noted_at": now(),
                }
                for each in repair.asides
                if each not in known
            ]
            self._table.SetAside.insert(rows, chunk_size=ROWS)

    def finish(self, copy: CatalogedCopy, look: CopyLook, taken: Taken, *, origin: str) -> Audited:
        """Record what was seen of a copy after its repair, and end the repairs of it if a file is whole again.

        origin : the place that the good bytes came from; '' if none were sent
        """
        with self._store.writing(f"data set {copy.id}"):
            unended = self._unended(copy.id, taken.place)
            audited = self._audits.append(copy, look, taken)
            if audited.outcome is not None and audited.outcome.ended:
                rows = [
                    {
                        "repair_id": uuid.UUID(bytes=row["repair_id"]),
                        "verification_id": audited.verification_id,
                        "origin": origin,
                        "n_files": len(audited.outcome.ended),
                        "ended_at": stored_time(taken.now),
                    }
                    for row in unended
                ]
                self._table.Ended.insert(rows, chunk_size=ROWS)
        return audited

    def ended_since(self, at: dt.datetime) -> list[EndedRepair]:
        """The repairs of the time since then, oldest first."""
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT r.*, e.origin, e.n_files, e.ended_at FROM {self._table.Ended.full_table_name} e "
                f"JOIN {self._table.full_table_name} r USING (repair_id) WHERE e.ended_at >= %s "
                "ORDER BY e.ended_at, r.repair_id",
                stored_time(at),
            )
            return [
                EndedRepair(
                    row["data_set_name"],
                    row["place"],
                    self._repair(row),
                    row["origin"],
                    row["n_files"],
                    row["ended_at"].replace(tzinfo=dt.UTC),
                )
                for row in rows
            ]

    def ended_in(self, data_set_id: uuid.UUID, place: str, *, dag_id: str, run_id: str) -> bool:
        """True if this run of Airflow has repaired the copy: a worker may have died since."""
        key = {"data_set_id": data_set_id, "place": place, "dag_id": dag_id, "run_id": run_id}
        with self._store.reading():
            return bool((self._table & key) & self._table.Ended)

    def _unended(self, data_set_id: uuid.UUID, place: str) -> list[dict[str, Any]]:
        return self._store.rows(
            f"SELECT r.* FROM {self._table.full_table_name} r "
            f"LEFT JOIN {self._table.Ended.full_table_name} e USING (repair_id) "
            "WHERE r.data_set_id = %s AND r.place = %s AND e.ended_at IS NULL ORDER BY r.asked_at, r.repair_id",
            data_set_id.bytes,
            place,
        )

    def _asides(self, repair_id: uuid.UUID) -> Iterable[Aside]:
        rows = self._store.rows(
            f"SELECT file_path, aside_path FROM {self._table.SetAside.full_table_name} "
            "WHERE repair_id = %s ORDER BY noted_at, file_path",
            repair_id.bytes,
        )
        return [Aside(row["file_path"], row["aside_path"]) for row in rows]

    def _repair(self, row: dict[str, Any]) -> Repair:
        asked_at = read_time(row["asked_at"])
        assert asked_at is not None, "every repair has its time"
        return Repair(
            Yes(row["asked_by"], row["why"]),
            asked_at,
            row["dag_id"],
            row["run_id"],
            tuple(self._asides(uuid.UUID(bytes=row["repair_id"]))),
        )
