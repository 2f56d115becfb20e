"""Scope strings: separated by blanks, and nested in brackets that may hold blanks too."""

from __future__ import annotations

TRANSFER = "urn:globus:auth:scope:transfer.api.globus.org:all"
#: What says whose login it is.
OPENID = ("openid", "profile", "email")
_URN = "urn:globus:auth:scope:"
_URL = "https://auth.globus.org/scopes/"


class ScopeError(Exception):
    """A scope string whose brackets do not match, or that names nothing."""


def split(text: str) -> dict[str, list[str]]:
    """Return each top-level scope with the scopes nested in it, without the `*` of optional ones.

    'a[b *c] d a[e]' -> {'a': ['b', 'c', 'e'], 'd': []}; a scope that is named twice is one scope.
    Deeper nesting counts for its outer scope: only what a token may reach matters here.
    """
    result: dict[str, list[str]] = {}
    path: list[str] = []
    last = ""
    for token in _tokens(text):
        if token == "[":
            if not last:
                raise ScopeError(f"a bracket without a scope before it: {text!r}")
            path.append(last)
            last = ""
        elif token == "]":
            if not path:
                raise ScopeError(f"one closing bracket too many: {text!r}")
            last = path.pop()
        elif path:
            last = token.removeprefix("*")
            result[path[0]].append(last)
        else:
            last = token
            result.setdefault(last, [])
    if path:
        raise ScopeError(f"a bracket is not closed: {text!r}")
    return result


def _tokens(text: str) -> list[str]:
    return text.replace("[", " [ ").replace("]", " ] ").split()


def resource_server(scope: str) -> str:
    """The service that a scope belongs to. raises : ScopeError for a scope of no service."""
    if scope in OPENID:
        return "auth.globus.org"
    if scope.startswith(_URN):
        return scope.removeprefix(_URN).split(":")[0]
    if scope.startswith(_URL) and "/" in scope.removeprefix(_URL):
        return scope.removeprefix(_URL).split("/")[0]
    raise ScopeError(f"unknown scope {scope}")


def data_access(collection_id: str) -> str:
    """The scope that a mapped collection requires inside the transfer scope."""
    return f"{_URL}{collection_id}/data_access"


def data_access_collection(scope: str) -> str | None:
    """The collection that a data_access scope belongs to; None for every other scope."""
    if scope.startswith(_URL) and scope.endswith("/data_access"):
        return scope.removeprefix(_URL).removesuffix("/data_access")
    return None
