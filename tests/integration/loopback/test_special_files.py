"""Pipes and devices: nothing is read from them, and nothing waits for them."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import globus_sdk
import pytest

from loopback_globus.engine.regular import open_to_read
from loopback_globus.engine.trouble import Trouble
from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, lab_of_its_own, sdk_client, wait_until


@pytest.fixture
def device(lab: Lab) -> Path:
    """A character device with no end, which only root can make."""
    place = lab.rig / "device"
    try:
        os.mknod(place, 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root can make a device")
    return place


def test_three_pipes_do_not_keep_a_file_waiting(lab: Lab) -> None:
    pipes = [f"/pipe{number}" for number in range(3)]
    for pipe in pipes:
        os.mkfifo(lab.rig / pipe[1:])
    waiting = [lab.submit((pipe, pipe)) for pipe in pipes]
    lab.record("file")
    sent = lab.submit(("/file", "/file"))
    assert lab.ended(sent)["status"] == "SUCCEEDED"
    for task_id in waiting:
        lab.showing(task_id, "NOT_A_FILE")
    assert [path.name for path in lab.archive.iterdir()] == ["file"]


def test_a_device_is_not_read(lab: Lab, device: Path) -> None:
    lab.showing(lab.submit(("/device", "/device")), "NOT_A_FILE")
    assert not list(lab.archive.iterdir())


def test_a_folder_is_sent_without_its_pipes(lab: Lab) -> None:
    lab.record("run/file")
    os.mkfifo(lab.rig / "run/pipe")
    data = lab.transfer(verify_checksum=True)
    data.add_item("/run", "/run", recursive=True)
    assert lab.ended(lab.client.submit_transfer(data)["task_id"])["files_transferred"] == 1


def test_a_pipe_at_the_destination_is_not_read_to_compare(lab: Lab) -> None:
    lab.record("file", b"")
    os.mkfifo(lab.archive / "file")
    task_id = lab.submit(("/file", "/file"), sync_level="checksum")
    lab.showing(task_id, "NOT_A_FILE")


def test_a_pipe_under_the_name_of_the_unfinished_copy_is_not_written_to(lab: Lab) -> None:
    """As one who knows the task could put it there."""
    lab.record("file")
    lab.globus.fault(file="/file", do="no_space", times=0)
    task_id = lab.submit(("/file", "/file"))
    lab.showing(task_id, "NO_SPACE_LEFT")
    os.mkfifo(lab.archive / f".loopback_globus-{task_id}-0")
    lab.globus.clear_faults()
    # The pipe is removed, as every unfinished copy is, and the next try succeeds.
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    assert (lab.archive / "file").read_bytes() == b"spikes"


def test_what_became_a_pipe_after_the_look_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Trouble, match="NOT_A_FILE"):
        open_to_read(tmp_path / "pipe")


@pytest.fixture
def globus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackGlobus]:
    with lab_of_its_own(tmp_path, monkeypatch) as lab:
        yield lab.globus


def ends_by_sigterm(globus: LoopbackGlobus) -> int:
    """The exit code; a service that has not ended after the patience of `stop` was killed."""
    process = globus._process
    globus.stop()
    assert process is not None
    return process.returncode


def test_sigterm_ends_it_while_tasks_meet_pipes(globus: LoopbackGlobus, tmp_path: Path) -> None:
    client = sdk_client(globus)
    for number in range(3):
        os.mkfifo(tmp_path / f"rig/pipe{number}")
        data = globus_sdk.TransferData(globus.collections["rig"], globus.collections["archive"])
        data.add_item(f"/pipe{number}", f"/pipe{number}")
        client.submit_transfer(data)
    wait_until(lambda: all(task["nice_status"] != "Queued" for task in client.task_list()))
    assert ends_by_sigterm(globus) != -signal.SIGKILL


def test_sigterm_ends_it_while_a_client_sends_nothing_more(globus: LoopbackGlobus) -> None:
    host, _, port = globus.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v2/oauth2/token HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b"grant")
        wait_until(lambda: client_answers(globus))
        assert ends_by_sigterm(globus) != -signal.SIGKILL


def client_answers(globus: LoopbackGlobus) -> bool:
    return sdk_client(globus).task_list().http_status == 200
