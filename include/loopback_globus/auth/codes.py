"""Authorization codes: shown to a person, exchanged once, within minutes, by the client that requested them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from loopback_globus import clock
from loopback_globus.auth.tokens import digest
from loopback_globus.store import Store

#: Seconds from the page to the exchange (RFC 6749, 4.1.2, recommends ten minutes at most).
CODE_LIFETIME = 600.0


@dataclass(frozen=True)
class Code:
    """The consent that a code stands for.

    challenge : of PKCE; '' if the client sent none
    offline   : refresh tokens were requested
    """

    client_id: str
    scope: str
    redirect_uri: str
    challenge: str
    offline: bool


class Codes:
    """Codes that were shown; only their hashes are kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def issue(self, code: Code) -> str:
        text, now = secrets.token_urlsafe(24), clock.now()
        row = (
            digest(text),
            code.client_id,
            code.scope,
            code.redirect_uri,
            code.challenge,
            code.offline,
            now + CODE_LIFETIME,
        )
        with self._store.write() as db:
            db.execute("DELETE FROM auth_code WHERE expires < ?", (now,))
            db.execute("INSERT INTO auth_code VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return text

    def redeem(self, text: str, *, client_id: str, redirect_uri: str, verifier: str) -> Code | None:
        """Return the consent behind a code; None for a code that is unknown, used, too old or another client's.

        The first try uses a code up, right or wrong, so that nobody can guess a verifier twice.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM auth_code WHERE hash = ?", (digest(text),)).fetchone()
            db.execute("DELETE FROM auth_code WHERE hash = ?", (digest(text),))
        if row is None or row["expires"] <= clock.now():
            return None
        if (row["client_id"], row["redirect_uri"]) != (client_id, redirect_uri):
            return None
        if row["challenge"] and not hmac.compare_digest(row["challenge"], _challenge(verifier)):
            return None
        return Code(client_id, row["scope"], redirect_uri, row["challenge"], bool(row["offline"]))


def _challenge(verifier: str) -> str:
    """RFC 7636, method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
