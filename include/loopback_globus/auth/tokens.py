"""Tokens: shown once, stored only as hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from loopback_globus import clock
from loopback_globus.auth import scopes
from loopback_globus.store import Store


@dataclass(frozen=True)
class Caller:
    """The owner of a token, and the scopes that it grants: {top-level scope: scopes nested in it}."""

    identity: str
    client_id: str
    granted: dict[str, list[str]]
    issued: float
    expires: float

    @property
    def username(self) -> str:
        return identity_name(self.identity)

    def may_reach(self, collection_id: str) -> bool:
        """Whether the token has this collection's data_access."""
        return scopes.data_access(collection_id) in self.granted.get(scopes.TRANSFER, [])


def identity_name(identity: str) -> str:
    """The name of a client's own identity."""
    return f"{identity}@clients.auth.globus.org"


class Tokens:
    """Access and refresh tokens; they survive a restart, as the real ones do."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def issue(self, *, kind: str, client_id: str, scope: str, lifetime: float) -> str:
        """Make a token for the client's own identity; lifetime in seconds."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        row = (digest(token), kind, client_id, client_id, scope, now, now + lifetime)
        with self._store.write() as db:
            db.execute("DELETE FROM token WHERE expires < ?", (now - 86_400,))
            db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return token

    def find(self, token: str, *, kind: str) -> Caller | None:
        """The owner of a token; None if it is unknown, revoked or expired."""
        row = (
            self._store.read()
            .execute("SELECT * FROM token WHERE hash = ? AND kind = ?", (digest(token), kind))
            .fetchone()
        )
        if row is None or row["expires"] <= clock.now():
            return None
        return Caller(
            identity=row["identity"],
            client_id=row["client_id"],
            granted=scopes.split(row["scope"]),
            issued=row["issued"],
            expires=row["expires"],
        )

    def renew(self, token: str, *, lifetime: float) -> None:
        """Let a token expire `lifetime` seconds from now."""
        with self._store.write() as db:
            db.execute("UPDATE token SET expires = ? WHERE hash = ?", (clock.now() + lifetime, digest(token)))

    def revoke(self, token: str) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM token WHERE hash = ?", (digest(token),))

    def expire_all(self, kinds: Iterable[str] = ("access",)) -> None:
        """Let every token of these kinds expire now."""
        with self._store.write() as db:
            db.executemany("UPDATE token SET expires = 0 WHERE kind = ?", [(kind,) for kind in kinds])


def digest(token: str) -> str:
    """The hash under which a secret is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
