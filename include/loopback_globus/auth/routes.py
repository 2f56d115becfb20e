"""/v2: tokens, introspection, revocation, userinfo, consents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse

from loopback_globus.auth import authorize, scopes
from loopback_globus.auth.codes import Codes
from loopback_globus.auth.consents import Consents
from loopback_globus.auth.identify import bearer, client_of
from loopback_globus.auth.issue import REFRESH_LIFETIME, AuthError, as_text, groups, issue
from loopback_globus.auth.tokens import Caller
from loopback_globus.service import Service, form_body, service_of

__all__ = ["REFRESH_LIFETIME", "AuthError", "router"]

router = APIRouter(prefix="/v2")
router.include_router(authorize.router)

_Service = Annotated[Service, Depends(service_of)]
_Authorization = Annotated[str, Header()]
_Form = Annotated[dict[str, str], Depends(form_body)]


@router.post("/oauth2/token")
def token(service: _Service, form: _Form, authorization: _Authorization = "") -> JSONResponse:
    client_id = client_of(service, authorization, form)
    grant = form.get("grant_type")
    if grant == "refresh_token":
        return JSONResponse(_refresh(service, form, client_id))
    if grant == "authorization_code":
        return JSONResponse(_exchange(service, form, client_id))
    if client_id is None:
        raise AuthError(status=401, error="invalid_client", message="Unknown client, or wrong secret")
    if grant != "client_credentials":
        raise AuthError(status=400, error="unsupported_grant_type", message="Use client_credentials")
    scope = form.get("scope") or scopes.TRANSFER
    return JSONResponse(issue(service, client_id=client_id, groups=groups(service, scope)))


def _refresh(service: Service, form: dict[str, str], client_id: str | None) -> dict[str, Any]:
    """Refresh a token. A native client has no secret: it names itself, and the token must be its own."""
    client_id = client_id or form.get("client_id", "").lower()
    caller = service.tokens.find(form.get("refresh_token", ""), kind="refresh")
    if caller is None or caller.client_id != client_id:
        raise AuthError(status=400, error="invalid_grant", message="The refresh token is not active")
    service.tokens.renew(form["refresh_token"], lifetime=REFRESH_LIFETIME)
    Consents(service.store).use(client_id=client_id, granted=caller.granted)
    document = issue(service, client_id=client_id, groups=groups(service, as_text(caller.granted)))
    return {**document, "refresh_token": form["refresh_token"]}


def _exchange(service: Service, form: dict[str, str], client_id: str | None) -> dict[str, Any]:
    """Exchange an authorization code for tokens; a client without a secret proves itself by PKCE."""
    named = client_id or form.get("client_id", "").lower()
    code = Codes(service.store).redeem(
        form.get("code", ""),
        client_id=named,
        redirect_uri=form.get("redirect_uri", ""),
        verifier=form.get("code_verifier", ""),
    )
    if code is None or not (client_id or code.challenge):
        raise AuthError(status=400, error="invalid_grant", message="The authorization code is not valid")
    granted = scopes.split(code.scope)
    Consents(service.store).use(client_id=named, granted=granted)
    document = issue(service, client_id=named, groups=groups(service, code.scope), offline=code.offline)
    if "openid" in granted:
        lifetime = service.settings.token_lifetime
        document["id_token"] = service.signing_key.id_token(client_id=named, lifetime=lifetime)
    return document


@router.post("/oauth2/token/introspect")
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


@router.post("/oauth2/token/revoke")
def revoke(service: _Service, form: _Form, authorization: _Authorization = "") -> dict[str, Any]:
    _require_client(service, form, authorization)
    service.tokens.revoke(form.get("token", ""))
    return {"active": False}


def _require_client(service: Service, form: dict[str, str], authorization: str) -> None:
    named = form.get("client_id", "").lower() in service.settings.clients
    if client_of(service, authorization, form) is None and not named:
        raise AuthError(status=401, error="invalid_client", message="Unknown client, or wrong secret")


@router.get("/oauth2/userinfo")
def userinfo(service: _Service, authorization: _Authorization = "") -> dict[str, Any]:
    caller = _identified(service, authorization)
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


@router.get("/api/identities/{identity_id}/consents")
def consents(service: _Service, identity_id: str, authorization: _Authorization = "") -> dict[str, Any]:
    """The caller's consents for the client that asks, the newest last; other clients' consents are not shown."""
    caller = _identified(service, authorization)
    if identity_id.lower() != caller.identity:
        raise AuthError(status=403, error="forbidden", message="The consents of another identity")
    return {"consents": Consents(service.store).of(client_id=caller.client_id, identity=caller.identity)}


def _identified(service: Service, authorization: str) -> Caller:
    """The caller of a request whose token may see the identity. raises : AuthError."""
    caller = bearer(service, authorization)
    if caller is None:
        raise AuthError(status=401, error="unauthorized", message="Call must be authenticated")
    if not any(scopes.resource_server(scope) == "auth.globus.org" for scope in caller.granted):
        raise AuthError(status=403, error="forbidden", message="The openid scope is missing")
    return caller
