"""Records the progress of tasks as it happens, under the state's write lock.

Every change first checks whether the task may still work, so that nothing moves after a cancel was answered.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from loopback_globus import clock, documents
from loopback_globus.engine.trouble import Stopped, Trouble
from loopback_globus.store import Store

#: While a task makes progress, its deadline moves on (Globus docs), unless the user gave it.
_MORE_TIME = 72 * 3600.0
#: Seconds until a task without a deadline expires, after it was submitted, unpaused, or last seen in the queue.
DEFAULT_DEADLINE = 86_400.0
#: Seconds that a pause adds (Globus docs).
PAUSED_DEADLINE = 90 * 86_400.0
_BATCH = 500


class Child(NamedTuple):
    """A file or directory that walking found."""

    kind: str
    source: str
    destination: str


class Ledger:
    """The rows of tasks, entries and events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def working(self, task_id: str) -> Iterator[sqlite3.Connection]:
        """A transaction in which the task may work. raises : Stopped if it may not."""
        with self._store.write() as db:
            row = db.execute(
                "SELECT status, pause_message, hold FROM task WHERE task_id = ?", (task_id,)
            ).fetchone()
            if row is None or tuple(row) != ("ACTIVE", None, None):
                raise Stopped
            yield db

    def open_entries(self, task_id: str, *, after: int) -> list[sqlite3.Row]:
        """The next entries to work on, in order; those that walking adds come last."""
        return list(
            self._store.read().execute(
                "SELECT * FROM entry WHERE task_id = ? AND n > ? AND state IN ('pending', 'retrying')"
                " ORDER BY n LIMIT ?",
                (task_id, after, _BATCH),
            )
        )

    def walked(self, entry: sqlite3.Row, children: Iterable[Child], *, symlinks: list[int]) -> None:
        """Record a directory's content; `symlinks` is read after the children are exhausted."""
        task_id = entry["task_id"]
        with self.working(task_id) as db:
            count = db.execute("SELECT entries, files FROM task WHERE task_id = ?", (task_id,)).fetchone()
            first, files = count["entries"], 0

            def rows() -> Iterator[tuple[Any, ...]]:
                nonlocal files
                for n, child in enumerate(children, first):
                    files += child.kind == "file"
                    yield (task_id, n, child.kind, child.source, child.destination, entry["algorithm"])

            cursor = db.executemany(
                "INSERT INTO entry (task_id, n, kind, source, destination, algorithm)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                rows(),
            )
            add(
                db,
                task_id,
                entries=max(cursor.rowcount, 0),
                files=files,
                directories=1,
                symlinks=len(symlinks),
                done=1,
                retrying=-(entry["state"] == "retrying"),
            )
            _mark(db, entry, "done", kind="dir")

    def known_as_file(self, entry: sqlite3.Row) -> None:
        """Record that an item is a file."""
        if entry["kind"] == "item":
            with self.working(entry["task_id"]) as db:
                _mark(db, entry, entry["state"], kind="file")
                add(db, entry["task_id"], files=1)

    def skip(self, entry: sqlite3.Row, trouble: Trouble) -> None:
        """Record that skip_source_errors skips a file."""
        with self.working(entry["task_id"]) as db:
            _mark(
                db,
                entry,
                "skipped",
                error_code=trouble.code,
                error_details=trouble.details,
                error_time=clock.now(),
            )
            add(db, entry["task_id"], skipped_errors=1, retrying=-(entry["state"] == "retrying"))

    def retry_later(self, entry: sqlite3.Row, trouble: Trouble, *, add_event: bool) -> None:
        """Record a fault: the entry stays open, the task shows the code; `add_event` adds an event."""
        task_id, now = entry["task_id"], clock.now()
        with self.working(task_id) as db:
            _mark(db, entry, "retrying")
            add(db, task_id, faults=1, retrying=int(entry["state"] != "retrying"))
            show_error(db, task_id, trouble, now)
            if add_event:
                event(db, task_id, trouble.code, trouble.details, is_error=True)

    def whole_task_trouble(self, task_id: str, trouble: Trouble) -> None:
        """Record a fault of the whole task, such as a collection that is offline."""
        with self.working(task_id) as db:
            add(db, task_id, faults=1)
            show_error(db, task_id, trouble, clock.now())
            event(db, task_id, trouble.code, trouble.details, is_error=True)

    def pass_ended(self, task_id: str, *, retry_interval: float, progressed: bool) -> None:
        """Record the end of a pass: finish the task, or schedule another try; the interval doubles up to tenfold."""
        with self.working(task_id) as db:
            open_ = db.execute(
                "SELECT 1 FROM entry WHERE task_id = ? AND state IN ('pending', 'retrying') LIMIT 1",
                (task_id,),
            ).fetchone()
            if open_ is None:
                finish(db, task_id)
                return
            row = db.execute("SELECT * FROM task WHERE task_id = ?", (task_id,)).fetchone()
            now = clock.now()
            tries = 0 if progressed else row["tries"]
            deadline = row["deadline"]
            if progressed and not row["deadline_given"]:
                deadline = max(deadline, now + _MORE_TIME)
            db.execute(
                "UPDATE task SET working = 0, next_try = ?, tries = ?, deadline = ? WHERE task_id = ?",
                (now + retry_interval * min(2**tries, 10), min(tries + 1, 10), deadline, task_id),
            )


class FileDone(NamedTuple):
    """A file under its final name (`done`), or one that the sync level skips as up to date (`synced`)."""

    entry: sqlite3.Row
    state: str
    size: int | None
    algorithm: str | None
    checksum: str | None


def files_done(db: sqlite3.Connection, task_id: str, files: Sequence[FileDone]) -> None:
    """Record files of one task, in the transaction that put them under their final names."""
    db.executemany(
        "UPDATE entry SET kind = 'file', state = ?, size = ?, algorithm = COALESCE(?, algorithm), checksum = ?"
        " WHERE task_id = ? AND n = ?",
        [(each.state, each.size, each.algorithm, each.checksum, task_id, each.entry["n"]) for each in files],
    )
    copied = [each for each in files if each.state == "done"]
    add(
        db,
        task_id,
        done=len(files),
        files=sum(each.entry["kind"] == "item" for each in files),
        files_transferred=len(copied),
        files_skipped=len(files) - len(copied),
        bytes_transferred=sum(each.size or 0 for each in copied),
        bytes_checksummed=sum(each.size or 0 for each in copied if each.checksum),
        retrying=-sum(each.entry["state"] == "retrying" for each in files),
    )


def removed(db: sqlite3.Connection, entry: sqlite3.Row, *, files: int, directories: int) -> None:
    """Record that a path of a delete task was removed."""
    _mark(db, entry, "done")
    add(db, entry["task_id"], done=1, files=files, directories=directories)


def finish(db: sqlite3.Connection, task_id: str, *, fatal_code: str | None = None, details: str = "") -> None:
    """SUCCEEDED, or FAILED by `fatal_code`; with the closing event."""
    skipped = db.execute("SELECT skipped_errors FROM task WHERE task_id = ?", (task_id,)).fetchone()[0]
    db.execute(
        "UPDATE task SET status = ?, completion_time = ?, working = 0, error_code = NULL,"
        " pause_message = NULL, hold = NULL, fatal_code = ?, fatal_description = ? WHERE task_id = ?",
        (
            "FAILED" if fatal_code else "SUCCEEDED",
            clock.now(),
            fatal_code,
            fatal_code and documents.describe(fatal_code),
            task_id,
        ),
    )
    if skipped and not fatal_code:
        event(db, task_id, "SKIPPED_ERRORS", f"{skipped} source errors were skipped", is_error=True)
    event(db, task_id, fatal_code or "SUCCEEDED", details, is_error=bool(fatal_code))


def forget_history(db: sqlite3.Connection, task_id: str) -> None:
    """Keep the task, and delete its files and events."""
    db.execute("UPDATE task SET history_deleted = 1 WHERE task_id = ?", (task_id,))
    db.execute("DELETE FROM entry WHERE task_id = ?", (task_id,))
    db.execute("DELETE FROM event WHERE task_id = ?", (task_id,))


def give_time(db: sqlite3.Connection, task_id: str, seconds: float) -> None:
    """Move the deadline to `seconds` from now, unless the user gave one."""
    db.execute(
        "UPDATE task SET deadline = ? WHERE task_id = ? AND NOT deadline_given",
        (clock.now() + seconds, task_id),
    )


def show_error(db: sqlite3.Connection, task_id: str, trouble: Trouble, now: float) -> None:
    db.execute(
        "UPDATE task SET error_code = ?, error_details = ?, error_time = ? WHERE task_id = ?",
        (trouble.code, trouble.details, now, task_id),
    )


def event(
    db: sqlite3.Connection, task_id: str, code: str, details: str | dict[str, Any], *, is_error: bool
) -> None:
    text = details if isinstance(details, str) else json.dumps(details)
    db.execute(
        "INSERT INTO event (task_id, code, description, details, is_error, time) VALUES (?, ?, ?, ?, ?, ?)",
        (task_id, code, documents.describe(code), text, is_error, clock.now()),
    )


def add(db: sqlite3.Connection, task_id: str, **counts: int) -> None:
    """Raise the task's counters."""
    changes = ", ".join(f"{name} = {name} + ?" for name in counts)
    db.execute(f"UPDATE task SET {changes} WHERE task_id = ?", (*counts.values(), task_id))


def _mark(db: sqlite3.Connection, entry: sqlite3.Row, state: str, **columns: object) -> None:
    changes = "".join(f", {name} = ?" for name in columns)
    db.execute(
        f"UPDATE entry SET state = ?{changes} WHERE task_id = ? AND n = ?",
        (state, *columns.values(), entry["task_id"], entry["n"]),
    )
