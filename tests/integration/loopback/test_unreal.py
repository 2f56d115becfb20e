"""What a test may make unreal: the time, and the moving of large files; and how clients see that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import globus_sdk
import pytest
import requests
from globus_sdk.scopes import TransferScopes

from loopback_globus.testing import LoopbackError, LoopbackGlobus

from .conftest import Lab, lab_of_its_own, sdk_client

HOUR = 3600.0
_HEADER = "Loopback-Globus-Unreal"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A service of its own: its time does not come back."""
    with lab_of_its_own(tmp_path, monkeypatch) as lab:
        yield lab


def header(lab: Lab) -> str | None:
    return requests.get(f"{lab.globus.url}/activity/none", timeout=30).headers.get(_HEADER)


def test_nothing_is_unreal_until_a_test_says_so(lab: Lab) -> None:
    assert header(lab) is None
    lab.globus.tick(60)
    assert header(lab) == "time is 60 s ahead"


def test_a_deadline_of_three_days_passes_in_a_moment_and_the_time_stays_after_a_kill(lab: Lab) -> None:
    waiting = lab.submit(("/gone", "/gone"))
    lab.showing(waiting, "FILE_NOT_FOUND")
    lab.globus.tick(72 * HOUR)
    ended = lab.ended(waiting)
    assert (ended["status"], ended["fatal_error"]["code"]) == ("FAILED", "EXPIRED")
    spent = datetime.fromisoformat(ended["completion_time"]) - datetime.fromisoformat(ended["request_time"])
    assert spent.total_seconds() >= 72 * HOUR

    lab.globus.kill()
    lab.globus.restart()
    assert header(lab) == f"time is {72 * HOUR:g} s ahead"


def test_a_tick_ends_the_delay_of_a_task(tmp_path: Path, lab: Lab) -> None:
    lab.globus.stop()
    folders = {name: tmp_path / name for name in ("rig", "archive")}
    with LoopbackGlobus(folders, directory=tmp_path / "slow", task_delay=8 * HOUR) as globus:
        for name, value in globus.environment().items():
            os.environ[name] = value  # the fixture's monkeypatch takes it back
        slow = Lab(globus, lab.rig, lab.archive, sdk_client(globus))
        slow.record("file")
        task_id = slow.submit(("/file", "/file"))
        slow.showing(task_id, "OK")
        globus.tick(9 * HOUR)
        assert slow.ended(task_id)["status"] == "SUCCEEDED"


def test_a_token_expires_by_the_services_time(lab: Lab) -> None:
    auth = globus_sdk.ConfidentialAppAuthClient(lab.globus.client_id, lab.globus.client_secret)
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes=TransferScopes.all)
    data = tokens.by_resource_server["transfer.api.globus.org"]
    client = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(data["access_token"]))
    assert client.task_list().http_status == 200
    lab.globus.tick(49 * HOUR)
    with pytest.raises(globus_sdk.TransferAPIError) as refused:
        client.task_list()
    assert refused.value.http_status == 401


@pytest.mark.parametrize("seconds", [0, -1, 1e12])
def test_time_moves_forward_only(lab: Lab, seconds: float) -> None:
    with pytest.raises(LoopbackError, match="seconds"):
        lab.globus.tick(seconds)


def test_a_night_of_a_terabyte_arrives_with_size_and_time_only(lab: Lab) -> None:
    large = 1_200_000_000_000
    with lab.record("s/large.bin").open("wb") as file:
        file.truncate(large)
    os.utime(lab.rig / "s/large.bin", (1_600_000_000, 1_600_000_000))
    lab.record("s/small.json", b"manifest")
    lab.globus.pretend_to_move(from_bytes=1_000_000)
    task_id = lab.submit(("/s", "/s"), verify_checksum=True, preserve_timestamp=True)
    ended = lab.ended(task_id)
    assert (ended["status"], ended["bytes_transferred"]) == ("SUCCEEDED", large + 8)
    arrived = (lab.archive / "s/large.bin").stat()
    assert (arrived.st_size, arrived.st_mtime, arrived.st_blocks) == (large, 1_600_000_000, 0)
    assert (lab.archive / "s/small.json").read_bytes() == b"manifest"
    moved = lab.moved(task_id)
    assert moved["/s/large.bin"]["checksum"] is None
    assert moved["/s/small.json"]["checksum"]
    assert [line.get("pretended") for line in lab.written("/s/large.bin")] == [True]
    assert [line.get("pretended") for line in lab.written("/s/small.json")] == [None]
    page = requests.get(f"{lab.globus.url}/activity/{task_id}", timeout=30)
    assert "files from 1000000 bytes are not copied" in page.text
    assert page.headers[_HEADER] == "files from 1000000 bytes are not copied"


def test_a_file_with_an_external_checksum_is_copied_all_the_same_and_all_are_when_it_ends(lab: Lab) -> None:
    lab.record("a", b"spikes")
    lab.globus.pretend_to_move()
    data = lab.transfer(("/a", "/pretended"))
    data.add_item("/a", "/checked", external_checksum="0" * 32)
    task = lab.ended(lab.client.submit_transfer(data)["task_id"])
    assert task["fatal_error"]["code"] == "EXTERNAL_CHECKSUM_MISMATCH"
    assert (lab.archive / "pretended").read_bytes() == b"\0" * 6
    lab.globus.move_really()
    lab.ended(lab.submit(("/a", "/again")))
    assert (lab.archive / "again").read_bytes() == b"spikes"
    assert header(lab) is None
