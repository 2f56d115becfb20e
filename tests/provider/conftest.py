"""A local Globus with a rig and an archive, and the Airflow connections that lead to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loopback_globus.testing import LoopbackGlobus


@dataclass
class Lab:
    """What a test has at hand: the service, the folders behind its collections, the connection's parts."""

    globus: LoopbackGlobus
    folder: Path
    patch: pytest.MonkeyPatch

    @property
    def rig(self) -> str:
        return self.globus.collections["rig"]

    @property
    def archive(self) -> str:
        return self.globus.collections["archive"]

    def connect(self, *, secret: str | None = None, **extra: str) -> None:
        """Define the connection `globus_default`, as an environment variable does for any Airflow user."""
        connection = {
            "conn_type": "globus",
            "login": self.globus.client_id,
            "password": self.globus.client_secret if secret is None else secret,
            "extra": {"auth_url": self.globus.url, "transfer_url": self.globus.url, **extra},
        }
        self.patch.setenv("AIRFLOW_CONN_GLOBUS_DEFAULT", json.dumps(connection))

    def keep_connection_in_airflow(self) -> None:
        """Move the connection into Airflow's database, where the UI keeps it."""
        from airflow.models.connection import Connection
        from airflow.utils.session import create_session

        text = os.environ["AIRFLOW_CONN_GLOBUS_DEFAULT"]
        self.patch.delenv("AIRFLOW_CONN_GLOBUS_DEFAULT")
        with create_session() as session:
            session.query(Connection).filter_by(conn_id="globus_default").delete()
            session.add(Connection.from_json(text, conn_id="globus_default"))

    def write(self, *names: str, content: bytes = b"recorded") -> list[tuple[str, str]]:
        """Files on the rig; returns them as (source, destination) pairs."""
        for name in names:
            (self.folder / "rig" / name).write_bytes(content)
        return [(f"/{name}", f"/{name}") for name in names]

    def posts(self) -> list[int]:
        """Statuses of the transfers posted so far."""
        return [line["status"] for line in self.globus.requests("POST", "/v0.10/transfer")]

    def calls(self) -> list[str]:
        """Requests to Transfer so far, as `METHOD /path`."""
        return [f"{line['method']} {line['path']}" for line in self.globus.requests(path="/v0.10/")]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switches: Sequence[str]) -> Iterator[Lab]:
    collections: dict[str, Any] = {}
    for name, kind in (("rig", "guest"), ("archive", "guest"), ("mapped", "mapped"), ("mapped2", "mapped")):
        (tmp_path / name).mkdir()
        collections[name] = (tmp_path / name, kind)
    with LoopbackGlobus(collections, directory=tmp_path / "service", switches=switches) as globus:
        lab = Lab(globus, tmp_path, monkeypatch)
        lab.connect()
        yield lab


@pytest.fixture
def switches() -> Sequence[str]:
    """Switches of the service; a test that needs some overrides this."""
    return ()


class States(dict[str, Any]):
    """Stands for Airflow's store of a task instance: it outlives a try."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))


class Messages:
    """Stands for the task instance: XComs that were pushed."""

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


@pytest.fixture
def context() -> dict[str, Any]:
    """What execute() is given, as far as this provider reads it."""
    return {"ti": Messages(), "task_state_store": States()}
