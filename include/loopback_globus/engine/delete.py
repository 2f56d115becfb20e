"""A delete task: removes its paths in order."""

from __future__ import annotations

import fnmatch
import os
import sqlite3
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback_globus import paths
from loopback_globus.engine import task_records
from loopback_globus.engine.task_records import Ledger
from loopback_globus.engine.trouble import Stopped, Trouble, writing
from loopback_globus.faults import Faults
from loopback_globus.journal import Journal
from loopback_globus.settings import Collection


@dataclass(frozen=True)
class Delete:
    """One task, and the parts of the service that it uses."""

    task_id: str
    collection: Collection
    options: dict[str, Any]
    ledger: Ledger
    journal: Journal
    faults: Faults
    stop: threading.Event

    def run(self) -> bool:
        """Remove every open path; a missing one fails the task. raises : fatal Trouble, Stopped."""
        if self.faults.offline(collection_id=self.collection.id, name=self.collection.name):
            raise Trouble("GC_NOT_CONNECTED", f"Collection {self.collection.name} is not connected")
        after, progressed, reported = -1, False, set[str]()
        while entries := self.ledger.open_entries(self.task_id, after=after):
            for entry in entries:
                try:
                    self._entry(entry)
                    progressed = True
                except Trouble as trouble:
                    if trouble.fatal:
                        raise
                    self.ledger.retry_later(entry, trouble, add_event=trouble.code not in reported)
                    reported.add(trouble.code)
            after = entries[-1]["n"]
        return progressed

    def _entry(self, entry: sqlite3.Row) -> None:
        files = directories = 0
        for place in self._places(entry["source"]):
            with writing(entry["source"]):
                files_here, directories_here = self._remove(place)
            files += files_here
            directories += directories_here
        with self.ledger.working(self.task_id) as db:
            task_records.removed(db, entry, files=files, directories=directories)

    def _places(self, path: str) -> list[Path]:
        try:
            place = paths.resolve(self.collection, path, follow=False)
        except paths.InvalidPathError:
            raise Trouble("INVALID_PATH_NAME", f"Path: {path!r}: invalid path", fatal=True) from None
        except paths.OutsideError:
            raise Trouble("PERMISSION_DENIED", f"Path: {path}: Path not allowed", fatal=True) from None
        if place == self.collection.root:
            raise Trouble("PERMISSION_DENIED", f"Path: {path}: the root cannot be deleted", fatal=True)
        targets = [place] if os.path.lexists(place) else []
        if not targets and self.options.get("interpret_globs") and any(c in path for c in "*?["):
            # Only the last part may hold a pattern, so that the jail's check of its parent stays valid.
            targets = [path for path in place.parent.iterdir() if _globbed(path.name, place.name)]
        if not targets and not self.options.get("ignore_missing"):
            raise Trouble("FILE_NOT_FOUND", f"Path: {path}: no such file or directory", fatal=True)
        return targets

    def _remove(self, place: Path) -> tuple[int, int]:
        if not stat.S_ISDIR(place.lstat().st_mode):
            self._one(place, directory=False)
            return 1, 0
        if not self.options.get("recursive"):
            raise Trouble("IS_A_DIRECTORY", f"Path: {place.name}: a directory needs recursive", fatal=True)
        files = directories = 0
        for parent, names_of_directories, names in os.walk(place, topdown=False):
            links = [name for name in names_of_directories if Path(parent, name).is_symlink()]
            for name in names + links:
                self._one(Path(parent, name), directory=False)
            self._one(Path(parent), directory=True)
            files, directories = files + len(names) + len(links), directories + 1
        return files, directories

    def _one(self, place: Path, *, directory: bool) -> None:
        if self.stop.is_set():
            raise Stopped
        inside = paths.to_wire("/" + place.relative_to(self.collection.root).as_posix())
        with self.ledger.working(self.task_id):
            if directory:
                place.rmdir()
            else:
                place.unlink()
            self.journal.effect("removed", collection=self.collection.id, path=inside, task_id=self.task_id)


def _globbed(name: str, pattern: str) -> bool:
    """As in a shell: a pattern matches hidden names only if it begins with a dot itself."""
    return name.startswith(".") <= pattern.startswith(".") and fnmatch.fnmatchcase(name, pattern)
