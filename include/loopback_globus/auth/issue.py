"""The answers of the token endpoint: tokens grouped by service, and refusals in Auth's own form."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi.responses import JSONResponse

from loopback_globus.auth import scopes
from loopback_globus.service import Service

#: A refresh token expires when it is not used for half a year (Globus docs).
REFRESH_LIFETIME = 182 * 86_400.0


class AuthError(Exception):
    """A refusal in Auth's own form: OAuth's `error`, and the `errors` list that the SDK reads."""

    def __init__(self, *, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message

    def response(self) -> JSONResponse:
        item = {
            "status": str(self.status),
            "id": str(uuid.uuid4()),
            "code": self.error.upper(),
            "title": self.error.replace("_", " ").capitalize(),
            "detail": self.message,
        }
        document = {"error": self.error, "error_description": self.message, "errors": [item]}
        return JSONResponse(document, status_code=self.status)


def groups(service: Service, text: str) -> dict[str, dict[str, list[str]]]:
    """Group the scopes by the service they belong to. raises : AuthError for one that does not exist."""
    servers: dict[str, dict[str, list[str]]] = {}
    try:
        for scope, nested in scopes.split(text).items():
            for name in (scope, *nested):
                _require_known(service, name)
            servers.setdefault(scopes.resource_server(scope), {})[scope] = nested
    except scopes.ScopeError as error:
        raise AuthError(status=400, error="unknown_scope", message=str(error)) from None
    if not servers:
        raise AuthError(status=400, error="invalid_scope", message="No scope was requested")
    return servers


def _require_known(service: Service, scope: str) -> None:
    scopes.resource_server(scope)
    collection_id = scopes.data_access_collection(scope)
    if collection_id is not None:
        collection = service.settings.collections.get(collection_id)
        if collection is None or not collection.needs_consent:
            raise scopes.ScopeError(f"unknown scope {scope}")


def issue(
    service: Service, *, client_id: str, groups: dict[str, dict[str, list[str]]], offline: bool = False
) -> dict[str, Any]:
    """The token document: one access token for each service; with `offline`, also a refresh token for each."""
    documents = [
        _token_document(service, client_id=client_id, server=server, granted=granted, offline=offline)
        for server, granted in groups.items()
    ]
    return {**documents[0], "other_tokens": documents[1:]}


def _token_document(
    service: Service, *, client_id: str, server: str, granted: dict[str, list[str]], offline: bool
) -> dict[str, Any]:
    lifetime, scope = service.settings.token_lifetime, as_text(granted)
    document = {
        "access_token": service.tokens.issue(
            kind="access", client_id=client_id, scope=scope, lifetime=lifetime
        ),
        "scope": " ".join(granted),
        "expires_in": lifetime,
        "token_type": "Bearer",
        "resource_server": server,
    }
    if offline:
        document["refresh_token"] = service.tokens.issue(
            kind="refresh", client_id=client_id, scope=scope, lifetime=REFRESH_LIFETIME
        )
    return document


def as_text(granted: dict[str, list[str]]) -> str:
    """Scopes in the grammar of the token endpoint; `scopes.split` reads it back."""
    return " ".join(f"{scope}[{' '.join(nested)}]" if nested else scope for scope, nested in granted.items())
