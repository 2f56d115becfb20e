"""A run of the upload without a DAG: settings, an open catalog, and a hook on a real local Globus."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, listing_rate
from session_archive.cli.main import build
from session_archive.request.selection import Selection
from support.sample_rig import lab_sessions
from support.stack import Stack


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    """Switches of the local Globus, for a test file whose storages differ."""
    return ()


@contextmanager
def installed(**options: Any) -> Iterator[Stack]:
    """Servers and folders; the catalog is installed, and Airflow has the Globus connection."""
    with Stack(**options) as stack, pytest.MonkeyPatch.context() as patch:
        connection = {
            "conn_type": "globus",
            "login": stack.globus.client_id,
            "password": stack.globus.client_secret,
            "extra": {"auth_url": stack.globus.url, "transfer_url": stack.globus.url},
        }
        patch.setenv("AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps(connection))
        stack.enter_sessions(lab_sessions())
        stack.install_catalog()
        yield stack


@pytest.fixture(scope="module")
def staging() -> bool:
    """Whether there is a staging place; a file that needs one overrides this."""
    return False


@pytest.fixture(scope="module")
def stack(staging: bool, switches: Sequence[str]) -> Iterator[Stack]:
    """Servers and folders of one test file."""
    with installed(staging=staging, switches=switches) as stack:
        yield stack


@pytest.fixture
def console(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`session-archive` with the nightly login."""
    for name, value in {
        "SESSION_ARCHIVE_CONFIG": str(stack.settings_file),
        "SESSION_ARCHIVE_CATALOG_USER": "session_archive",
        "SESSION_ARCHIVE_CATALOG_PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        "SESSION_ARCHIVE_CATALOG_PORT": str(stack.database.port),
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(build(), arguments)


@pytest.fixture(scope="module")
def night(stack: Stack) -> Iterator[Run]:
    """The first night."""
    settings = stack.settings
    with stack.catalog() as catalog:
        yield Run(
            route=UPLOAD.name,
            settings=settings,
            catalog=catalog,
            hook=globus_hook(settings),
            rate=listing_rate(100),
            selection=Selection.from_params({}, kinds=tuple(settings.data_sets)),
            params={},
            dag_id="upload_sessions",
            run_id="night 1",
        )
