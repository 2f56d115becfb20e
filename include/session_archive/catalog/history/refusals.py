"""Every file for which a data set was refused: recorded when the list has changed, never changed afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from session_archive.catalog.schema.store import ROWS, Store, cut, now, read_time
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.fixity.storable import DIRECTORY_LENGTH
from session_archive.states.refusal import Refusal


class Refusals:
    """Adds and reads refusals."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.Refusal

    def record(self, refusals: Iterable[Refusal]) -> int:
        """Record those that differ from the newest one of their data set; returns how many did."""
        return sum(self._record(refusal) for refusal in refusals if refusal.files)

    def newest(self, data_set_id: uuid.UUID) -> Refusal | None:
        """The newest refusal of a data set, with all its files; None if it was never refused for one."""
        with self._store.reading():
            row = self._newest(data_set_id)
            if row is None:
                return None
            files = (self._table.File & {"refusal_id": row["refusal_id"]}).to_dicts()
        return Refusal(
            data_set_id=data_set_id,
            data_set=row["data_set_name"],
            place=row["place"],
            reason=row["reason"],
            files=tuple(
                (each["file_path"], each["why"]) for each in sorted(files, key=lambda each: each["number"])
            ),
            run_id=row["run_id"],
            refused_at=read_time(row["refused_at"]),
        )

    def _record(self, refusal: Refusal) -> bool:
        with self._store.writing(f"refusals {refusal.data_set_id}"):
            newest = self._newest(refusal.data_set_id)
            if newest and newest["digest"] == refusal.digest:
                return False
            key = {"refusal_id": uuid.uuid4()}
            self._table.insert1(
                {
                    **key,
                    "data_set_id": refusal.data_set_id,
                    "data_set_name": refusal.data_set,
                    "place": refusal.place,
                    "reason": cut(refusal.reason, TEXT_LENGTH),
                    "n_files": len(refusal.files),
                    "digest": refusal.digest,
                    "run_id": refusal.run_id,
                    "refused_at": now(),
                }
            )
            rows = (
                {
                    **key,
                    "number": number,
                    "file_path": cut(path, DIRECTORY_LENGTH),
                    "why": cut(why, TEXT_LENGTH),
                }
                for number, (path, why) in enumerate(refusal.files)
            )
            self._table.File.insert(rows, chunk_size=ROWS)
        return True

    def _newest(self, data_set_id: uuid.UUID) -> dict[str, Any] | None:
        rows = (self._table & {"data_set_id": data_set_id}).to_dicts()
        return max(rows, key=lambda row: row["refused_at"], default=None)
