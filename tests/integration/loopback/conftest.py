"""A running service and the real globus-sdk, for every test here."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from loopback_globus.testing import LoopbackGlobus


def sdk_client(globus: LoopbackGlobus) -> globus_sdk.TransferClient:
    """A service account's client, as a headless program makes it; the environment must point to this service."""
    app = globus_sdk.ClientApp(
        "loopback tests",
        client_id=globus.client_id,
        client_secret=globus.client_secret,
        config=globus_sdk.GlobusAppConfig(token_storage="memory"),
    )
    return globus_sdk.TransferClient(app=app)


def wait_until(condition: Callable[[], Any]) -> Any:
    """Poll until the result is true; pytest ends a test that hangs."""
    while not (found := condition()):
        time.sleep(0.05)
    return found


@dataclass
class Lab:
    """A rig, an archive, and a client that sees both."""

    globus: LoopbackGlobus
    rig: Path
    archive: Path
    client: globus_sdk.TransferClient

    @property
    def ids(self) -> tuple[str, str]:
        return self.globus.collections["rig"], self.globus.collections["archive"]

    def record(self, path: str, content: bytes = b"spikes") -> Path:
        """Put a file on the rig."""
        file = self.rig / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def transfer(self, *items: tuple[str, str], **options: Any) -> globus_sdk.TransferData:
        data = globus_sdk.TransferData(*self.ids, **options)
        for source, destination in items:
            data.add_item(source, destination)
        return data

    def submit(self, *items: tuple[str, str], **options: Any) -> str:
        task_id: str = self.client.submit_transfer(self.transfer(*items, **options))["task_id"]
        return task_id

    def task(self, task_id: str) -> dict[str, Any]:
        return dict(self.client.get_task(task_id).data)

    def ended(self, task_id: str) -> dict[str, Any]:
        """The task document once it is finished."""
        return wait_until(lambda: (doc := self.task(task_id))["completion_time"] and doc)

    def showing(self, task_id: str, nice_status: str) -> dict[str, Any]:
        """The task document once it shows a nice_status."""
        return wait_until(lambda: (doc := self.task(task_id))["nice_status"] == nice_status and doc)

    def moved(self, task_id: str) -> dict[str, dict[str, Any]]:
        """Per-file results by destination path."""
        rows = self.client.paginated.task_successful_transfers(task_id).items()
        return {row["destination_path"]: dict(row) for row in rows}

    def events(self, task_id: str) -> list[str]:
        """Codes, newest first."""
        return [event["code"] for event in self.client.task_event_list(task_id, limit=1000)]

    def written(self, path: str) -> list[dict[str, Any]]:
        return [line for line in self.globus.effects("written") if line["path"] == path]


@contextlib.contextmanager
def lab_of_its_own(base: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A service for one test, whose client finds it by the environment."""
    folders = {name: base / name for name in ("rig", "archive")}
    for folder in folders.values():
        folder.mkdir()
    with LoopbackGlobus(folders, directory=base / "service") as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        yield Lab(globus, folders["rig"], folders["archive"], sdk_client(globus))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoopbackGlobus, Path]]:
    base = tmp_path_factory.mktemp("lab")
    for name in ("rig", "archive"):
        (base / name).mkdir()
    folders = {"rig": base / "rig", "archive": base / "archive"}
    with LoopbackGlobus(folders, directory=base / "service", switches=["--page-size=3"]) as globus:
        yield globus, base


def _empty(folder: Path) -> None:
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


@pytest.fixture
def lab(running: tuple[LoopbackGlobus, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """One service for a module's tests; folders, faults and unfinished tasks are cleared between them."""
    globus, base = running
    for name, value in globus.environment().items():
        monkeypatch.setenv(name, value)
    lab = Lab(globus=globus, rig=base / "rig", archive=base / "archive", client=sdk_client(globus))
    yield lab
    globus.clear_faults()
    for task in lab.client.task_list(limit=1000, filter="status:ACTIVE,INACTIVE"):
        lab.client.cancel_task(task["task_id"])
    _empty(lab.rig)
    _empty(lab.archive)
