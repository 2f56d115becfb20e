"""Decides which task works when: three transfers and three deletes of one identity at a time, the rest queue."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import Counter

from loopback_globus import clock
from loopback_globus.engine import task_records
from loopback_globus.engine.answers import Answers
from loopback_globus.engine.batch import Batch
from loopback_globus.engine.delete import Delete
from loopback_globus.engine.task_records import Ledger
from loopback_globus.engine.transfer import Transfer
from loopback_globus.engine.trouble import Stopped, Trouble
from loopback_globus.faults import Faults
from loopback_globus.journal import Journal
from loopback_globus.pretending import Pretending
from loopback_globus.settings import Settings
from loopback_globus.store import Store

#: Tasks of one kind and one identity that work at the same time (Globus docs).
MOST_WORKING = 3
#: Seconds that the threads have to end, all of them together; the process ends without those that are stuck.
STOP_WITHIN = 5.0
#: Seconds between two looks at the clock, while a task waits for its delay to pass.
_SPAN = 0.1


class Engine:
    """Starts tasks in threads of their own, oldest first; continues unfinished tasks after a restart."""

    def __init__(
        self, *, settings: Settings, store: Store, journal: Journal, faults: Faults, pretending: Pretending
    ) -> None:
        self._settings = settings
        self._store = store
        self._journal = journal
        self._faults = faults
        self._ledger = Ledger(store)
        self._answers = Answers(store)
        self._pretending = pretending
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._runs: dict[str, threading.Event] = {}
        self._threads: set[threading.Thread] = set()
        self._loop = threading.Thread(target=self._dispatch, name="dispatch", daemon=True)

    def start(self) -> None:
        with self._store.write() as db:
            db.execute("UPDATE task SET working = 0 WHERE completion_time IS NULL")
        self._loop.start()

    def stop(self) -> None:
        """Stop within moments; files that are being copied are dropped, and copied again after the next start."""
        self._ending.set()
        self._wake.set()
        for stop in list(self._runs.values()):
            stop.set()
        end = time.monotonic() + STOP_WITHIN
        for thread in [self._loop, *self._threads]:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def wake(self) -> None:
        """Look for due tasks now."""
        self._wake.set()

    def interrupt(self, task_id: str) -> None:
        """Let a task's thread notice immediately that its state has changed."""
        if stop := self._runs.get(task_id):
            stop.set()
        self._wake.set()

    def _dispatch(self) -> None:
        while not self._ending.is_set():
            self._wake.clear()
            self._expire()
            self._forget()
            self._wake.wait(timeout=self._start_due())

    def _expire(self) -> None:
        now = clock.now()
        with self._store.write() as db:
            # A task that was only queued does not expire (Globus docs).
            db.execute(
                "UPDATE task SET deadline = ? WHERE status = 'ACTIVE' AND completion_time IS NULL"
                " AND start_time IS NULL AND NOT deadline_given AND deadline < ?",
                (now + task_records.DEFAULT_DEADLINE, now),
            )
            late = db.execute(
                "SELECT task_id FROM task WHERE completion_time IS NULL AND deadline < ?", (now,)
            ).fetchall()
            for row in late:
                task_records.finish(
                    db, row["task_id"], fatal_code="EXPIRED", details="The deadline has passed"
                )
        for row in late:
            self.interrupt(row["task_id"])

    def _forget(self) -> None:
        """Delete the files and events of tasks that ended long ago."""
        oldest = clock.now() - self._settings.history_days * 86_400
        old = self._store.read().execute(
            "SELECT task_id FROM task WHERE NOT history_deleted AND completion_time < ?", (oldest,)
        )
        for row in old.fetchall():
            with self._store.write() as db:
                task_records.forget_history(db, row["task_id"])

    def _start_due(self) -> float:
        """Start the tasks that are due and have a free slot; returns the seconds until another may be due."""
        now = clock.now()
        with self._store.write() as db:
            rows = db.execute(
                "SELECT * FROM task WHERE completion_time IS NULL AND status = 'ACTIVE'"
                " AND pause_message IS NULL AND hold IS NULL ORDER BY request_time, rowid"
            ).fetchall()
            due = due_now(rows, running=set(self._runs), now=now)
            for row in due:
                self._claim(db, row, now)
        for row in due:
            self._start(row, row["start_time"] or now)
        waiting: list[float] = [row["next_try"] - now for row in rows if row["next_try"] > now]
        return max(0.01, min([*waiting, 1.0]))

    def _claim(self, db: sqlite3.Connection, row: sqlite3.Row, now: float) -> None:
        db.execute(
            "UPDATE task SET working = 1, start_time = COALESCE(start_time, ?) WHERE task_id = ?",
            (now, row["task_id"]),
        )
        if row["start_time"] is None:
            task_records.event(db, row["task_id"], "STARTED", {"type": row["type"]}, is_error=False)
        self._runs[row["task_id"]] = threading.Event()

    def _start(self, row: sqlite3.Row, begun: float) -> None:
        thread = threading.Thread(target=self._run, args=(row, begun), name=row["task_id"], daemon=True)
        self._threads.add(thread)
        thread.start()

    def _run(self, row: sqlite3.Row, begun: float) -> None:
        task_id = row["task_id"]
        try:
            self._work(row, begun, self._runs[task_id])
        except Stopped:
            self._set_idle(task_id)
        except Exception:  # whatever it is, it is a defect of ours
            # The task must neither hang as if it worked nor be retried forever.
            self._record_defect(task_id)
            raise
        finally:
            del self._runs[task_id]
            self._threads.discard(threading.current_thread())
            self._wake.set()

    def _set_idle(self, task_id: str) -> None:
        with self._store.write() as db:
            db.execute("UPDATE task SET working = 0 WHERE task_id = ?", (task_id,))

    def _record_defect(self, task_id: str) -> None:
        trouble = Trouble(
            "INTERNAL_ERROR", "A defect of loopback_globus: its standard error has the traceback"
        )
        now = clock.now()
        with self._store.write() as db:
            db.execute(
                "UPDATE task SET working = 0, faults = faults + 1, next_try = ? WHERE task_id = ?",
                (now + 10 * self._settings.retry_interval, task_id),
            )
            task_records.show_error(db, task_id, trouble, now)
            task_records.event(db, task_id, trouble.code, trouble.details, is_error=True)

    def _work(self, row: sqlite3.Row, begun: float, stop: threading.Event) -> None:
        task_id, progressed = row["task_id"], False
        # From the claim on, since a tick may come before this thread; in short spans, so that a tick ends the wait.
        while (left := begun + self._settings.task_delay - clock.now()) > 0:
            if stop.wait(min(left, _SPAN)):
                raise Stopped
        try:
            progressed = self._worker(row, stop).run()
        except Trouble as trouble:
            if trouble.fatal:
                with self._ledger.working(task_id) as db:
                    task_records.add(db, task_id, faults=1)
                    task_records.finish(db, task_id, fatal_code=trouble.code, details=trouble.details)
                return
            self._ledger.whole_task_trouble(task_id, trouble)
        self._ledger.pass_ended(task_id, retry_interval=self._settings.retry_interval, progressed=progressed)

    def _worker(self, row: sqlite3.Row, stop: threading.Event) -> Transfer | Delete:
        collections, options = self._settings.collections, json.loads(row["options"])
        missing = {row["source_endpoint_id"], row["destination_endpoint_id"]} - {None, *collections}
        if missing:
            # After a restart with fewer collections: the task waits, as for a collection that is offline.
            raise Trouble("GC_NOT_CONNECTED", f"Collection {', '.join(sorted(missing))} is not served")
        if row["type"] == "DELETE":
            return Delete(
                task_id=row["task_id"],
                collection=collections[row["source_endpoint_id"]],
                options=options,
                ledger=self._ledger,
                journal=self._journal,
                faults=self._faults,
                stop=stop,
            )
        destination = collections[row["destination_endpoint_id"]]
        return Transfer(
            task_id=row["task_id"],
            source=collections[row["source_endpoint_id"]],
            destination=destination,
            options=options,
            ledger=self._ledger,
            answers=self._answers,
            pretending=self._pretending,
            journal=self._journal,
            faults=self._faults,
            stop=stop,
            batch=Batch(row["task_id"], destination, self._ledger, self._answers, self._journal),
        )


def due_now(rows: list[sqlite3.Row], *, running: set[str], now: float) -> list[sqlite3.Row]:
    """The tasks, oldest first, that are due and have a free slot of their kind and owner."""
    working = Counter((row["owner_id"], row["type"]) for row in rows if row["task_id"] in running)
    due = []
    for row in rows:
        slot = (row["owner_id"], row["type"])
        if row["task_id"] not in running and row["next_try"] <= now and working[slot] < MOST_WORKING:
            working[slot] += 1
            due.append(row)
    return due
