"""/v2/oauth2/authorize: the page where a person signs in and allows a client, and the code that the page then shows.

The person has the client's own identity, and so signs in with its secret: the id alone is public.

With the service's own `/v2/web/auth-code` the answer itself shows the code, so that neither an address nor the journal
holds it.
"""

from __future__ import annotations

import re
from html import escape
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from loopback_globus.auth import scopes
from loopback_globus.auth.codes import Code, Codes
from loopback_globus.auth.consents import Consents
from loopback_globus.auth.identify import client_of
from loopback_globus.auth.issue import AuthError, groups
from loopback_globus.service import Service, form_body, service_of

router = APIRouter(prefix="/oauth2")
_Service = Annotated[Service, Depends(service_of)]
_OWN_PAGE = "/v2/web/auth-code"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_FIELDS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "access_type",
    "code_challenge",
    "code_challenge_method",
)


@router.get("/authorize")
def ask(request: Request, service: _Service) -> Response:
    """The consent page: the requested scopes, Allow and Deny."""
    params = {field: request.query_params.get(field, "") for field in _FIELDS}
    try:
        _code_for(params, service, request)
    except AuthError as error:
        return _refused(error)
    scope_items = "".join(f"<li>{escape(scope)}</li>" for scope in _names(params["scope"]))
    hidden_fields = "".join(
        f'<input type="hidden" name="{field}" value="{escape(text)}">' for field, text in params.items()
    )
    return _page(
        f"<p>Client <code>{escape(params['client_id'])}</code> would like to:</p><ul>{scope_items}</ul>"
        f'<form method="post">{hidden_fields}<p><label>Secret of the client '
        '<input type="password" name="client_secret" autocomplete="off"></label></p>'
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>'
    )


@router.post("/authorize")
def answer(
    request: Request, service: _Service, form: Annotated[dict[str, str], Depends(form_body)]
) -> Response:
    """Answer the person's decision: a code on the service's own page, or a redirect to the client's."""
    params = {field: form.get(field, "") for field in _FIELDS}
    try:
        code = _code_for(params, service, request)
    except AuthError as error:
        return _refused(error)
    own = _is_own(params["redirect_uri"], request)
    if form.get("decision") != "allow":
        denied = {"error": "access_denied", "state": params["state"]}
        return _page("<p>Access was denied.</p>", status=403) if own else _back(params, denied)
    if client_of(service, "", form) is None:
        return _refused(
            AuthError(
                status=401, error="invalid_client", message="The sign-in failed: wrong secret of the client"
            )
        )
    Consents(service.store).allow(
        client_id=code.client_id, granted=scopes.split(code.scope), offline=code.offline
    )
    text = Codes(service.store).issue(code)
    if own:
        return _page(f'<p>Copy this code into the program:</p><p><code id="code">{text}</code></p>')
    return _back(params, {"code": text, "state": params["state"]})


def _code_for(params: dict[str, str], service: Service, request: Request) -> Code:
    """The consent that a code would stand for. raises : AuthError for a wrong request, which gets no consent page."""
    client_id = params["client_id"].lower()
    wrong = ""
    if client_id not in service.settings.clients:
        wrong = "Unknown client_id"
    elif not _is_own(params["redirect_uri"], request) and not _is_local(params["redirect_uri"]):
        wrong = f"redirect_uri: use {request.url.scheme}://{request.url.netloc}{_OWN_PAGE}, or one of this machine"
    elif params["response_type"] != "code":
        wrong = "response_type: use code"
    elif params["code_challenge_method"] not in ("", "S256"):
        wrong = "code_challenge_method: use S256"
    elif params["code_challenge"] and not _CHALLENGE.fullmatch(params["code_challenge"]):
        wrong = "code_challenge: not a SHA-256 in base64url"
    if wrong:
        raise AuthError(status=400, error="invalid_request", message=wrong)
    groups(service, params["scope"])
    return Code(
        client_id=client_id,
        scope=params["scope"],
        redirect_uri=params["redirect_uri"],
        challenge=params["code_challenge"],
        offline=params["access_type"] == "offline",
    )


def _names(scope: str) -> list[str]:
    return [name for outer, nested in scopes.split(scope).items() for name in (outer, *nested)]


def _is_own(redirect_uri: str, request: Request) -> bool:
    return redirect_uri == f"{request.url.scheme}://{request.url.netloc}{_OWN_PAGE}"


def _is_local(redirect_uri: str) -> bool:
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")


def _back(params: dict[str, str], answer: dict[str, str]) -> Response:
    joint = "&" if urlsplit(params["redirect_uri"]).query else "?"
    return RedirectResponse(f"{params['redirect_uri']}{joint}{urlencode(answer)}", status_code=303)


def _refused(error: AuthError) -> Response:
    return _page(f"<p>{escape(error.error)}: {escape(error.message)}</p>", status=error.status)


def _page(body: str, *, status: int = 200) -> Response:
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>loopback_globus</title>'
    return HTMLResponse(f"{head}<h1>loopback_globus</h1>{body}", status, {"Cache-Control": "no-store"})
