"""The page as people meet it: in a real browser, in Airflow's UI."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chromium import Chromium, missing
from tests.integration.page.conftest import HOSTILE, Api, Site

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def browser(api: Api, site: Site) -> Iterator[Chromium]:
    with Chromium(cookies={"_token": api.token("ann")}, url=api.url) as browser:
        browser.size(1280, 900)
        yield browser

OUT = Path("/tmp/h/h21page_spike")
def test_pictures(api: Api, site: Site, browser: Chromium) -> None:
    for path in ("", "not-safe", "data-sets", "on-the-way", "start?dag_id=upload_sessions", f"data-set?kind=raw-ephys&id={site.session.id.hex}"):
        for width, dark in ((1280, False), (400, False), (1280, True)):
            browser.size(width, 900, dark=dark)
            browser.open(f"{api.url}/archive/{path}")
            name = (path.split("?")[0] or "front") + f"-{width}" + ("-dark" if dark else "")
            browser.picture(OUT / f"{name}.png")
            print(name, browser.ask("document.documentElement.scrollWidth"), browser.ask("performance.getEntriesByType('resource').map(e=>e.name)"))
