"""The Archive page as Airflow serves it: the whole app of the API server in this process, over a real catalog."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount
from tests.dags.conftest import dag_reader, make_airflow_database
from tests.integration.catalog.samples import manifest, record, state, submission

from archive_flow.page.figures import KeptFigures
from session_archive.catalog.open import Catalog
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import LabSession, State
from session_archive.transfers.standing import Answer
from support.processes import free_ports
from support.sample_rig import lab_sessions
from support.stack import Stack
from support.task_environment import airflow_connections

#: Tags, quotes and a template: text wherever they stand. What may not stand in a name stands in a reason.
HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(2)>\'"{{ 7*7 }}&amp;'
BIDIRECTIONAL = "rig\u202egpj.exe\x07"

EPHYS = DataSetName("raw-ephys", SessionName("SC022", dt.date(2019, 8, 8)))
STRAY = DataSetName("raw-ephys", SessionName("SC022", dt.date(2019, 8, 9)))


@dataclass(frozen=True)
class Site:
    """stack : with its catalog; session : the one whose ephys is archived."""

    stack: Stack
    session: LabSession


@dataclass(frozen=True)
class Api:
    """An API server in this process, with the plugin as its entry point brings it."""

    app: FastAPI
    url: str

    @property
    def page(self) -> FastAPI:
        """The page's own app, where Airflow has mounted it."""
        [page] = [
            route.app for route in self.app.routes if isinstance(route, Mount) and route.path == "/archive"
        ]
        assert isinstance(page, FastAPI)
        return page

    def client(self, token: str = "") -> httpx.Client:
        """A browser, logged in with this token, or not at all."""
        return httpx.Client(
            base_url=self.url, cookies={"_token": token} if token else None, timeout=60, trust_env=False
        )

    def token(self, user: str) -> str:
        """What a login gives."""
        answer = self.client().post("/auth/token", json={"username": user, "password": f"{user}'s"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["access_token"])


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    from airflow.api_fastapi.app import create_app, purge_cached_app

    make_airflow_database()
    dag_reader()
    [port] = free_ports(1)
    with pytest.MonkeyPatch.context() as patch:
        passwords = Path(os.environ["AIRFLOW_HOME"], "page-passwords.json")
        passwords.write_text(json.dumps({"ann": "ann's", "eve": "eve's"}))
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "ann:admin,eve:viewer")
        app = create_app(apps="core")
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the API server did not start"
            time.sleep(0.05)
        yield Api(app, f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join()
    purge_cached_app()


@contextlib.contextmanager
def served_catalog(api: Api) -> Iterator[Stack]:
    """A catalog without any state, which the page reads until the end of the block."""
    with Stack() as stack, pytest.MonkeyPatch.context() as patch:
        stack.enter_sessions(lab_sessions())
        stack.install_catalog()
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        patch.setenv("AIRFLOW_CONN_ARCHIVE_CATALOG", json.dumps(connection_of(stack)))
        page, figures = api.page, api.page.state.figures
        # The app keeps figures, and here its catalog becomes another one.
        page.state.figures = KeptFigures(page.state.reader)
        yield stack
        page.state.figures = figures


def connection_of(stack: Stack, **changes: Any) -> dict[str, Any]:
    """Airflow's connection to the catalog."""
    return json.loads(airflow_connections(stack)["AIRFLOW_CONN_ARCHIVE_CATALOG"]) | changes


@pytest.fixture(scope="module")
def site(api: Api) -> Iterator[Site]:
    """With something of each thing that the page shows, and hostile texts in it."""
    with served_catalog(api) as stack:
        with stack.catalog() as catalog:
            session = next(
                each
                for each in catalog.expected_sessions("raw-ephys")
                if (each.subject, each.date) == ("SC022", EPHYS.session.date)
            )
            _fill(catalog, session)
        yield Site(stack, session)


def _fill(catalog: Catalog, session: LabSession) -> None:
    files = manifest((HOSTILE.replace("/", "-") + ".bin", 2_000_000_000), ("b.meta", 2))
    place = next(iter(_locations().values()))
    catalog.ledger.save_manifest(files)
    done = submission(EPHYS, manifest_id=files.id, destination=place.name, source="rig")
    catalog.ledger.begin(done, max_unfinished=100)
    catalog.ledger.accept(done.submission_id, uuid.UUID(int=77))
    archived = state(
        session, data_set=str(EPHYS), session=str(session), path=f"rig:{HOSTILE}"[:200], reason=HOSTILE
    )
    record(
        catalog, session, data_set=EPHYS, manifest=files, place=place, state=archived, method=HOSTILE,
        submission_id=done.submission_id,
    )  # fmt: skip
    others = [each for each in catalog.expected_sessions("raw-ephys") if each.id != session.id]
    failed = state(
        others[0], what=State.FAILED, data_set="", session=str(others[0]), reason=f"{HOSTILE}\n{BIDIRECTIONAL}",
        path="rig:SC035/catgt_SC035_010720_g0", run_id=HOSTILE, n_files=3, n_bytes=10**9,
    )  # fmt: skip
    stray = state(what=State.UNCLAIMED, data_set=str(STRAY), target=STRAY.id, session=str(STRAY.session))
    left_out = state(what=State.UNCLAIMED, data_set="", target=uuid.uuid4(), path="rig:SC022/surface scan")
    video = state(session, data_set_type="raw-video", what=State.WAITING, data_set="", session=str(session))
    catalog.states.record([failed, stray, left_out, video])
    waiting = submission(
        DataSetName("raw-video", EPHYS.session),
        manifest_id=files.id,
        label=HOSTILE,
        source="rig",
        run_id=HOSTILE,
    )
    catalog.ledger.begin(waiting, max_unfinished=100)
    catalog.ledger.accept(waiting.submission_id, uuid.UUID(int=78))
    catalog.inquiries.record(waiting.submission_id, Answer.NEEDS_PERSON, HOSTILE)
    catalog.decisions.decide(
        [
            Decision(
                Verdict.ACCEPT_CONTENT,
                data_set=str(EPHYS),
                manifest_id=files.id,
                decided_by=HOSTILE,
                why=HOSTILE,
            )
        ]
    )


def _locations() -> dict[str, Any]:
    from session_archive.settings.load import load_settings

    return dict(load_settings().locations)
