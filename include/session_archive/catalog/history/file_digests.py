"""The digests of files: who computed them, from what and when. A file has several; rows are only added."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from session_archive.catalog.schema.store import ROWS, Store, now, read_time, stored_time
from session_archive.fixity.file_digest import Basis, Computer, FileDigest
from session_archive.naming.session_name import NAMESPACE, path_id


class FileDigests:
    """Adds and reads the digests of the files of a data set."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.FileDigest

    def keep(self, data_set_id: uuid.UUID, digests: Iterable[FileDigest]) -> None:
        """Add the digests that are new; one that is known keeps the time at which it was first computed."""
        digests = iter(digests)
        # Of 100,000 files, the digests would take 20 MB and their rows 200: only a part of them exists at a time.
        if (first := next(digests, None)) is None:
            return
        with self._store.writing(f"digests {data_set_id}"):
            known = {row["digest_id"] for row in self._rows(data_set_id, "digest_id")}
            rows = _new(data_set_id, chain([first], digests), known)
            self._table.insert(rows, chunk_size=ROWS)

    def of(self, data_set_id: uuid.UUID) -> list[FileDigest]:
        """All digests of the files of a data set, by path and time."""
        with self._store.reading():
            rows = self._rows(data_set_id, "*")
        digests = [
            FileDigest(
                path=row["file_path"],
                place=row["place"],
                algorithm=row["algorithm"],
                value=row["digest"],
                computed_by=Computer(row["computed_by"]),
                basis=Basis(row["basis"]),
                size=row["file_size"],
                mtime=row["file_mtime"],
                version=row["file_version"],
                computed_at=read_time(row["computed_at"]),
            )
            for row in rows
        ]
        return sorted(digests, key=lambda each: (each.path, each.computed_at))

    def _rows(self, data_set_id: uuid.UUID, columns: str) -> list[dict[str, Any]]:
        return self._store.rows(
            f"SELECT {columns} FROM {self._table.full_table_name} WHERE data_set_id = %s", data_set_id.bytes
        )


def _new(
    data_set_id: uuid.UUID, digests: Iterable[FileDigest], known: set[bytes]
) -> Iterator[dict[str, Any]]:
    """The rows of digests that are not known, each once; `known` gets their ids."""
    for each in digests:
        digest_id = _id(data_set_id, each)
        if digest_id.bytes not in known:
            known.add(digest_id.bytes)
            yield _stored(digest_id, data_set_id, each)


def _id(data_set_id: uuid.UUID, each: FileDigest) -> uuid.UUID:
    parts = (
        data_set_id,
        each.path,
        each.place,
        each.algorithm.upper(),
        each.value.lower(),
        each.computed_by,
        each.basis,
        each.size,
        each.mtime,
        each.version,
        # Each reading is an event of its own; what others say may be noted many times, and is kept once.
        each.computed_at if each.computed_by is Computer.WORKER else "",
    )
    return uuid.uuid5(NAMESPACE, "digest " + "\n".join(str(part) for part in parts))


def _stored(digest_id: uuid.UUID, data_set_id: uuid.UUID, each: FileDigest) -> dict[str, Any]:
    return {
        "digest_id": digest_id,
        "data_set_id": data_set_id,
        "path_id": path_id(each.path),
        "file_path": each.path,
        "place": each.place,
        "algorithm": each.algorithm.upper(),
        "digest": each.value.lower(),
        "computed_by": str(each.computed_by),
        "basis": str(each.basis),
        "file_size": each.size,
        "file_mtime": each.mtime,
        "file_version": each.version,
        "computed_at": stored_time(each.computed_at) or now(),
    }
