"""The state file: SQLite, so that a kill -9 loses nothing that was confirmed to a client."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS token (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, client_id TEXT NOT NULL, identity TEXT NOT NULL,
    scope TEXT NOT NULL, issued REAL NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS task (
    task_id TEXT PRIMARY KEY, owner_id TEXT NOT NULL, submission_id TEXT NOT NULL,
    type TEXT NOT NULL, status TEXT NOT NULL, label TEXT,
    source_endpoint_id TEXT NOT NULL, destination_endpoint_id TEXT,
    options TEXT NOT NULL, paths_digest TEXT NOT NULL,
    request_time REAL NOT NULL, start_time REAL, completion_time REAL,
    deadline REAL NOT NULL, deadline_given INTEGER NOT NULL,
    working INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    error_code TEXT, error_details TEXT, error_time REAL, fatal_code TEXT, fatal_description TEXT,
    pause_message TEXT, canceled_by_admin TEXT, canceled_by_admin_message TEXT,
    history_deleted INTEGER NOT NULL DEFAULT 0, hold TEXT,
    entries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0, directories INTEGER NOT NULL DEFAULT 0,
    symlinks INTEGER NOT NULL DEFAULT 0, files_skipped INTEGER NOT NULL DEFAULT 0,
    files_transferred INTEGER NOT NULL DEFAULT 0, skipped_errors INTEGER NOT NULL DEFAULT 0,
    retrying INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0,
    bytes_transferred INTEGER NOT NULL DEFAULT 0, bytes_checksummed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (owner_id, submission_id)
);
CREATE INDEX IF NOT EXISTS task_unfinished ON task (status, owner_id) WHERE completion_time IS NULL;
CREATE INDEX IF NOT EXISTS task_recent ON task (owner_id, request_time);
CREATE INDEX IF NOT EXISTS task_history ON task (completion_time) WHERE NOT history_deleted;

-- One row per explicit item, then one per file and directory found by walking.
-- kind: item (not looked at yet), file, dir. state: pending, retrying, done, synced, skipped.
CREATE TABLE IF NOT EXISTS entry (
    task_id TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    source TEXT NOT NULL, destination TEXT, recursive INTEGER, external_checksum TEXT, algorithm TEXT,
    size INTEGER, checksum TEXT, error_code TEXT, error_details TEXT, error_time REAL,
    PRIMARY KEY (task_id, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_open ON entry (task_id, n) WHERE state IN ('pending', 'retrying');
CREATE INDEX IF NOT EXISTS entry_skipped ON entry (task_id, n) WHERE state = 'skipped';

CREATE TABLE IF NOT EXISTS event (
    n INTEGER PRIMARY KEY, task_id TEXT NOT NULL, code TEXT NOT NULL, description TEXT NOT NULL,
    details TEXT NOT NULL, is_error INTEGER NOT NULL, time REAL NOT NULL
);
-- What a collection with `--checksums NAME=stored` has once computed.
CREATE TABLE IF NOT EXISTS stored_checksum (
    collection TEXT NOT NULL, path TEXT NOT NULL, algorithm TEXT NOT NULL, checksum TEXT NOT NULL,
    PRIMARY KEY (collection, path, algorithm)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS event_of_task ON event (task_id, n);

CREATE TABLE IF NOT EXISTS auth_code (
    hash TEXT PRIMARY KEY, client_id TEXT NOT NULL, scope TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL, offline INTEGER NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;

-- What tests have ordered for good: the time, and pretending to move.
CREATE TABLE IF NOT EXISTS control (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;

-- Who may do what at a guest collection: kept and shown, without effect.
CREATE TABLE IF NOT EXISTS access_rule (
    id TEXT PRIMARY KEY, collection TEXT NOT NULL, principal_type TEXT NOT NULL, principal TEXT NOT NULL,
    path TEXT NOT NULL, permissions TEXT NOT NULL, created REAL NOT NULL, expires REAL
) WITHOUT ROWID;

-- A person's consents for a client; `above` is 0, or the consent that this one is nested in.
CREATE TABLE IF NOT EXISTS consent (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, above INTEGER NOT NULL, scope TEXT NOT NULL,
    offline INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL, last_used REAL NOT NULL,
    UNIQUE (client_id, above, scope)
);
"""


class Store:
    """One writer at a time, any number of readers (write-ahead log)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.RLock()
        self._writer = self._connect()
        self._writer.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=30, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode=WAL")
        # In WAL mode NORMAL survives the death of the process; only a power cut can lose the last commits.
        db.execute("PRAGMA synchronous=NORMAL")
        return db

    def read(self) -> sqlite3.Connection:
        """Return the calling thread's connection, for SELECTs."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self._connect()
        return db

    def control(self, name: str) -> float | None:
        """A number that a test has set; None if none is."""
        row = self.read().execute("SELECT value FROM control WHERE name = ?", (name,)).fetchone()
        return None if row is None else float(row["value"])

    def set_control(self, name: str, value: float | None) -> None:
        with self.write() as db:
            db.execute("DELETE FROM control WHERE name = ?", (name,))
            if value is not None:
                db.execute("INSERT INTO control VALUES (?, ?)", (name, value))

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction; nobody else writes meanwhile, so values read inside it stay true until its end."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
