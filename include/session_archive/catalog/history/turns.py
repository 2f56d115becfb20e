"""Work that is spread over many nights: a row for each turn that a data set had; rows are never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from session_archive.catalog.schema.newest import newest_of_each
from session_archive.catalog.schema.store import ROWS, Store, now, read_time


class Turns:
    """The turns of data sets at a place."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looks, self._proofs = store.tables.RigLook, store.tables.ProofTurn

    def looked(self, place: str, settled: Mapping[uuid.UUID, bool], *, run_id: str) -> None:
        """Record that these archived data sets were compared with this rig now.

        settled : data set id -> whether the rig had what the archive has
        """
        common = {"place": place, "looked_at": now(), "run_id": run_id}
        rows = [{**common, "data_set_id": each, "settled": value} for each, value in settled.items()]
        with self._store.reading():
            self._looks.insert(rows, chunk_size=ROWS)

    def newest_looks(
        self, place: str, data_set_ids: Collection[uuid.UUID]
    ) -> dict[uuid.UUID, tuple[dt.datetime, bool]]:
        """When each of these data sets was last compared with this rig (UTC), and whether that left nothing to do."""
        rows = self._newest(self._looks, "looked_at", place, data_set_ids)
        return {key: (at, bool(row["settled"])) for key, at, row in rows}

    def proving(self, place: str, n_bytes: Mapping[uuid.UUID, int], *, run_id: str) -> None:
        """Record that a run takes up these data sets at a location.

        n_bytes : data set id -> bytes that will be read in the archive
        """
        common = {"place": place, "taken_at": now(), "run_id": run_id}
        rows = [{**common, "data_set_id": each, "n_bytes": value} for each, value in n_bytes.items()]
        with self._store.reading():
            self._proofs.insert(rows, chunk_size=ROWS)

    def newest_proofs(self, place: str, data_set_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dt.datetime]:
        """When a run last took up each of these data sets at this location, UTC."""
        rows = self._newest(self._proofs, "taken_at", place, data_set_ids)
        return {key: at for key, at, _ in rows}

    def _newest(
        self, table: Any, time: str, place: str, data_set_ids: Collection[uuid.UUID]
    ) -> Iterator[tuple[uuid.UUID, dt.datetime, Mapping[str, Any]]]:
        """The newest row of each; only what is cataloged has turns."""
        if not data_set_ids:
            return
        rows = newest_of_each(
            self._store,
            table,
            time,
            keys={"place": place},
            of=self._store.tables.DataSet,
            among="d.data_set_id IN %s",
            values=([each.bytes for each in data_set_ids],),
        )
        for row in rows:
            at = read_time(row[time])
            assert at is not None, "it is in the key"
            yield uuid.UUID(bytes=row["data_set_id"]), at, row
