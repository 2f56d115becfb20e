"""A defect of the service itself in the middle of a task, which no switch can produce."""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loopback_globus.engine import batch, checksum, copy, regular
from loopback_globus.engine.dispatch import Engine
from loopback_globus.engine.transfer import Transfer
from loopback_globus.faults import FILE_KINDS, Fault, Faults
from loopback_globus.service import Service
from loopback_globus.settings import Collection, Settings
from loopback_globus.testing import uuid_of

from .conftest import wait_until

RIG = uuid_of("rig")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "rig").mkdir()
    (tmp_path / "rig/here").touch()
    rig = Collection(id=RIG, name="rig", root=tmp_path / "rig")
    service = Service.open(
        Settings(clients={}, collections={RIG: rig}, state=tmp_path / "state.sqlite", retry_interval=0.01)
    )
    with service.store.write() as db:
        db.execute(
            "INSERT INTO task (task_id, owner_id, submission_id, type, status, source_endpoint_id,"
            " destination_endpoint_id, options, paths_digest, request_time, deadline, deadline_given, entries)"
            " VALUES ('t', 'me', 's', 'TRANSFER', 'ACTIVE', ?, ?, '{}', '', ?, 9e9, 0, 1)",
            (RIG, RIG, time.time()),
        )
        db.execute(
            "INSERT INTO entry (task_id, n, kind, source, destination)"
            " VALUES ('t', 0, 'item', '/here', '/there')"
        )
    yield service
    service.engine.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_is_reported_and_the_task_is_retried_later(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    worker = Engine._worker

    def defective(*arguments: Any) -> object:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise ZeroDivisionError("a defect")
        return worker(*arguments)

    monkeypatch.setattr(Engine, "_worker", defective)
    service.engine.start()
    read = "SELECT * FROM task"
    row = wait_until(lambda: (r := service.store.read().execute(read).fetchone())["completion_time"] and r)
    assert (row["status"], row["faults"], len(tries)) == ("SUCCEEDED", 1, 2)
    assert tries[1] - tries[0] >= 0.1, "ten times the retry interval"
    codes = [row["code"] for row in service.store.read().execute("SELECT code FROM event ORDER BY n")]
    assert codes == ["STARTED", "INTERNAL_ERROR", "SUCCEEDED"]


class FolderAppears(Faults):
    """Somebody makes a folder under the name of a copy, while the copy waits for that name."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def for_file(self, destination: str, *, kinds: frozenset[str] = FILE_KINDS) -> Fault | None:
        if "lost" in kinds:  # asked last, after the copy was checked
            self.folder.mkdir(exist_ok=True)
        return super().for_file(destination, kinds=kinds)


def test_a_copy_that_cannot_get_its_name_is_no_progress(service: Service, tmp_path: Path) -> None:
    row = service.store.read().execute("SELECT * FROM task").fetchone()
    worker = service.engine._worker(row, threading.Event())
    assert isinstance(worker, Transfer)
    worker = dataclasses.replace(worker, faults=FolderAppears(tmp_path / "rig/there"))
    # A task that makes progress is tried again at once, and its deadline moves on.
    assert worker.run() is False
    entry = service.store.read().execute("SELECT state FROM entry").fetchone()
    assert entry["state"] == "retrying"
    assert [path.name for path in (tmp_path / "rig").iterdir() if path.is_file()] == ["here"]

    (tmp_path / "rig/there").rmdir()
    service.engine.start()
    read = "SELECT * FROM task"
    wait_until(lambda: service.store.read().execute(read).fetchone()["status"] == "SUCCEEDED")
    assert (tmp_path / "rig/there").is_file()


def test_many_small_files_share_a_transaction_and_each_source_is_read_once(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_OLDEST", math.inf)  # however slow the machine is
    names = [f"{number:03}" for number in range(2 * batch._MOST_FILES)]
    for name in names:
        (tmp_path / "rig" / name).write_text(name)
    with service.store.write() as db:
        db.execute("UPDATE task SET entries = ?", (1 + len(names),))
        db.executemany(
            "INSERT INTO entry (task_id, n, kind, source, destination) VALUES ('t', ?, 'item', ?, ?)",
            [(n, f"/{name}", f"/copies/{name}") for n, name in enumerate(names, 1)],
        )
    opened: list[Path] = []

    def open_to_read(path: Path) -> int:
        opened.append(path)
        return regular.open_to_read(path)

    for module in (copy, checksum):
        monkeypatch.setattr(module, "open_to_read", open_to_read)
    row = service.store.read().execute("SELECT * FROM task").fetchone()
    worker = service.engine._worker(row, threading.Event())
    assert isinstance(worker, Transfer)
    statements: list[str] = []
    service.store._writer.set_trace_callback(statements.append)
    assert dataclasses.replace(worker, options={"verify_checksum": True}).run() is True
    service.store._writer.set_trace_callback(None)
    # The first file of all is the fixture's.
    assert statements.count("BEGIN IMMEDIATE") == 3
    assert [opened.count(tmp_path / "rig" / name) for name in names] == [1] * len(names)
    assert len(opened) == 2 * (1 + len(names)), "and each copy once, to be compared"
    assert {path.name: path.read_text() for path in (tmp_path / "rig/copies").iterdir()} == {
        name: name for name in names
    }
    service.engine.start()


def test_threads_that_are_stuck_share_one_wait(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loopback_globus.engine.dispatch.STOP_WITHIN", 0.05)
    service.engine.start()
    released = threading.Event()
    stuck = [threading.Thread(target=released.wait, daemon=True) for _ in range(600)]
    for thread in stuck:
        thread.start()
    service.engine._threads.update(stuck)
    # One wait for each of them would take 30 s.
    patience = threading.Timer(10, released.set)
    patience.start()
    service.engine.stop()
    assert not released.is_set()
    patience.cancel()
    released.set()
