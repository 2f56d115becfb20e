"""What the page shows, to whom, and what it never does."""

from __future__ import annotations

import csv
import datetime as dt
import json
import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from fastapi.routing import APIRoute
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from tests.integration.page.conftest import (
    BIDIRECTIONAL,
    EPHYS,
    HOSTILE,
    STRAY,
    Api,
    Site,
    connection_of,
    served_catalog,
)

from archive_flow.page.app import POLICY
from archive_flow.page.reading import READERS
from session_archive import clock
from session_archive.airflow_client.transfers import WAIT
from session_archive.assess.repair import Aside, Repair, Yes
from session_archive.catalog.database.plain import connect_plain
from session_archive.errors import CatalogError
from support.processes import free_ports
from support.stack import Stack

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def viewer(api: Api, site: Site) -> Iterator[httpx.Client]:
    """Somebody who may read, and no more."""
    with api.client(api.token("eve")) as client:
        yield client


def addresses(api: Api, site: Site) -> list[str]:
    """Every route of the app's own table, with the parameters by which it shows something."""
    queries = {
        "/run": {"dag_id": "upload_sessions", "run_id": "night 1"},
        "/run.csv": {"dag_id": "upload_sessions", "run_id": "night 1"},
        "/start": {"dag_id": "upload_sessions"},
        "/data-set": {"kind": "raw-ephys", "id": site.session.id.hex},
        "/files.csv": {"kind": "raw-ephys", "id": site.session.id.hex},
    }
    found = []
    for route in api.page.routes:
        assert isinstance(route, APIRoute), f"{route} has none of the app's rules"
        assert route.methods == {"GET"}
        path = route.path.replace("{name}", "archive.css")
        found.append(str(httpx.URL(f"/archive{path}", params=queries.get(path))))
    return found


@pytest.mark.fault(68)
def test_no_route_answers_without_a_login_or_without_the_right_to_read(api: Api, site: Site) -> None:
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    nobody = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="mallory", role=None))
    routes = addresses(api, site)
    assert len(routes) > 10
    with api.client() as stranger, api.client(nobody) as mallory, api.client("forged.by.me") as forger:
        for address in routes:
            assert stranger.get(address).status_code == 401, address
            assert mallory.get(address).status_code == 403, address
            assert forger.get(address).status_code in (401, 403), address
        assert "SC0" not in stranger.get("/archive/").text
        assert "upload_sessions and its runs" in mallory.get("/archive/").text


def test_every_route_answers_a_reader_with_its_headers(api: Api, site: Site, viewer: httpx.Client) -> None:
    for address in addresses(api, site):
        answer = viewer.get(address)
        assert answer.status_code == 200, (address, answer.text)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in POLICY and "http" not in POLICY


@pytest.mark.fault(68)
def test_no_route_writes_whatever_is_sent(api: Api, site: Site, viewer: httpx.Client) -> None:
    before = _rows(site.stack)
    for address in addresses(api, site):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert viewer.request(method, address, json={}).status_code == 405, (method, address)
        viewer.get(address)
    assert _rows(site.stack) == before


def _rows(stack: Stack) -> list[tuple[Any, ...]]:
    names = stack.database.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'archive' ORDER BY 1"
    )
    return [stack.database.execute(f"CHECKSUM TABLE archive.`{name}`")[0] for (name,) in names]


class Elements(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.mark.fault(67)
def test_hostile_texts_stay_text_on_every_page(api: Api, site: Site, viewer: httpx.Client) -> None:
    seen = 0
    pages = [each for each in addresses(api, site) if ".csv" not in each and "/static/" not in each]
    query = httpx.URL("/archive/not-safe", params={"text": HOSTILE, "subject": HOSTILE, "since": HOSTILE})
    for address in [*pages, str(query), str(query.copy_set_param("state", HOSTILE))]:
        parsed = Elements(viewer.get(address).text)
        scripts = [attributes for tag, attributes in parsed.elements if tag == "script"]
        assert [each.get("src") for each in scripts] == ["static/archive.js"], address
        assert not [tag for tag, _ in parsed.elements if tag == "img"], address
        assert not [
            name for _, attributes in parsed.elements for name in attributes if name.startswith("on")
        ], address
        runs = [
            str(each["href"])
            for _, each in parsed.elements
            if (each.get("href") or "").startswith("../dags/")
        ]
        assert {run.count("/") for run in runs} <= {2, 4}, runs
        assert "49" not in parsed.text.replace("2049", ""), address
        assert not set(BIDIRECTIONAL) & {"\u202e", "\x07"} & set(parsed.text), address
        seen += parsed.text.count(HOSTILE)
    assert seen >= 8


def test_the_first_page_says_what_is_safe_and_since_when(viewer: httpx.Client) -> None:
    text = " ".join(Elements(viewer.get("/archive/").text).text.split())
    # 9 sessions of two types each; one data set is archived. A folder without a session is no expected data set.
    for words in (
        "1 safe of 18 expected",
        "17 not safe",
        "1 unclaimed",
        "1 left out",
        "2.0 GB verified in the archive",
    ):
        assert words in text
    assert text.count("as of ") >= 5 and "UTC" in text


def test_the_calendar_shows_each_session_by_its_worst_data_set(viewer: httpx.Client) -> None:
    parsed = Elements(viewer.get("/archive/").text)
    cells = [each for tag, each in parsed.elements if tag == "a" and "mark" in (each.get("class") or "")]
    titles = {(each["title"] or "").split("\n")[0]: each for each in cells}
    assert len(cells) == 9 + 1 and (titles["SC022 2019-08-08 10:00"]["class"] or "").endswith("busy")
    assert "raw-ephys: archived" in (titles["SC022 2019-08-08 10:00"]["title"] or "")
    assert str(STRAY.session) in titles
    # Permalinks: each leads to its page, one that no run has looked at too.
    for each in cells:
        assert viewer.get(f"/archive/{each['href']}").status_code == 200


@pytest.mark.parametrize(
    ("query", "sessions"),
    [
        ({"subject": "SC035"}, 2),
        ({"subject": "SC035,SC045"}, 4),
        ({"since": "2020-01-01", "until": "2020-01-31"}, 3),
        ({"state": "failed"}, 1),
        ({"state": "unclaimed"}, 1),
        ({"kind": "raw-video"}, 9),
        ({"text": "010720_G0"}, 1),
        ({"text": "{rig}/SC035/catgt_SC035_010720_g0"}, 1),
        ({"text": "nothing has this"}, 0),
    ],
)
def test_a_filter_leaves_what_it_says_in_calendar_table_and_csv(
    site: Site, viewer: httpx.Client, query: dict[str, str], sessions: int
) -> None:
    query = {name: value.format(rig=site.stack.rig) for name, value in query.items()}
    calendar = viewer.get("/archive/calendar.csv", params=query).text.splitlines()[1:]
    assert len(calendar) == sessions
    rows = list(csv.reader(viewer.get("/archive/data-sets.csv", params=query).text.splitlines()))[1:]
    table = Elements(viewer.get("/archive/data-sets", params=query).text)
    links = [
        each
        for tag, each in table.elements
        if tag == "a" and (each.get("href") or "").startswith("data-set?")
    ]
    assert len({each["href"] for each in links}) == len(rows)
    assert {row[1] for row in rows} >= {line.split(",")[2] for line in calendar}


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ({"since": "2021-02-30"}, "'2021-02-30' is not a day"),
        ({"since": "2021-02-01", "until": "2021-01-01"}, "2021-01-01 is before 2021-02-01"),
        ({"state": "saved"}, "'saved' is not a state"),
        ({"kind": "raw-music"}, "'raw-music' is not a data set type"),
        ({"page": "0"}, "'0' is not a page"),
        ({"page": "9" * 40}, "is not a page"),
        ({"text": "x" * 201}, "longer than 200 characters"),
    ],
)
def test_bad_input_gets_a_line_at_its_field_and_no_table(
    viewer: httpx.Client, query: dict[str, str], line: str
) -> None:
    for path in ("", "not-safe", "data-sets"):
        answer = viewer.get(f"/archive/{path}", params=query)
        parsed = Elements(answer.text)
        assert answer.status_code == 200 and line in parsed.text
        assert "table" not in [tag for tag, _ in parsed.elements] or path == ""
    table = viewer.get("/archive/data-sets.csv", params=query)
    assert table.status_code == 422 and line in Elements(table.text).text


@pytest.mark.parametrize(
    "address",
    [
        "data-set?kind=raw-ephys&id=00000000000000000000000000000000",
        "data-set?kind=raw-music&id=00000000000000000000000000000000",
        "data-set?kind=raw-ephys&id=x",
        "start?dag_id=rm",
        "start?dag_id=upload_sessions&params=[1]",
        "static/..%2fapp.py",
        "nowhere",
        "archive.css",
    ],
)
def test_an_address_of_nothing_is_one_line(viewer: httpx.Client, address: str) -> None:
    answer = viewer.get(f"/archive/{address}")
    assert answer.status_code == 404


def test_a_parameter_of_another_type_is_one_line(viewer: httpx.Client) -> None:
    answer = viewer.get("/archive/data-set?kind=raw-ephys&id=0&files=x")
    parsed = Elements(answer.text)
    assert answer.status_code == 422 and "files: Input should be a valid integer" in parsed.text


def test_one_data_set_tells_its_story(site: Site, viewer: httpx.Client) -> None:
    address = {"kind": "raw-ephys", "id": site.session.id.hex}
    text = Elements(viewer.get("/archive/data-set", params=address).text).text
    for words in (
        "Where it is", "States, the newest first", "Transfers", "Comparisons with what was promised", "Decisions",
        "Files in the catalog", "00000000-0000-0000-0000-00000000004d", "globus-compared", str(EPHYS), "accepted by",
    ):  # fmt: skip
        assert words in text
    files = viewer.get("/archive/files.csv", params=address).text.splitlines()
    assert len(files) == 3 and ",2000000000," in files[1] + files[2]


def test_a_repair_is_part_of_the_story(site: Site, viewer: httpx.Client) -> None:
    aside = ".session-archive/damaged/20261127-073000-1234abcd/a.bin"
    repair = Repair(
        Yes("ann", f"a disk failed {HOSTILE}"),
        dt.datetime(2026, 11, 27, 7, 30, tzinfo=dt.UTC),
        "repair_archive",
        "run 1",
        asides=(Aside("SC022/a.bin", aside),),
    )
    with site.stack.catalog() as catalog:
        catalog.repairs.begin(EPHYS, "archive-ephys", repair)
    address = {"kind": "raw-ephys", "id": site.session.id.hex}
    text = Elements(viewer.get("/archive/data-set", params=address).text).text
    for words in ("Repairs in the archive", "ann", HOSTILE, "not over", aside):
        assert words in text


def test_what_is_not_safe_comes_with_what_to_do(site: Site, viewer: httpx.Client) -> None:
    parsed = Elements(viewer.get("/archive/not-safe").text)
    assert "read the reason; the next night tries again" in parsed.text
    buttons = [each["href"] for tag, each in parsed.elements if each.get("class") == "button"]
    params = [httpx.URL(each or "").params for each in buttons]
    assert all(each["dag_id"] == "upload_sessions" for each in params)
    assert {"subjects": ["SC038"], "dates": ["2020-01-01"], "kinds": ["raw-ephys"]} in [
        json.loads(each["params"]) for each in params
    ]
    assert "SC022 2019-08-08 10:00" in parsed.text and "archived" not in parsed.text.split("what to do")[1]


def test_on_the_way_names_the_transfer_and_who_must_act(viewer: httpx.Client) -> None:
    text = Elements(viewer.get("/archive/on-the-way").text).text
    assert "raw-video/SC022/2019-08-08" in text and "00000000-0000-0000-0000-00000000004e" in text
    assert "its transfer waits for a person since" in text


@pytest.mark.parametrize(
    ("extra", "app"),
    [
        ({"transfer_url": "http://127.0.0.1:4443/v0.10/"}, "http://127.0.0.1:4443"),
        ({"transfer_url": "https://transfer.api.globus.org/v0.10"}, "https://app.globus.org"),
        ({"transfer_url": "javascript:alert(1)//"}, "https://app.globus.org"),
        (None, "https://app.globus.org"),
    ],
)
def test_a_transfer_leads_to_the_service_of_the_connection(
    site: Site, viewer: httpx.Client, monkeypatch: pytest.MonkeyPatch, extra: dict[str, str] | None, app: str
) -> None:
    if extra:
        monkeypatch.setenv("AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps({"conn_type": "globus", "extra": extra}))
    for address, task in (
        ("on-the-way", uuid.UUID(int=78)),
        (f"data-set?kind=raw-ephys&id={site.session.id.hex}", uuid.UUID(int=77)),
    ):
        links = Elements(viewer.get(f"/archive/{address}").text).elements
        assert f"{app}/activity/{task}" in [each.get("href") for _, each in links]


@contextmanager
def night_under_way(api: Api, report: object) -> Iterator[None]:
    """A run of Airflow's whose wait for the site's transfer has reported this."""
    runs, run_id = "/api/v2/dags/upload_sessions/dagRuns", "night_under_way"
    with api.client(api.token("ann")) as operator:
        begun = operator.post(runs, json={"dag_run_id": run_id, "logical_date": None, "conf": {}})
        assert begun.status_code == 200, begun.text
        with create_session() as session:
            session.execute(update(DagRun).where(DagRun.run_id == run_id).values(state="running"))
            of_wait = (TaskInstance.run_id == run_id) & (TaskInstance.task_id == WAIT)
            session.execute(update(TaskInstance).where(of_wait).values(state="deferred", map_index=0))
            for key, value in (("progress", report), ("transfer_task_id", str(uuid.UUID(int=78)))):
                XComModel.set(
                    key=key,
                    value=value,
                    dag_id="upload_sessions",
                    run_id=run_id,
                    task_id=WAIT,
                    map_index=0,
                    session=session,
                )
        try:
            yield
        finally:
            # Airflow deletes no run that goes on.
            with create_session() as session:
                session.execute(update(DagRun).where(DagRun.run_id == run_id).values(state="failed"))
            assert operator.delete(f"{runs}/{run_id}").status_code == 204


def test_on_the_way_says_how_far_each_transfer_is_and_when_the_night_ends(
    api: Api, viewer: httpx.Client
) -> None:
    now = clock.utc_now() - dt.timedelta(minutes=4)
    moved = {"files": 1, "files_skipped": 0, "n_bytes": 400, "expected_files": 2, "expected_bytes": 1000}
    with night_under_way(api, {"at": now.isoformat(), **moved, "rate": 0.1, "faults": 1}):
        text = Elements(viewer.get("/archive/on-the-way").text).text
    assert "1 of 2" in text and "400 bytes of 1.0 kB" in text and "about 1 h 40 min left" in text
    assert "upload_sessions: 1 transfer under way: 1 of 2 files, 400 bytes of 1.0 kB" in text
    assert "This night ends about" in text and " UTC" in text
    # As old as the report: of the sentence, of the run and of the transfer.
    assert text.count(f"as of {now:%Y-%m-%d %H:%M} UTC") == 3
    # What no run waits for any more has no rate.
    text = Elements(viewer.get("/archive/on-the-way").text).text
    assert "This night" not in text and "1 of 2" not in text and "min left" not in text


def test_a_wait_that_reports_nonsense_is_no_trouble_for_the_page(api: Api, viewer: httpx.Client) -> None:
    with night_under_way(api, HOSTILE):
        text = Elements(viewer.get("/archive/on-the-way").text).text
    assert "its end is unknown" in text and "This night" not in text


def test_trouble_in_airflows_database_leaves_what_the_catalog_knows(
    viewer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("archive_flow.page.on_the_way.read_reports", broken)
    text = Elements(viewer.get("/archive/on-the-way").text).text
    assert "how far the transfers are is not known now" in text and "raw-video/SC022/2019-08-08" in text


def test_a_run_shows_what_it_compared_and_a_foreign_one_nothing(viewer: httpx.Client) -> None:
    address = "/archive/run?dag_id=upload_sessions&run_id=night%201"
    assert str(EPHYS) in viewer.get(address).text
    foreign = viewer.get("/archive/run?dag_id=somebody_elses&run_id=night%201").text
    assert "somebody_elses is no DAG of the archive" in foreign and str(EPHYS) not in foreign


def test_only_airflows_api_starts_a_run_and_only_for_who_may(
    api: Api, site: Site, viewer: httpx.Client
) -> None:
    shown = Elements(viewer.get('/archive/start?dag_id=upload_sessions&params={"dry_run": true}').text)
    [form] = [each for tag, each in shown.elements if tag == "form"]
    address = httpx.URL(f"{api.url}/archive/start").join(form["data-start"] or "").path
    body = {"dag_run_id": form["data-run"], "logical_date": None, "conf": {"dry_run": True}}
    assert viewer.post(address, json=body).status_code == 403
    with api.client(api.token("ann")) as operator:
        started = operator.post(address, json=body)
        assert started.status_code == 200, started.text
        assert started.json()["triggering_user_name"] == "ann"
        # The same form once more, as by a second click.
        assert operator.post(address, json=body).status_code == 409
        assert len(operator.get("/api/v2/dags/upload_sessions/dagRuns").json()["dag_runs"]) == 1
    assert "upload_sessions is paused" in shown.text


@pytest.mark.fault(66)
@pytest.mark.parametrize("change", [{"port": free_ports(1)[0]}, {"password": "not-the-passw0rd"}])
def test_a_catalog_that_is_down_is_one_line_and_airflow_goes_on(
    site: Site, viewer: httpx.Client, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE_CATALOG", json.dumps(connection_of(site.stack, **change)))
    for path in ("", "not-safe", "data-sets.csv", "on-the-way"):
        answer = viewer.get(f"/archive/{path}")
        assert answer.status_code == 503
        assert "The catalog cannot be read now" in answer.text
        assert "127.0.0.1" not in answer.text and "session_archive" not in answer.text.replace(
            "session-archive", ""
        )
    assert viewer.get("/api/v2/dags").status_code == 200


@pytest.mark.fault(66)
def test_a_catalog_that_does_not_answer_ends_after_a_while_and_holds_nobody_else_up(
    api: Api, site: Site, viewer: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = connection_of(site.stack, port=silent.getsockname()[1])
        monkeypatch.setenv("AIRFLOW_CONN_ARCHIVE_CATALOG", json.dumps(connection))
        monkeypatch.setattr(api.page.state.reader, "_statement", 2)
        monkeypatch.setattr(api.page.state.reader, "_page", 3)
        with ThreadPoolExecutor() as threads, api.client(api.token("ann")) as other:
            waiting = [threads.submit(viewer.get, "/archive/data-sets") for _ in range(2 * READERS)]
            # More readers wait than the page has threads; Airflow's own pages have theirs.
            assert other.get("/api/v2/dags").status_code == 200
            assert not all(each.done() for each in waiting)
            answers = [each.result() for each in waiting]
    assert {answer.status_code for answer in answers} == {503}
    assert all(
        "cannot be read now" in each.text or "did not answer within 3 s" in each.text for each in answers
    )


def test_the_server_itself_ends_a_statement_that_takes_too_long(site: Site) -> None:
    login, columns = connection_of(site.stack), "information_schema.columns"
    connection = connect_plain(
        host=login["host"], port=login["port"], user=login["login"], password=login["password"], patience=1
    )
    try:
        with pytest.raises(CatalogError, match="max_statement_time exceeded"), connection.clear_errors():
            connection.query(f"SELECT COUNT(*) FROM {columns} a, {columns} b, {columns} c")
    finally:
        connection.close()


def test_an_empty_catalog_shows_the_next_step_and_no_zeros(api: Api, viewer: httpx.Client) -> None:
    with served_catalog(api) as stack:
        stack.database.execute("DELETE FROM experiment.session")
        text = Elements(viewer.get("/archive/").text).text
    assert "Nothing is expected or archived yet" in text and "session-archive doctor" in text
    assert "not safe of" not in text and "0 bytes" not in text


def test_a_settings_file_that_is_wrong_is_one_line(
    site: Site, viewer: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(tmp_path / "archive.toml"))
    answer = viewer.get("/archive/data-sets")
    assert answer.status_code == 503 and "archive.toml" in answer.text and str(tmp_path) not in answer.text
