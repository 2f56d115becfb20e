"""The checksums as the storage behind a collection answers them: computed, stored, or by another algorithm."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from loopback_globus import paths
from loopback_globus.engine.checksum import digest
from loopback_globus.engine.trouble import Trouble
from loopback_globus.settings import Collection
from loopback_globus.store import Store


@dataclass(frozen=True)
class Answers:
    """Asks collections for checksums, and keeps those that a collection stores."""

    store: Store

    def ask(
        self, collection: Collection, path: str, file: Path, algorithm: str, *, stop: threading.Event
    ) -> str:
        """The checksum of the file at a path, by a collection that may have stored it. raises : Trouble, Stopped."""
        if not collection.checksums.stored:
            return self.compute(collection, path, file, algorithm, stop=stop)
        row = (
            self.store.read()
            .execute(
                "SELECT checksum FROM stored_checksum WHERE collection = ? AND path = ? AND algorithm = ?",
                (collection.id, paths.collapse(path), algorithm),
            )
            .fetchone()
        )
        if row is not None:
            return str(row["checksum"])
        computed = self.compute(collection, path, file, algorithm, stop=stop)
        self._keep(collection, path, algorithm, computed)
        return computed

    def compute(
        self, collection: Collection, path: str, file: Path, algorithm: str, *, stop: threading.Event
    ) -> str:
        """The checksum of the bytes now. raises : Trouble for an algorithm that the collection lacks, Stopped."""
        return digest(file, computed_by(collection, path, algorithm), stop=stop)

    def written(self, collection: Collection, path: str, algorithm: str, checksum: str | None) -> None:
        """Forget what was stored of a file that is written again; store its new checksum, if one was computed."""
        if not collection.checksums.stored:
            return
        with self.store.write() as db:
            db.execute(
                "DELETE FROM stored_checksum WHERE collection = ? AND path = ?",
                (collection.id, paths.collapse(path)),
            )
        if checksum:
            self._keep(collection, path, algorithm, checksum)

    def _keep(self, collection: Collection, path: str, algorithm: str, checksum: str) -> None:
        with self.store.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO stored_checksum VALUES (?, ?, ?, ?)",
                (collection.id, paths.collapse(path), algorithm, checksum),
            )


def computed_by(collection: Collection, path: str, algorithm: str) -> str:
    """The algorithm by which a collection answers. raises : Trouble for one that it lacks."""
    known = collection.checksums
    if not known.always and algorithm not in known.algorithms:
        raise Trouble(
            "ENDPOINT_ERROR",
            f"Path: {path}: Checksum algorithm {algorithm} is not supported on {collection.name}",
        )
    return known.always or algorithm
