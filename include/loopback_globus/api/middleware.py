"""What happens to every request before and after its route: faults, latency, and its line in the journal."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loopback_globus.errors import ApiError, consent_required, unauthenticated
from loopback_globus.faults import Fault
from loopback_globus.service import Service

CONTROL = "/_control"
#: The header of every answer while time is moved, or files are not really copied.
UNREAL = "Loopback-Globus-Unreal"
_MESSAGES = {429: "Too many requests", 502: "Bad gateway", 503: "The service is under maintenance"}
_CODES = {429: "ClientError.TooManyRequests", 503: "ServiceUnavailable"}


class Wire:
    """The outermost layer: it sees each request first, and each answer before it is sent."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        fault = self._service.faults.for_request(scope["method"], scope["path"])
        if fault and fault.do in ("drop", "drop_after"):
            await self._drop(scope, receive, send, fault)
            return
        slow = fault.seconds if fault and fault.do == "slow" else 0
        await asyncio.sleep(self._service.settings.latency + slow)

        async def journaled(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, status=message["status"], fault=fault)
                message = self._with_unreal(message)
            await send(message)

        answer = _answer(fault, scope["path"]) if fault else None
        if fault and fault.do == "lacks":
            answer = await self._answer_without(fault.keys, scope, receive)
        await (answer or self._app)(scope, receive, journaled)

    def _with_unreal(self, message: Message) -> Message:
        """The head of an answer; with a header that says what a test has made unreal, if anything is."""
        unreal = self._service.unreal()
        if not unreal:
            return message
        return {**message, "headers": [*message["headers"], (UNREAL.lower().encode(), unreal.encode())]}

    async def _answer_without(self, keys: tuple[str, ...], scope: Scope, receive: Receive) -> Response:
        """The route's own answer, in which no document has these keys."""
        status, body = 200, b""

        async def collect(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        await self._app(scope, receive, collect)
        return JSONResponse(_without(json.loads(body), frozenset(keys)), status_code=status)

    async def _drop(self, scope: Scope, receive: Receive, send: Send, fault: Fault) -> None:
        status: int | None = None

        async def swallow(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        if fault.do == "drop_after":
            await self._app(scope, receive, swallow)
        self._note(scope, status=status, fault=fault)
        # ASGI cannot close a connection: the object behind `send` has the server's own.
        connection: Any = send
        connection.__self__.transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass

    def _note(self, scope: Scope, *, status: int | None, fault: Fault | None) -> None:
        self._service.journal.request(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            status=status,
            fault=fault.do if fault else None,
        )


def _answer(fault: Fault, path: str) -> Response | None:
    """The answer that a fault gives instead of the route; None lets the route answer."""
    if fault.do == "malformed":
        # Without a status of its own, it is a page that was expected to be the answer.
        status = fault.status if "status" in fault.model_fields_set else 200
        return Response("<html>not JSON", media_type="text/html", status_code=status)
    if fault.do == "oauth":
        return JSONResponse({"error": fault.code}, status_code=fault.status)
    if fault.do == "empty":
        return JSONResponse({})
    if fault.do == "invalid_grant":
        return JSONResponse({"error": "invalid_grant"}, status_code=400)
    error = _error(fault, path)
    if error is None:
        return None
    return JSONResponse(error.document(path), status_code=error.status, headers=error.headers)


def _error(fault: Fault, path: str) -> ApiError | None:
    if fault.do == "unauthorized":
        return unauthenticated()
    if fault.do == "consent":
        return consent_required(_collection_in(path))
    if fault.do != "status":
        return None
    after = fault.retry_after
    text = f"{after:g}" if isinstance(after, float) else after
    return ApiError(
        status=fault.status,
        code=fault.code or _CODES.get(fault.status, "InternalError"),
        message=fault.message or _MESSAGES.get(fault.status, "A fault of loopback_globus"),
        headers={} if text is None else {"Retry-After": text},
    )


def _without(value: Any, keys: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, keys) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, keys) for key, each in value.items() if key not in keys}
    return value


def _collection_in(path: str) -> str:
    parts = path.split("/")
    return parts[parts.index("endpoint") + 1] if "endpoint" in parts[:-1] else "unknown"
