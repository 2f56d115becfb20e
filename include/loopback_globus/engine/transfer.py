"""One pass over a transfer task: every open entry is tried once."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback_globus import filters, paths
from loopback_globus.engine import checksum, copy, task_records
from loopback_globus.engine.answers import Answers
from loopback_globus.engine.regular import require_regular
from loopback_globus.engine.task_records import Child, Ledger
from loopback_globus.engine.trouble import Trouble, reading, writing
from loopback_globus.faults import Faults
from loopback_globus.journal import Journal
from loopback_globus.settings import Collection

_FAULT_CODES = {
    "permission_denied": "PERMISSION_DENIED",
    "quota": "QUOTA_EXCEEDED",
    "no_space": "NO_SPACE_LEFT",
    "changed": "FILE_SIZE_CHANGED",
}


@dataclass(frozen=True)
class Transfer:
    """One task, and the parts of the service that it uses."""

    task_id: str
    source: Collection
    destination: Collection
    options: dict[str, Any]
    ledger: Ledger
    answers: Answers
    journal: Journal
    faults: Faults
    stop: threading.Event

    def run(self) -> bool:
        """Try every open entry once; returns whether any was finished. raises : fatal Trouble, Stopped."""
        self._require_online()
        after, progressed, reported = -1, False, set[str]()
        while entries := self.ledger.open_entries(self.task_id, after=after):
            for entry in entries:
                try:
                    with writing(
                        entry["destination"]
                    ):  # for errors that the narrower ones inside do not cover
                        self._entry(entry)
                    progressed = True
                except Trouble as trouble:
                    self._handle(entry, trouble, add_event=trouble.code not in reported)
                    reported.add(trouble.code)
            after = entries[-1]["n"]
        return progressed

    def _require_online(self) -> None:
        for collection in (self.source, self.destination):
            if self.faults.offline(collection_id=collection.id, name=collection.name):
                raise Trouble("GC_NOT_CONNECTED", f"Collection {collection.name} is not connected")

    def _handle(self, entry: sqlite3.Row, trouble: Trouble, *, add_event: bool) -> None:
        if trouble.fatal:
            raise trouble
        if trouble.skippable and self.options.get("skip_source_errors"):
            self.ledger.skip(entry, trouble)
        else:
            self.ledger.retry_later(entry, trouble, add_event=add_event)

    def _entry(self, entry: sqlite3.Row) -> None:
        source = self._resolve(self.source, entry["source"], skippable=True)
        with reading(entry["source"]):
            info = source.stat()
        if stat.S_ISDIR(info.st_mode):
            if entry["recursive"] == 0 or entry["external_checksum"]:
                raise Trouble("IS_A_DIRECTORY", f"Path: {entry['source']}: is a directory")
            self._directory(entry, source)
        elif entry["recursive"] == 1:
            raise Trouble("NOT_A_DIRECTORY", f"Path: {entry['source']}: is not a directory")
        else:
            require_regular(info.st_mode, entry["source"])
            self.ledger.known_as_file(entry)
            self._file(entry, source, info)

    def _resolve(self, collection: Collection, path: str, *, skippable: bool = False) -> Path:
        try:
            return paths.resolve(collection, path)
        except paths.InvalidPathError:
            raise Trouble("INVALID_PATH_NAME", f"Path: {path!r}: invalid path") from None
        except paths.OutsideError:
            details = f"Path: {path}: Path not allowed on {collection.name}"
            raise Trouble("PERMISSION_DENIED", details, skippable=skippable) from None

    def _directory(self, entry: sqlite3.Row, source: Path) -> None:
        target = self._resolve(self.destination, entry["destination"])
        with writing(entry["destination"]):
            self._make_directories(target)
        symlinks: list[int] = []
        with reading(entry["source"]), os.scandir(source) as scanned:
            self.ledger.walked(entry, self._children(entry, scanned, symlinks), symlinks=symlinks)

    def _children(
        self, entry: sqlite3.Row, scanned: Iterator[os.DirEntry[str]], symlinks: list[int]
    ) -> Iterator[Child]:
        rules = self.options.get("filter_rules") or []
        source, destination = entry["source"].rstrip("/"), entry["destination"].rstrip("/")
        for item in scanned:
            if item.is_symlink():
                symlinks.append(1)
                continue
            kind = _kind(item)
            name = paths.to_wire(item.name)
            if kind and not name.startswith(paths.TEMPORARY_PREFIX) and included(name, kind, rules):
                yield Child(kind=kind, source=f"{source}/{name}", destination=f"{destination}/{name}")

    def _file(self, entry: sqlite3.Row, source: Path, info: os.stat_result) -> None:
        target = self._resolve(self.destination, entry["destination"])
        self._fail_by_fault(entry)
        if target.is_dir():
            raise Trouble("IS_A_DIRECTORY", f"Path: {entry['destination']}: is a directory")
        if self._up_to_date(entry, source, info, target):
            with self.ledger.working(self.task_id) as db:
                task_records.file_synced(db, entry)
            return
        with writing(entry["destination"]):
            self._make_directories(target.parent)
        self._break_off_by_fault(entry, source, target)
        temporary = target.with_name(f"{paths.TEMPORARY_PREFIX}{self.task_id}-{entry['n']}")
        try:
            self._copy(entry, source, info, temporary, target)
        finally:
            temporary.unlink(missing_ok=True)

    def _fail_by_fault(self, entry: sqlite3.Row) -> None:
        fault = self.faults.for_file(entry["destination"], kinds=frozenset(_FAULT_CODES))
        if fault is not None:
            fatal = fault.do == "quota" and bool(self.options.get("fail_on_quota_errors"))
            raise Trouble(_FAULT_CODES[fault.do], f"Path: {entry['destination']}", fatal=fatal)

    def _break_off_by_fault(self, entry: sqlite3.Row, source: Path, target: Path) -> None:
        """Leave half a file under its final name, as a mover that writes there and dies."""
        if self.faults.for_file(entry["destination"], kinds=frozenset({"half"})) is None:
            return
        with reading(entry["source"]), writing(entry["destination"]):
            size = copy.copy_half(source, target)
        self._written(entry, size=size)
        raise Trouble("CONNECTION_RESET", f"Path: {entry['destination']}")

    def _up_to_date(self, entry: sqlite3.Row, source: Path, info: os.stat_result, target: Path) -> bool:
        level = self.options.get("sync_level")
        if level is None:
            return False
        with writing(entry["destination"]):
            try:
                existing = target.stat()
            except FileNotFoundError:
                return False
        if level == 0:
            return True
        if level == 2:
            return int(info.st_mtime) <= int(existing.st_mtime)
        if info.st_size != existing.st_size:
            return False
        if level == 1:
            return True
        path, algorithm = entry["destination"], _algorithm(entry)
        known = self.answers.ask(self.destination, path, target, algorithm, stop=self.stop)
        return self._at_source(entry, source) == known

    def _copy(
        self, entry: sqlite3.Row, source: Path, info: os.stat_result, temporary: Path, target: Path
    ) -> None:
        quota_is_fatal = bool(self.options.get("fail_on_quota_errors"))
        size = copy.copy(source, temporary, stop=self.stop, quota_is_fatal=quota_is_fatal)
        if self.faults.for_file(entry["destination"], kinds=frozenset({"corrupt"})):
            copy.flip_a_byte(temporary)
        checked = self._checked(entry, source, temporary)
        with reading(entry["source"]):
            now = source.stat()
        if (now.st_size, now.st_mtime_ns) != (info.st_size, info.st_mtime_ns) or size != now.st_size:
            raise Trouble("FILE_SIZE_CHANGED", f"Path: {entry['source']}: changed while it was read")
        with writing(entry["destination"]):
            if self.options.get("preserve_timestamp"):
                os.utime(temporary, ns=(info.st_atime_ns, info.st_mtime_ns))
            self._put_in_place(entry, temporary, target, size=size, checked=checked)
        self.answers.written(self.destination, entry["destination"], _algorithm(entry), checked)

    def _put_in_place(
        self, entry: sqlite3.Row, temporary: Path, target: Path, *, size: int, checked: str | None
    ) -> None:
        with self.ledger.working(self.task_id) as db:
            if self.faults.for_file(entry["destination"], kinds=frozenset({"lost"})) is None:
                temporary.replace(target)
                self._written(entry, size=size, checksum=checked)
            algorithm = _algorithm(entry) if checked else None
            task_records.file_done(db, entry, size=size, algorithm=algorithm, checksum=checked)

    def _written(self, entry: sqlite3.Row, *, size: int, checksum: str | None = None) -> None:
        self.journal.effect(
            "written",
            collection=self.destination.id,
            path=paths.collapse(entry["destination"]),
            task_id=self.task_id,
            size=size,
            checksum=checksum,
        )

    def _checked(self, entry: sqlite3.Row, source: Path, copied: Path) -> str | None:
        """Check the copy and return its checksum, read again from disk; None if no check was requested.

        raises : Trouble for a mismatch
        """
        if expected := entry["external_checksum"]:
            found = self._of_copy(entry, copied)
            checksum.require_expected(found, expected, destination=entry["destination"])
            return found
        if not self.options.get("verify_checksum"):
            return None
        arrived = self._of_copy(entry, copied)
        checksum.require_same(self._at_source(entry, source), arrived, destination=entry["destination"])
        return arrived

    def _at_source(self, entry: sqlite3.Row, file: Path) -> str:
        return self.answers.ask(self.source, entry["source"], file, _algorithm(entry), stop=self.stop)

    def _of_copy(self, entry: sqlite3.Row, copied: Path) -> str:
        path = entry["destination"]
        return self.answers.compute(self.destination, path, copied, _algorithm(entry), stop=self.stop)

    def _make_directories(self, directory: Path) -> None:
        missing = []
        while not directory.is_dir():
            missing.append(directory)
            directory = directory.parent
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            inside = "/" + path.relative_to(self.destination.root).as_posix()
            self.journal.effect(
                "mkdir", collection=self.destination.id, path=paths.to_wire(inside), task_id=self.task_id
            )


def _algorithm(entry: sqlite3.Row) -> str:
    return entry["algorithm"] or "MD5"


def _kind(item: os.DirEntry[str]) -> str | None:
    if item.is_dir(follow_symlinks=False):
        return "dir"
    return "file" if item.is_file(follow_symlinks=False) else None


def included(name: str, kind: str, rules: list[dict[str, Any]]) -> bool:
    """The first rule that matches decides; without one, the name is included (Globus docs)."""
    for rule in rules:
        if rule.get("type") in (None, kind) and filters.matches(name, rule["name"]):
            return bool(rule["method"] == "include")
    return True
