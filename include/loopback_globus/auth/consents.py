"""Consents: what a person allowed a client, and when it was last used."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any

from loopback_globus import clock
from loopback_globus.store import Store

_NAMESPACE = uuid.UUID("4f0c7a8e-58c1-4a4b-8a1b-9f0d8c2f6b52")


class Consents:
    """Consents of the person at the browser, who is the client's own identity here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allow(self, *, client_id: str, granted: dict[str, list[str]], offline: bool) -> None:
        """Add these consents to the earlier ones."""
        with self._store.write() as db:
            for scope, nested in granted.items():
                above = _allow(db, client_id, 0, scope, offline)
                for inner in nested:
                    _allow(db, client_id, above, inner, offline)

    def use(self, *, client_id: str, granted: dict[str, list[str]]) -> None:
        """Record that a token was made from these."""
        names = [name for scope, nested in granted.items() for name in (scope, *nested)]
        now = clock.now()
        with self._store.write() as db:
            db.executemany(
                "UPDATE consent SET last_used = ? WHERE client_id = ? AND scope = ?",
                [(now, client_id, name) for name in names],
            )

    def of(self, *, client_id: str, identity: str) -> list[dict[str, Any]]:
        """The consent documents, as Auth gives them."""
        rows = self._store.read().execute(
            "SELECT * FROM consent WHERE client_id = ? ORDER BY id", (client_id,)
        )
        return [_document(row, identity) for row in rows]


def _allow(db: sqlite3.Connection, client_id: str, above: int, scope: str, offline: bool) -> int:
    now = clock.now()
    row = db.execute(
        "INSERT INTO consent (client_id, above, scope, offline, created, updated, last_used)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (client_id, above, scope)"
        " DO UPDATE SET updated = excluded.updated, offline = MAX(offline, excluded.offline) RETURNING id",
        (client_id, above, scope, offline, now, now, now),
    ).fetchone()
    return int(row["id"])


def _document(row: sqlite3.Row, identity: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "client": row["client_id"],
        "scope": str(uuid.uuid5(_NAMESPACE, row["scope"])),
        "scope_name": row["scope"],
        "effective_identity": identity,
        "dependency_path": [row["above"], row["id"]] if row["above"] else [row["id"]],
        "created": _timestamp(row["created"]),
        "updated": _timestamp(row["updated"]),
        "last_used": _timestamp(row["last_used"]),
        "status": "approved",
        "allows_refresh": bool(row["offline"]),
        "auto_approved": False,
        "atomically_revocable": bool(row["above"]),
    }


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
