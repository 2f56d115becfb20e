"""One pass over a transfer task: every open entry is tried once."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback_globus import paths
from loopback_globus.engine import checksum, copy
from loopback_globus.engine.answers import Answers, computed_by
from loopback_globus.engine.batch import Batch, Copied
from loopback_globus.engine.regular import make_hole, require_regular
from loopback_globus.engine.task_records import Ledger
from loopback_globus.engine.trouble import Trouble, reading, writing
from loopback_globus.engine.walk import walk
from loopback_globus.faults import Faults
from loopback_globus.journal import Journal
from loopback_globus.pretending import Pretending
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
    pretending: Pretending
    journal: Journal
    faults: Faults
    stop: threading.Event
    batch: Batch

    def run(self) -> bool:
        """Try every open entry once; returns whether any was finished. raises : fatal Trouble, Stopped."""
        self._require_online()
        after, progressed, reported = -1, False, set[str]()
        try:
            while entries := self.ledger.open_entries(self.task_id, after=after):
                for entry in entries:
                    if self.batch.is_due() or self.batch.holds(entry["destination"]):
                        progressed |= self._put_in_place(reported)
                    try:
                        # For errors that the narrower ones inside do not cover.
                        with writing(entry["destination"]):
                            progressed |= self._entry(entry)
                    except Trouble as trouble:
                        self._handle(entry, trouble, reported)
                after = entries[-1]["n"]
            progressed |= self._put_in_place(reported)
        except Trouble:
            # What was copied before the task failed has arrived.
            self.batch.put_in_place()
            raise
        finally:
            self.batch.drop()
        return progressed

    def _put_in_place(self, reported: set[str]) -> bool:
        """Give the copies their names; returns whether any got its name, which is what finishes a file."""
        done, troubles = self.batch.put_in_place()
        for copied, trouble in troubles:
            self._handle(copied.entry, trouble, reported)
        return done > 0

    def _require_online(self) -> None:
        for collection in (self.source, self.destination):
            if self.faults.offline(collection_id=collection.id, name=collection.name):
                raise Trouble("GC_NOT_CONNECTED", f"Collection {collection.name} is not connected")

    def _handle(self, entry: sqlite3.Row, trouble: Trouble, reported: set[str]) -> None:
        add_event = trouble.code not in reported
        reported.add(trouble.code)
        if trouble.fatal:
            raise trouble
        if trouble.skippable and self.options.get("skip_source_errors"):
            self.ledger.skip(entry, trouble)
        else:
            self.ledger.retry_later(entry, trouble, add_event=add_event)

    def _entry(self, entry: sqlite3.Row) -> bool:
        """Read a folder, or copy a file; returns whether the entry is finished, as a copy without a name is not."""
        source = self._resolve(self.source, entry["source"], skippable=True)
        with reading(entry["source"]):
            info = source.stat()
        if stat.S_ISDIR(info.st_mode):
            if entry["recursive"] == 0 or entry["external_checksum"]:
                raise Trouble("IS_A_DIRECTORY", f"Path: {entry['source']}: is a directory")
            target = self._resolve(self.destination, entry["destination"])
            with writing(entry["destination"]):
                self._make_directories(target)
            walk(self.ledger, entry, source, rules=self.options.get("filter_rules") or [])
            return True
        if entry["recursive"] == 1:
            raise Trouble("NOT_A_DIRECTORY", f"Path: {entry['source']}: is not a directory")
        require_regular(info.st_mode, entry["source"])
        try:
            self._file(entry, source, info)
        except Trouble:
            self.ledger.known_as_file(entry)
            raise
        return False

    def _resolve(self, collection: Collection, path: str, *, skippable: bool = False) -> Path:
        try:
            return paths.resolve(collection, path)
        except paths.InvalidPathError:
            raise Trouble("INVALID_PATH_NAME", f"Path: {path!r}: invalid path") from None
        except paths.OutsideError:
            details = f"Path: {path}: Path not allowed on {collection.name}"
            raise Trouble("PERMISSION_DENIED", details, skippable=skippable) from None

    def _file(self, entry: sqlite3.Row, source: Path, info: os.stat_result) -> None:
        target = self._resolve(self.destination, entry["destination"])
        self._fail_by_fault(entry)
        if target.is_dir():
            raise Trouble("IS_A_DIRECTORY", f"Path: {entry['destination']}: is a directory")
        if self._up_to_date(entry, source, info, target):
            self.batch.add(Copied(entry, target, _algorithm(entry)))
            return
        with writing(entry["destination"]):
            self._make_directories(target.parent)
        self._break_off_by_fault(entry, source, target)
        temporary = target.with_name(f"{paths.TEMPORARY_PREFIX}{self.task_id}-{entry['n']}")
        try:
            self.batch.add(self._copy(entry, source, info, temporary, target))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

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
        self.batch.tell_written(entry, size=size)
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
    ) -> Copied:
        quota_is_fatal = bool(self.options.get("fail_on_quota_errors"))
        pretended = self.pretending.applies(size=info.st_size, external_checksum=entry["external_checksum"])
        sent = None if pretended else self._digest_of_sent(entry)
        if pretended:
            size = make_hole(source, temporary)
        else:
            size = copy.copy(source, temporary, stop=self.stop, digest=sent, quota_is_fatal=quota_is_fatal)
        if self.faults.for_file(entry["destination"], kinds=frozenset({"corrupt"})):
            copy.flip_a_byte(temporary)
        checked = None if pretended else self._checked(entry, source, temporary, sent)
        with reading(entry["source"]):
            now = source.stat()
        if (now.st_size, now.st_mtime_ns) != (info.st_size, info.st_mtime_ns) or size != now.st_size:
            raise Trouble("FILE_SIZE_CHANGED", f"Path: {entry['source']}: changed while it was read")
        if self.options.get("preserve_timestamp"):
            with writing(entry["destination"]):
                os.utime(temporary, ns=(info.st_atime_ns, info.st_mtime_ns))
        lost = self.faults.for_file(entry["destination"], kinds=frozenset({"lost"})) is not None
        return Copied(entry, target, _algorithm(entry), temporary, size, checked, lost, pretended)

    def _digest_of_sent(self, entry: sqlite3.Row) -> hashlib._Hash | None:
        """What digests the bytes as they are read, if they are compared with the copy and the source stores none."""
        compared = self.options.get("verify_checksum") and not entry["external_checksum"]
        if not compared or self.source.checksums.stored:
            return None
        return checksum.hasher(computed_by(self.source, entry["source"], _algorithm(entry)))

    def _checked(
        self, entry: sqlite3.Row, source: Path, copied: Path, sent: hashlib._Hash | None
    ) -> str | None:
        """Check the copy and return its checksum, read again from disk; None if no check was requested.

        raises : Trouble for a mismatch
        """
        if expected := entry["external_checksum"]:
            found = self._of_copy(entry, copied)
            checksum.require_expected(found, expected, destination=entry["destination"])
            return found
        if not self.options.get("verify_checksum"):
            return None
        at_source = sent.hexdigest() if sent else self._at_source(entry, source)
        arrived = self._of_copy(entry, copied)
        checksum.require_same(at_source, arrived, destination=entry["destination"])
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
