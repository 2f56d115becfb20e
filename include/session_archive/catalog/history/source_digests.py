"""Digests of source files that were read once, so that no later run reads them again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from session_archive.catalog.schema.bound_store import insert_missing
from session_archive.catalog.schema.store import Store, cut, now
from session_archive.fixity.storable import PATH_LENGTH
from session_archive.listing.digests import FileIdentity


class Digests:
    """Adds and reads SHA-256 digests."""

    def __init__(self, store: Store) -> None:
        self._store, self._table = store, store.tables.SourceDigest

    def known(self, place: str, files: Collection[FileIdentity]) -> dict[FileIdentity, str]:
        """The known digests of these files at a place."""
        if not files:
            return {}
        rows = self._store.rows(
            f"SELECT * FROM {self._table.full_table_name} WHERE place = %s AND inode IN %s",
            place,
            sorted({file.inode for file in files}),
        )
        known = {
            FileIdentity(row["device"], row["inode"], row["size"], row["mtime_ns"]): row["sha256"]
            for row in rows
        }
        return {file: known[file] for file in files if file in known}

    def keep(self, place: str, file: FileIdentity, *, path: str, sha256: str) -> None:
        """Store a computed digest; that of a known file stays as it is."""
        row = {
            "place": place,
            **asdict(file),
            "sha256": sha256,
            "path": cut(path, PATH_LENGTH),
            "computed_at": now(),
        }
        insert_missing(self._table, [row])
