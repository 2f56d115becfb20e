"""Puts finished copies under their final names, many of them in one transaction of the state file."""

from __future__ import annotations

import posixpath
import sqlite3
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from loopback_globus import paths
from loopback_globus.engine import task_records
from loopback_globus.engine.answers import Answers
from loopback_globus.engine.task_records import FileDone, Ledger
from loopback_globus.engine.trouble import Trouble, writing
from loopback_globus.journal import Journal
from loopback_globus.settings import Collection

#: A batch ends when it has this many files, or is this old in seconds: a large file is alone in its batch.
_MOST_FILES = 200
_OLDEST = 0.1


@dataclass(frozen=True)
class Copied:
    """A file that has been copied and checked; without `temporary`, one that was up to date already.

    One that is `lost` is reported as done and never gets its final name, as by a mover that loses what it wrote.
    One that was `pretended` has its size and no content.
    """

    entry: sqlite3.Row
    target: Path
    algorithm: str
    temporary: Path | None = None
    size: int = 0
    checksum: str | None = None
    lost: bool = False
    pretended: bool = False


@dataclass
class Batch:
    """The copies of one task that have no final name yet."""

    task_id: str
    destination: Collection
    ledger: Ledger
    answers: Answers
    journal: Journal
    _copied: list[Copied] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _since: float = 0.0

    def holds(self, destination: str) -> bool:
        """Whether a copy waits for this name or for one above it; names are alike as on a folding file system."""
        name = _folded(destination) if self._copied else ""
        while name:
            if name in self._names:
                return True
            name = name.rpartition("/")[0]
        return False

    def add(self, copied: Copied) -> None:
        self._since = self._since if self._copied else time.monotonic()
        self._copied.append(copied)
        self._names.add(_folded(copied.entry["destination"]))

    def is_due(self) -> bool:
        return bool(self._copied) and (
            len(self._copied) >= _MOST_FILES or time.monotonic() - self._since >= _OLDEST
        )

    def put_in_place(self) -> tuple[int, list[tuple[Copied, Trouble]]]:
        """Rename all and record them; returns how many, and those that could not be. raises : Stopped, if none was."""
        done, troubles = list[Copied](), list[tuple[Copied, Trouble]]()
        if not self._copied:
            return 0, troubles
        try:
            with self.ledger.working(self.task_id) as db:
                for copied in self._copied:
                    try:
                        self._rename(copied)
                        done.append(copied)
                    except Trouble as trouble:
                        troubles.append((copied, trouble))
                task_records.files_done(db, self.task_id, [_record(copied) for copied in done])
        finally:
            self.drop()
        for copied in done:
            if copied.temporary and not copied.lost:
                path = copied.entry["destination"]
                self.answers.written(self.destination, path, copied.algorithm, copied.checksum)
        return len(done), troubles

    def drop(self) -> None:
        """Forget the copies that have no final name."""
        for copied in self._copied:
            if copied.temporary:
                copied.temporary.unlink(missing_ok=True)
        self._copied.clear()
        self._names.clear()

    def tell_written(
        self, entry: sqlite3.Row, *, size: int, checksum: str | None = None, pretended: bool = False
    ) -> None:
        """Tell the journal that a file has its final name."""
        self.journal.effect(
            "written",
            collection=self.destination.id,
            path=paths.collapse(entry["destination"]),
            task_id=self.task_id,
            size=size,
            checksum=checksum,
            pretended=pretended,
        )

    def _rename(self, copied: Copied) -> None:
        if copied.temporary is None or copied.lost:
            return
        with writing(copied.entry["destination"]):
            copied.temporary.replace(copied.target)
        self.tell_written(
            copied.entry, size=copied.size, checksum=copied.checksum, pretended=copied.pretended
        )


def _record(copied: Copied) -> FileDone:
    synced = copied.temporary is None
    return FileDone(
        entry=copied.entry,
        state="synced" if synced else "done",
        size=None if synced else copied.size,
        algorithm=copied.algorithm if copied.checksum else None,
        checksum=copied.checksum,
    )


def _folded(destination: str) -> str:
    return unicodedata.normalize("NFC", posixpath.normpath(destination)).casefold()
