"""/v2/oauth2: tokens, introspection, revocation, userinfo."""

from __future__ import annotations

import uuid
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse

from loopback_globus.auth import scopes
from loopback_globus.auth.identify import bearer, client_of
from loopback_globus.auth.tokens import Caller
from loopback_globus.service import Service, raw_body, service_of

router = APIRouter(prefix="/v2/oauth2")

_Service = Annotated[Service, Depends(service_of)]
_Authorization = Annotated[str, Header()]
#: A refresh token dies when it is not used for half a year (Globus docs).
REFRESH_LIFETIME = 182 * 86_400.0


async def _form(body: Annotated[bytes, Depends(raw_body)]) -> dict[str, str]:
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


_Form = Annotated[dict[str, str], Depends(_form)]


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


@router.post("/token")
def token(service: _Service, form: _Form, authorization: _Authorization = "") -> JSONResponse:
    client_id = client_of(service, authorization, form)
    if form.get("grant_type") == "refresh_token":
        return JSONResponse(_refresh(service, form, client_id))
    if client_id is None:
        raise AuthError(status=401, error="invalid_client", message="Unknown client, or wrong secret")
    if form.get("grant_type") != "client_credentials":
        raise AuthError(status=400, error="unsupported_grant_type", message="Use client_credentials")
    wanted = form.get("scope") or scopes.TRANSFER
    return JSONResponse(_issue(service, client_id=client_id, groups=_groups(service, wanted)))


def _refresh(service: Service, form: dict[str, str], client_id: str | None) -> dict[str, Any]:
    """A native client has no secret: it names itself, and the token must be its own."""
    client_id = client_id or form.get("client_id", "").lower()
    caller = service.tokens.find(form.get("refresh_token", ""), kind="refresh")
    if caller is None or caller.client_id != client_id:
        raise AuthError(status=400, error="invalid_grant", message="The refresh token is not active")
    granted = " ".join(_as_text(scope, nested) for scope, nested in caller.granted.items())
    document = _issue(service, client_id=client_id, groups=_groups(service, granted))
    return {**document, "refresh_token": form["refresh_token"]}


def _groups(service: Service, text: str) -> dict[str, dict[str, list[str]]]:
    """Sort the scopes by the service they belong to; refuse the ones that do not exist."""
    groups: dict[str, dict[str, list[str]]] = {}
    try:
        for scope, nested in scopes.split(text).items():
            for name in (scope, *nested):
                _require_known(service, name)
            groups.setdefault(scopes.resource_server(scope), {})[scope] = nested
    except scopes.ScopeError as error:
        raise AuthError(status=400, error="unknown_scope", message=str(error)) from None
    if not groups:
        raise AuthError(status=400, error="invalid_scope", message="No scope was asked for")
    return groups


def _require_known(service: Service, scope: str) -> None:
    scopes.resource_server(scope)
    collection_id = scopes.data_access_collection(scope)
    if collection_id is not None:
        collection = service.settings.collections.get(collection_id)
        if collection is None or not collection.needs_consent:
            raise scopes.ScopeError(f"unknown scope {scope}")


def _issue(service: Service, *, client_id: str, groups: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    documents = [
        _token_document(service, client_id=client_id, server=server, granted=granted)
        for server, granted in groups.items()
    ]
    return {**documents[0], "other_tokens": documents[1:]}


def _token_document(
    service: Service, *, client_id: str, server: str, granted: dict[str, list[str]]
) -> dict[str, Any]:
    lifetime = service.settings.token_lifetime
    scope = " ".join(_as_text(name, nested) for name, nested in granted.items())
    value = service.tokens.issue(kind="access", client_id=client_id, scope=scope, lifetime=lifetime)
    return {
        "access_token": value,
        "scope": " ".join(granted),
        "expires_in": lifetime,
        "token_type": "Bearer",
        "resource_server": server,
    }


def _as_text(scope: str, nested: list[str]) -> str:
    return f"{scope}[{' '.join(nested)}]" if nested else scope


@router.post("/token/introspect")
def introspect(service: _Service, form: _Form, authorization: _Authorization = "") -> dict[str, Any]:
    _require_client(service, form, authorization)
    value = form.get("token", "")
    caller = service.tokens.find(value, kind="access") or service.tokens.find(value, kind="refresh")
    if caller is None:
        return {"active": False}
    return {
        "active": True,
        "token_type": "Bearer",
        "scope": " ".join(caller.granted),
        "client_id": caller.client_id,
        "sub": caller.identity,
        "username": caller.username,
        "name": caller.username,
        "email": None,
        "exp": int(caller.expires),
        "iat": int(caller.issued),
        "nbf": int(caller.issued),
        "aud": [scopes.resource_server(next(iter(caller.granted))), caller.client_id],
        "iss": "https://auth.globus.org",
    }


@router.post("/token/revoke")
def revoke(service: _Service, form: _Form, authorization: _Authorization = "") -> dict[str, Any]:
    _require_client(service, form, authorization)
    service.tokens.revoke(form.get("token", ""))
    return {"active": False}


def _require_client(service: Service, form: dict[str, str], authorization: str) -> None:
    named = form.get("client_id", "").lower() in service.settings.clients
    if client_of(service, authorization, form) is None and not named:
        raise AuthError(status=401, error="invalid_client", message="Unknown client, or wrong secret")


@router.get("/userinfo")
def userinfo(service: _Service, authorization: _Authorization = "") -> dict[str, Any]:
    caller = bearer(service, authorization)
    if caller is None:
        raise AuthError(status=401, error="unauthorized", message="Call must be authenticated")
    if not _sees_identity(caller):
        raise AuthError(status=403, error="forbidden", message="The openid scope is missing")
    return {
        "sub": caller.identity,
        "preferred_username": caller.username,
        "name": caller.username,
        "email": None,
        "organization": None,
        "identity_provider": "3a3f7e62-7e3e-4d9b-b8a5-0000a0f5c1e7",
        "identity_provider_display_name": "Globus Auth clients",
        "last_authentication": int(caller.issued),
        "identity_set": [{"sub": caller.identity, "username": caller.username}],
    }


def _sees_identity(caller: Caller) -> bool:
    return any(scopes.resource_server(scope) == "auth.globus.org" for scope in caller.granted)
