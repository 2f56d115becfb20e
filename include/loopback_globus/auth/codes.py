"""Authorization codes: shown to a person, exchanged once, within minutes, by the client that asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from loopback_globus.auth.tokens import digest
from loopback_globus.store import Store

#: Seconds from the page to the exchange (RFC 6749, 4.1.2, recommends ten minutes at most).
CODE_LIFETIME = 600.0


@dataclass(frozen=True)
class Code:
    """What a person allowed.

    challenge : of PKCE, '' where the client sent none
    offline   : refresh tokens were asked for
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
        text, now = secrets.token_urlsafe(24), time.time()
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
        """Give what a code stands for; None for one that is unknown, used, too old or another client's.

        A code is used up by the first try, right or wrong: who guesses a verifier has one guess.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM auth_code WHERE hash = ?", (digest(text),)).fetchone()
            db.execute("DELETE FROM auth_code WHERE hash = ?", (digest(text),))
        if row is None or row["expires"] <= time.time():
            return None
        if (row["client_id"], row["redirect_uri"]) != (client_id, redirect_uri):
            return None
        if row["challenge"] and not hmac.compare_digest(row["challenge"], _challenge(verifier)):
            return None
        return Code(client_id, row["scope"], redirect_uri, row["challenge"], bool(row["offline"]))


def _challenge(verifier: str) -> str:
    """RFC 7636, method S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
