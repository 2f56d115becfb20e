"""Debian's Chromium without a window, driven over its own protocol: what a person sees of a page, and pictures."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.sync.client import ClientConnection, connect

PROGRAM = Path("/usr/bin/chromium")

#: It runs as root in a container, and asks nobody outside of this machine.
_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--force-color-profile=srgb",
)
_START, _WAIT = 60, 60


def missing() -> str:
    """Why no browser can be used here; '' if one can."""
    if not PROGRAM.exists():
        return f"there is no {PROGRAM}: apt-get install chromium"
    try:
        done = subprocess.run(
            [PROGRAM, "--version", "--no-sandbox"], capture_output=True, text=True, timeout=_START
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{PROGRAM} does not start: {error}"
    return "" if done.stdout.startswith("Chromium") else f"{PROGRAM} is a stub: {done.stdout}{done.stderr}"


class Chromium:
    """A browser with one tab; `cookies` are those of its user."""

    def __init__(self, *, cookies: Mapping[str, str] | None = None, url: str = "") -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._cookies, self._url = dict(cookies or {}), url
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        profile = Path(self._profile.name)
        self._process = subprocess.Popen(
            [PROGRAM, *_SWITCHES, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        active = profile / "DevToolsActivePort"
        deadline = time.monotonic() + _START
        while not (active.exists() and active.read_text().count("\n")):
            assert time.monotonic() < deadline and self._process.poll() is None, "Chromium did not start"
            time.sleep(0.1)
        port = active.read_text().split()[0]
        tabs = httpx.get(f"http://127.0.0.1:{port}/json", trust_env=False).json()
        [address] = [tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"]
        self._socket: ClientConnection = connect(address, max_size=None, proxy=None)
        self.call("Page.enable")
        for name, value in self._cookies.items():
            self.call("Network.setCookie", name=name, value=value, url=self._url, httpOnly=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=30)
        self._profile.cleanup()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol; events that come meanwhile are left out."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=_WAIT))
            if message.get("id") == number:
                assert "error" not in message, message
                return dict(message["result"])

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        """The window in pixels, and the user's colours."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.colours(dark=dark)

    def colours(self, *, dark: bool) -> None:
        """Light or dark, as the user's system says."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def open(self, url: str) -> None:
        """Go there, and wait until the page is complete."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState == 'complete' && location.href != 'about:blank'")

    def ask(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until the expression is true."""
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                if self.ask(f"!!({expression})"):
                    return
            except AssertionError:  # between two pages
                pass
            assert time.monotonic() < deadline, f"never true: {expression}; the page: {self.text()[:2000]}"
            time.sleep(0.1)

    def text(self) -> str:
        """What a person reads."""
        return str(self.ask("document.body ? document.body.innerText : ''"))

    def picture(self, path: Path) -> None:
        """The window as a PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])
