"""Identifies the caller by bearer token or client secret, and limits the rate of requests."""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import threading
import time
from collections import defaultdict, deque
from typing import Annotated

from fastapi import Depends, Header, Request

from loopback_globus.auth import scopes
from loopback_globus.auth.tokens import Caller
from loopback_globus.errors import ApiError, unauthenticated
from loopback_globus.service import Service, service_of

#: Requests are counted over this many seconds (2nd-hand: Globus FAQ, 20 a second metered over 10).
_WINDOW = 10.0


class RateLimit:
    """At most `rate` requests a second of one identity, on average over the window; 0 means no limit."""

    def __init__(self, rate: float) -> None:
        self._most = int(rate * _WINDOW)
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def check(self, identity: str) -> None:
        """Raises : ApiError 429 with Retry-After in whole seconds."""
        if not self._most:
            return
        now = time.monotonic()
        with self._lock:
            seen = self._seen[identity]
            while seen and seen[0] <= now - _WINDOW:
                seen.popleft()
            if len(seen) < self._most:
                seen.append(now)
                return
            wait = math.ceil(seen[0] + _WINDOW - now)
        raise ApiError(
            status=429,
            code="ClientError.TooManyRequests",
            message=f"Too many requests; retry in {wait} seconds",
            headers={"Retry-After": str(wait)},
        )


async def transfer_caller(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    authorization: Annotated[str, Header()] = "",
) -> Caller:
    """The caller of a Transfer request. raises : ApiError 401, 403, 429."""
    caller = bearer(service, authorization)
    if caller is None:
        raise unauthenticated()
    if scopes.TRANSFER not in caller.granted:
        raise ApiError(
            status=403,
            code="AuthorizationFailed",
            message="The token was not issued for the Transfer service",
        )
    rate_limit: RateLimit = request.app.state.rate_limit
    rate_limit.check(caller.identity)
    return caller


TransferCaller = Annotated[Caller, Depends(transfer_caller)]


def bearer(service: Service, authorization: str) -> Caller | None:
    """The owner of the access token in this header; None if there is no valid one."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer":
        return None
    return service.tokens.find(token.strip(), kind="access")


def client_of(service: Service, authorization: str, form: dict[str, str]) -> str | None:
    """The client that proved its secret, by HTTP Basic or in the form; None if none did."""
    pair = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    client_id, secret = pair
    known = service.settings.clients.get(client_id.lower(), "")
    # compare_digest even if the client is unknown, so that both cases take the same time
    right = hmac.compare_digest(known.encode(), secret.encode())
    return client_id.lower() if known and right else None


def _basic(authorization: str) -> tuple[str, str] | None:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret
