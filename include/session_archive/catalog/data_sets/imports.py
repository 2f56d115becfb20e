"""Records of another catalog about the archive: kept apart from what was seen, and never in its place."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from session_archive.catalog.history.states import States
from session_archive.catalog.schema.store import EPOCH, ROWS, Store, cut, now
from session_archive.catalog.schema.tables import NAME_LENGTH
from session_archive.naming.session_name import DataSetName, path_id
from session_archive.recording.cataloged import Imported, ImportedRecord
from session_archive.states.state import State, StateRow

#: What another catalog gives; it has no sizes and checksums.
METHOD = "publication rows: names only"


class Imports:
    """Adds and reads imported data sets; their rows are only ever added."""

    def __init__(self, store: Store, *, states: States) -> None:
        self._store, self._states = store, states
        self._table = store.tables.ImportedDataSet

    def of_sessions(self, session_ids: Collection[uuid.UUID], data_set_type: str) -> list[Imported]:
        """What another catalog records of a type for these sessions; the number of all others costs nothing."""
        ids, found = [each.bytes for each in session_ids], list[Imported]()
        for first in range(0, len(ids), ROWS):
            some = ids[first : first + ROWS]
            found += self._imported("data_set_type = %s AND session_id IN %s", data_set_type, some)
        return found

    def of_data_set(self, data_set_id: uuid.UUID) -> Imported | None:
        """What another catalog records of one data set; None if it records nothing."""
        return next(iter(self._imported("data_set_id = %s", data_set_id.bytes)), None)

    def _imported(self, condition: str, *arguments: Any) -> list[Imported]:
        name, files = self._table.full_table_name, self._table.File.full_table_name
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT d.*, (SELECT COUNT(*) FROM {files} f WHERE f.data_set_id = d.data_set_id) AS n_files "
                f"FROM {name} d WHERE {condition}",
                *arguments,
            )
        return [
            Imported(
                name=DataSetName.parse(row["data_set_name"]),
                session_id=uuid.UUID(bytes=row["session_id"]),
                place=row["place"],
                directory=row["directory"],
                source=row["source"],
                n_files=row["n_files"],
            )
            for row in rows
        ]

    def unseen(self, place: str) -> frozenset[DataSetName]:
        """What another catalog records at a place, and no listing of data sets there has been believed since."""
        root = self._store.tables.RootListing.full_table_name
        with self._store.reading():
            # A statement of its own: within the other, the server may read all of both tables.
            believed = self._store.rows(
                f"SELECT listed_at FROM {root} WHERE place = %s AND n_unarchived IS NOT NULL "
                "ORDER BY listed_at DESC LIMIT 1",
                place,
            )
            rows = self._store.rows(
                f"SELECT data_set_name FROM {self._table.full_table_name} WHERE place = %s AND imported_at > %s",
                place,
                believed[0]["listed_at"] if believed else EPOCH,
            )
        return frozenset(DataSetName.parse(row["data_set_name"]) for row in rows)

    def files(self, data_set_id: uuid.UUID) -> frozenset[str]:
        """The paths that another catalog names of a data set, relative to the root of its place."""
        with self._store.reading():
            return frozenset((self._table.File & {"data_set_id": data_set_id}).to_arrays("file_path"))

    def enter(
        self, records: Sequence[ImportedRecord], *, source: str, imported_by: str
    ) -> dict[uuid.UUID, int]:
        """Add what is new: the number of new files by data set id, 0 if all were known.

        The data set becomes `unverified` unless the session already has a state with more evidence.
        """
        return {each.name.id: self._enter(each, source=source, imported_by=imported_by) for each in records}

    def _enter(self, record: ImportedRecord, *, source: str, imported_by: str) -> int:
        key = {"data_set_id": record.name.id}
        with self._store.writing(f"data set {record.name.id}"):
            known = self._table & key
            if not known:
                self._table.insert1(
                    {
                        **key,
                        **_row(record, source),
                        "imported_by": cut(imported_by, NAME_LENGTH),
                        "imported_at": now(),
                    }
                )
            known_paths = set((self._table.File & key).to_arrays("file_path"))
            new = [path for path in record.files if path not in known_paths]
            self._table.File.insert(
                [
                    {**key, "path_id": path_id(path), "file_path": path, "old_file_type": record.files[path]}
                    for path in new
                ],
                chunk_size=ROWS,
            )
            if new:
                self._record_state(record, source)
        return len(new)

    def _record_state(self, record: ImportedRecord, source: str) -> None:
        newest = self._states.of(record.session.id, record.name.data_set_type)
        if newest is not None and newest.state not in (State.NOT_FOUND, State.UNVERIFIED):
            return
        self._states.append(
            StateRow(
                data_set_type=record.name.data_set_type,
                target=record.session.id,
                state=State.UNVERIFIED,
                reason=(
                    f"recorded by {source}, which kept names only: {len(record.files)} files of unknown size; "
                    "discover_sessions has not looked for them yet"
                ),
                path=" + ".join(f"{record.place}:{each}" for each in record.directory.split("\n")),
                session=str(record.session),
                data_set=str(record.name),
                n_files=len(record.files),
                run_id=cut(f"import of {source}", NAME_LENGTH),
            )
        )


def _row(record: ImportedRecord, source: str) -> dict[str, object]:
    return {
        "data_set_type": record.name.data_set_type,
        "data_set_name": str(record.name),
        "session_id": record.session.id,
        "session_key": json.dumps(record.session.key, sort_keys=True),
        "place": record.place,
        "directory": record.directory,
        "source": cut(source, NAME_LENGTH),
        "old_name": record.old_name,
        "method": METHOD,
    }
