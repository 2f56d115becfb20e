"""Looks at each request before anything else does: which name and page it is for, and how much it would send.

A page of any site may let a browser on this machine ask this service, by a form, or by a name of its own that leads to
this machine (DNS rebinding). Such a request shows the foreign name as Host, or as Origin.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from loopback_globus.errors import ApiError

#: The largest body, in bytes. A submission may be larger: 100,000 items with long paths; it is read for a token only.
MOST_BYTES = 1 << 20
MOST_BYTES_SUBMITTED = 128 << 20
_SUBMISSIONS = frozenset({"/v0.10/transfer", "/v0.10/delete"})


class Guard:
    """The outermost layer; what it refuses reaches no fault, no route and no journal.

    names : the host names that clients may use, besides localhost and any address
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = self._refusal(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
        else:
            answer = JSONResponse(error.document(scope["path"]), status_code=error.status)
            await answer(scope, receive, send)

    def _refusal(self, scope: Scope) -> ApiError | None:
        hosts = _values(scope, b"host")
        if not own_name(hosts, self._names):
            return ApiError(
                status=403,
                code="ForbiddenHost",
                message="The Host of this request is not a name of this service; start it with --allow-host NAME",
            )
        own = scope["scheme"].encode() + b"://" + hosts[0]
        if any(origin != own for origin in _values(scope, b"origin")):
            return ApiError(
                status=403, code="ForbiddenOrigin", message="This request comes from a page of another site"
            )
        return _too_large(scope)


def own_name(hosts: list[bytes], names: Collection[str]) -> bool:
    """Whether the Host headers are one, with an address, localhost, or one of these names; any port.

    An address is harmless: a foreign site can only have a name that leads here.
    """
    try:
        (host,) = hosts
        parts = urlsplit(f"//{host.decode('ascii')}")
        name = parts.hostname or ""
        if parts.netloc.encode() != host or parts.username is not None or parts.port == 0:
            return False
        if name not in {"localhost", *names}:
            ipaddress.ip_address(name)
    except ValueError:  # not one, not ASCII, a port that is no number, another name
        return False
    return True


def _too_large(scope: Scope) -> ApiError | None:
    if _values(scope, b"transfer-encoding"):
        return ApiError(status=411, code="LengthRequired", message="Send the body with its Content-Length")
    most = MOST_BYTES_SUBMITTED if scope["path"] in _SUBMISSIONS else MOST_BYTES
    # The server reads no more than this header says, and refuses one that is no number.
    if any(int(length) > most for length in _values(scope, b"content-length")):
        message = f"The body is larger than the {most:,} bytes that this call may have"
        return ApiError(status=413, code="RequestTooLarge", message=message)
    return None


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]
