"""The page as people meet it: in a real browser, in Airflow's UI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.chromium import Chromium, missing
from tests.integration.page.conftest import HOSTILE, Api, Site

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(bool(missing()), reason=missing())]

FRAME = "document.querySelector('iframe').contentWindow"
PAGES = (
    "",
    "not-safe",
    "data-sets",
    "on-the-way",
    "start?dag_id=upload_sessions",
    "run?dag_id=upload_sessions",
)


@pytest.fixture(scope="module")
def browser(api: Api, site: Site) -> Iterator[Chromium]:
    with Chromium(cookies={"_token": api.token("ann")}, url=api.url) as browser:
        browser.size(1280, 900)
        yield browser


def in_frame(browser: Chromium, words: str) -> None:
    """Wait until the frame is complete, and shows these words."""
    page = f"{FRAME}.document"
    browser.wait(
        f"document.querySelector('iframe') && {page}.body.innerText.includes({words!r}) "
        f"&& {page}.readyState == 'complete'"
    )


def test_airflow_leads_to_the_page_and_the_page_back_out_of_its_frame(api: Api, browser: Chromium) -> None:
    browser.open(f"{api.url}/")
    browser.wait("document.querySelector('a[href$=\"plugin/archive\"]')")
    browser.ask("document.querySelector('a[href$=\"plugin/archive\"]').click()")
    in_frame(browser, "safe of 18 expected")
    # A permalink: the address of Airflow's page follows the frame.
    browser.ask(f"{FRAME}.document.querySelector('a[href=\"not-safe\"]').click()")
    browser.wait("location.pathname == '/plugin/archive/archive/not-safe'")
    in_frame(browser, "read the reason")
    browser.open(f"{api.url}/dags/upload_sessions/plugin/archive-of-dag")
    in_frame(browser, "safe of 18 expected")
    browser.open(f"{api.url}/plugin/archive/archive/run?dag_id=upload_sessions&run_id=night%201")
    in_frame(browser, "What this run compared")
    browser.ask(f"{FRAME}.document.querySelector('a[data-airflow]').click()")
    browser.wait(
        "location.pathname.startsWith('/dags/upload_sessions/runs/night') && !document.querySelector('iframe')"
    )


def test_a_button_starts_one_run_by_airflow_under_the_name_of_who_clicks(api: Api, browser: Chromium) -> None:
    with api.client(api.token("ann")) as ann:
        before = {run["dag_run_id"] for run in runs_of(ann)}
        browser.open(f"{api.url}/plugin/archive/archive/not-safe?state=failed")
        in_frame(browser, "Archive now")
        browser.ask(f"{FRAME}.document.querySelector('a.button').click()")
        in_frame(browser, "Start upload_sessions")
        form = f"{FRAME}.document.querySelector('form[data-start]')"
        browser.ask(f"{form}.elements.params.value = '{{'")
        browser.ask(f"{form}.querySelector('button').click()")
        in_frame(browser, "Not JSON")
        assert {run["dag_run_id"] for run in runs_of(ann)} == before
        browser.ask(f"{form}.reset()")
        browser.ask(f"{form}.querySelector('button').click()")
        browser.wait("location.pathname.startsWith('/dags/upload_sessions/runs/archive_page__')")
        [run] = [run for run in runs_of(ann) if run["dag_run_id"] not in before]
    assert run["triggering_user_name"] == "ann"
    assert run["conf"] == {"subjects": ["SC038"], "dates": ["2020-01-01"], "kinds": ["raw-ephys"]}


def runs_of(client: httpx.Client) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = client.get("/api/v2/dags/upload_sessions/dagRuns").json()["dag_runs"]
    return runs


def test_who_may_not_start_a_run_reads_why(api: Api, site: Site) -> None:
    with Chromium(cookies={"_token": api.token("eve")}, url=api.url) as browser:
        browser.open(f"{api.url}/archive/start?dag_id=upload_sessions")
        browser.ask("document.querySelector('form[data-start] button').click()")
        browser.wait("document.body.innerText.includes('Airflow did not start it (403)')")


@pytest.mark.fault(67)
def test_hostile_texts_run_nothing(api: Api, site: Site, browser: Chromium) -> None:
    browser.call(
        "Page.addScriptToEvaluateOnNewDocument", source="window.alert = () => { window.alarmed = true }"
    )
    seen = 0
    for path in (*PAGES, f"data-set?kind=raw-ephys&id={site.session.id.hex}"):
        browser.open(f"{api.url}/archive/{path}")
        assert browser.ask("window.alarmed === undefined && document.images.length === 0")
        seen += browser.text().count(HOSTILE)
        # Even what would be put into the page runs nothing: the policy allows no text as a script.
        browser.ask(
            "(() => { const s = document.createElement('script'); s.textContent = 'window.alarmed = true'; "
            "document.body.append(s) })()"
        )
        assert browser.ask("window.alarmed === undefined")
    assert seen >= 5


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("dark", [False, True])
def test_each_page_fits_the_window_and_comes_from_here_alone(
    api: Api, site: Site, browser: Chromium, width: int, dark: bool
) -> None:
    browser.size(width, 900, dark=dark)
    for path in (*PAGES, f"data-set?kind=raw-ephys&id={site.session.id.hex}"):
        browser.open(f"{api.url}/archive/{path}")
        assert browser.ask("document.documentElement.scrollWidth") <= width, path
        loaded = browser.ask("performance.getEntriesByType('resource').map(each => each.name)")
        assert loaded and all(each.startswith(api.url) for each in loaded)
        paper = browser.ask("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(20, 24, 30)" if dark else "rgb(255, 255, 255)")
    browser.size(1280, 900)


def test_the_colours_are_those_of_airflow_around_it(api: Api, browser: Chromium) -> None:
    browser.open(f"{api.url}/plugin/archive")
    in_frame(browser, "safe of 18 expected")
    around = "document.documentElement.classList"
    for colours, paper in (("dark", "rgb(20, 24, 30)"), ("light", "rgb(255, 255, 255)")):
        browser.ask(f"{around}.remove('light', 'dark'); {around}.add({colours!r})")
        browser.wait(f"{FRAME}.getComputedStyle({FRAME}.document.body).backgroundColor == {paper!r}")


def test_the_keyboard_reaches_a_session_and_opens_it(api: Api, browser: Chromium) -> None:
    browser.open(f"{api.url}/archive/")
    for _ in range(60):
        for kind in ("keyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        if browser.ask("document.activeElement.matches('a.mark')"):
            break
    assert "SC022 2019-08-08 10:00" in browser.ask("document.activeElement.getAttribute('aria-label')")
    assert browser.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key="Enter",
            code="Enter",
            windowsVirtualKeyCode=13,
            text="\r",
        )
    browser.wait("location.pathname == '/archive/data-set'")


def test_what_is_printed_is_the_table_with_its_time_and_no_controls(api: Api, browser: Chromium) -> None:
    browser.open(f"{api.url}/archive/")
    assert browser.pdf().startswith(b"%PDF")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    hidden = "getComputedStyle(document.querySelector({!r})).display == 'none'"
    assert browser.ask(hidden.format(".filter")) and browser.ask(hidden.format(".tools"))
    assert not browser.ask(hidden.format(".calendar")) and "As of" in browser.text()
    browser.call("Emulation.setEmulatedMedia", media="")
