"""kill -9 loses nothing that was confirmed to a client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from globus_sdk import TransferAPIError

from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, sdk_client, wait_until


@pytest.fixture
def globus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoopbackGlobus:
    for name in ("rig", "archive"):
        (tmp_path / name).mkdir()
    folders = {name: tmp_path / name for name in ("rig", "archive")}
    return LoopbackGlobus(folders, directory=tmp_path / "service")


@pytest.fixture
def lab(globus: LoopbackGlobus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        yield Lab(
            globus=globus, rig=tmp_path / "rig", archive=tmp_path / "archive", client=sdk_client(globus)
        )


def test_an_interrupted_task_continues(lab: Lab) -> None:
    content = {f"/s/{n}": os.urandom(200_000) for n in range(400)}
    for path, data in content.items():
        lab.record(path[1:], data)
    request = lab.transfer(("/s", "/s"), verify_checksum=True)
    task_id = lab.client.submit_transfer(request)["task_id"]
    wait_until(lambda: lab.globus.effects("written"))

    lab.globus.kill()
    before = len(lab.globus.effects("written"))
    assert 0 < before < 400, "the kill must fall into the middle"
    lab.globus.restart()

    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    for path, data_ in content.items():
        assert (lab.archive / path[1:]).read_bytes() == data_
    assert set(lab.moved(task_id)) == set(content)
    assert len(lab.globus.effects("written")) <= 401, "only the file being copied may be written twice"
    assert not list(lab.archive.rglob(".loopback_globus*"))
    assert lab.client.submit_transfer(request)["code"] == "Duplicate"
    statuses = [line["status"] for line in lab.globus.requests("POST", "/v2/oauth2/token")]
    assert statuses == [200], "the token outlived the restart"


def test_waiting_tasks_still_wait(lab: Lab) -> None:
    missing = lab.submit(("/late", "/late"))
    lab.showing(missing, "FILE_NOT_FOUND")
    paused = lab.submit(("/other", "/other"))
    lab.globus.change_task(paused, "pause")
    lab.globus.kill()
    lab.globus.restart()
    with pytest.raises(TransferAPIError) as error:
        lab.submit(("/late", "/late"))
    assert error.value.code == "Conflict"
    assert lab.task(paused)["nice_status"] == "PAUSED"
    lab.record("late")
    assert lab.ended(missing)["status"] == "SUCCEEDED"


def test_sigterm_ends_it_in_the_middle_of_a_file(lab: Lab) -> None:
    os.truncate(lab.record("large"), 200_000_000)
    task_id = lab.submit(("/large", "/large"), verify_checksum=True)
    wait_until(lambda: list(lab.archive.glob(".loopback_globus*")))
    lab.globus.stop()
    assert list(lab.archive.iterdir()) == [], "neither a partial nor a temporary file"
    lab.globus.start()
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
