"""Plays a person at a browser, for tests: opens a login, signs in, allows or denies, and reads the code."""

from __future__ import annotations

import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlencode

from loopback_globus.testing import LoopbackError

#: Without the machine's proxy.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def approve(url: str, *, secret: str = "", decision: str = "allow") -> str:
    """The code that the page shows once the person has decided 'allow' or 'deny'.

    secret : the client's, with which the person signs in; denying needs none

    raises : LoopbackError with what the page says instead
    """
    consent_page = _Page(_open(url))
    form = urlencode({**consent_page.fields, "client_secret": secret, "decision": decision}).encode()
    result = _Page(_open(url.partition("?")[0], form))
    if not result.code:
        raise LoopbackError(f"no code on the page: {result.text}")
    return result.code


def _open(url: str, form: bytes | None = None) -> str:
    try:
        with _direct.open(urllib.request.Request(url, data=form), timeout=30) as answer:
            page: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise LoopbackError(_Page(error.read().decode()).text) from None
    return page.decode()


class _Page(HTMLParser):
    """The hidden fields of a page, its code and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.code = self.text = ""
        self._in_code = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._in_code = attributes.get("id") == "code"
        if tag == "input" and attributes.get("name"):
            self.fields[str(attributes["name"])] = attributes.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.text = f"{self.text} {data.strip()}".strip()
        if self._in_code:
            self.code += data

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
