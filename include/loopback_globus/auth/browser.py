"""A person at a browser, for tests: opens the address of a login, allows or denies, and reads the code."""

from __future__ import annotations

import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlencode

from loopback_globus.testing import LoopbackError

#: A proxy of the machine must not come between.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def approve(url: str, *, decision: str = "allow") -> str:
    """The code that the page shows once the person has decided 'allow' or 'deny'.

    raises : LoopbackError with what the page says instead
    """
    asked = _Page(_open(url))
    form = urlencode({**asked.fields, "decision": decision}).encode()
    shown = _Page(_open(url.partition("?")[0], form))
    if not shown.code:
        raise LoopbackError(f"no code on the page: {shown.text}")
    return shown.code


def _open(url: str, form: bytes | None = None) -> str:
    try:
        with _direct.open(urllib.request.Request(url, data=form), timeout=30) as answer:
            page: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise LoopbackError(_Page(error.read().decode()).text) from None
    return page.decode()


class _Page(HTMLParser):
    """The hidden fields of a page, its code and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.code = self.text = ""
        self._in_code = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._in_code = told.get("id") == "code"
        if tag == "input" and told.get("name"):
            self.fields[str(told["name"])] = told.get("value") or ""

    def handle_data(self, data: str) -> None:
        self.text = f"{self.text} {data.strip()}".strip()
        if self._in_code:
            self.code += data

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
