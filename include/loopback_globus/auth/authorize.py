"""/v2/oauth2/authorize: the page where a person allows a client, and the code that it then shows.

On the service's own `/v2/web/auth-code` the code is shown in the answer itself, so that it is in no address and in
no line of the journal.
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
    """The consent page: what the client wants, Allow and Deny."""
    asked = {field: request.query_params.get(field, "") for field in _FIELDS}
    try:
        _code_for(asked, service, request)
    except AuthError as error:
        return _refused(error)
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in _names(asked["scope"]))
    kept = "".join(
        f'<input type="hidden" name="{field}" value="{escape(text)}">' for field, text in asked.items()
    )
    return _page(
        f"<p>Client <code>{escape(asked['client_id'])}</code> would like to:</p><ul>{wanted}</ul>"
        f'<form method="post">{kept}<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>'
    )


@router.post("/authorize")
def answer(
    request: Request, service: _Service, form: Annotated[dict[str, str], Depends(form_body)]
) -> Response:
    """What the person decided: a code on the service's own page, or a redirect to the client's."""
    asked = {field: form.get(field, "") for field in _FIELDS}
    try:
        code = _code_for(asked, service, request)
    except AuthError as error:
        return _refused(error)
    own = _is_own(asked["redirect_uri"], request)
    if form.get("decision") != "allow":
        denied = {"error": "access_denied", "state": asked["state"]}
        return _page("<p>Access was denied.</p>", status=403) if own else _back(asked, denied)
    Consents(service.store).allow(
        client_id=code.client_id, granted=scopes.split(code.scope), offline=code.offline
    )
    text = Codes(service.store).issue(code)
    if own:
        return _page(f'<p>Copy this code into the program:</p><p><code id="code">{text}</code></p>')
    return _back(asked, {"code": text, "state": asked["state"]})


def _code_for(asked: dict[str, str], service: Service, request: Request) -> Code:
    """What a code would stand for. raises : AuthError for a request that no page may be shown for."""
    client_id = asked["client_id"].lower()
    wrong = ""
    if client_id not in service.settings.clients:
        wrong = "Unknown client_id"
    elif not _is_own(asked["redirect_uri"], request) and not _is_local(asked["redirect_uri"]):
        wrong = f"redirect_uri: use {request.url.scheme}://{request.url.netloc}{_OWN_PAGE}, or one of this machine"
    elif asked["response_type"] != "code":
        wrong = "response_type: use code"
    elif asked["code_challenge_method"] not in ("", "S256"):
        wrong = "code_challenge_method: use S256"
    elif asked["code_challenge"] and not _CHALLENGE.fullmatch(asked["code_challenge"]):
        wrong = "code_challenge: no SHA-256 in base64url"
    if wrong:
        raise AuthError(status=400, error="invalid_request", message=wrong)
    groups(service, asked["scope"])
    return Code(
        client_id=client_id,
        scope=asked["scope"],
        redirect_uri=asked["redirect_uri"],
        challenge=asked["code_challenge"],
        offline=asked["access_type"] == "offline",
    )


def _names(scope: str) -> list[str]:
    return [name for outer, nested in scopes.split(scope).items() for name in (outer, *nested)]


def _is_own(redirect_uri: str, request: Request) -> bool:
    return redirect_uri == f"{request.url.scheme}://{request.url.netloc}{_OWN_PAGE}"


def _is_local(redirect_uri: str) -> bool:
    told = urlsplit(redirect_uri)
    return told.scheme == "http" and told.hostname in ("localhost", "127.0.0.1")


def _back(asked: dict[str, str], told: dict[str, str]) -> Response:
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{joint}{urlencode(told)}", status_code=303)


def _refused(error: AuthError) -> Response:
    return _page(f"<p>{escape(error.error)}: {escape(error.message)}</p>", status=error.status)


def _page(body: str, *, status: int = 200) -> Response:
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>loopback_globus</title>'
    return HTMLResponse(f"{head}<h1>loopback_globus</h1>{body}", status, {"Cache-Control": "no-store"})
