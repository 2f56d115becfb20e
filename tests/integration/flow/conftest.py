"""A run of the upload without a DAG: settings, an open catalog, and a hook on a real local Globus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook, listing_rate
from session_archive.request.selection import Selection
from support.sample_rig import lab_sessions
from support.stack import Stack


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    """Switches of the local Globus, for a test file whose storages differ."""
    return ()


@pytest.fixture(scope="module")
def stack(switches: Sequence[str]) -> Iterator[Stack]:
    """Servers and folders of one test file; its catalog is installed."""
    with Stack(switches=switches) as stack, pytest.MonkeyPatch.context() as patch:
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
