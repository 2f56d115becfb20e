"""The command: what it refuses, what it prints, and what it never prints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from globus_sdk import TransferAPIError

from loopback_globus.testing import LoopbackError, LoopbackGlobus, uuid_of

from .conftest import Lab, sdk_client, wait_until

_CLIENT, _RIG = uuid_of("client"), uuid_of("rig")


def run(*switches: str, secret: str = "s3cret") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loopback_globus", *switches],
        env={**os.environ, "LOOPBACK_GLOBUS_SECRET": secret},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_explains_every_switch() -> None:
    shown = run("--help").stdout
    for switch in ("--port", "--client", "--collection", "--state", "--journal", "--task-delay", "--latency"):
        assert switch in shown


@pytest.mark.parametrize(
    ("collection", "complaint"),
    [
        (f"{_RIG}=rig=/", "the whole machine"),
        (f"{_RIG}=rig=/nowhere/at/all", "no existing directory"),
        ("rig=rig=/tmp", "no UUID"),
        (f"{_RIG}=rig", "expected UUID=NAME=ROOT"),
    ],
)
def test_a_collection_that_cannot_be_meant(tmp_path: Path, collection: str, complaint: str) -> None:
    ended = run("--client", _CLIENT, "--state", str(tmp_path / "s"), "--collection", collection)
    assert ended.returncode == 2
    assert complaint in ended.stderr.splitlines()[-1]


def test_a_client_without_a_secret(tmp_path: Path) -> None:
    switches = ("--client", _CLIENT, "--state", str(tmp_path / "s"), "--collection", f"{_RIG}=rig={tmp_path}")
    ended = run(*switches, secret="")
    assert ended.returncode == 2
    assert "LOOPBACK_GLOBUS_SECRET" in ended.stderr


def test_the_whole_machine_when_told_twice(tmp_path: Path) -> None:
    with LoopbackGlobus({"all": "/"}, directory=tmp_path, switches=["--allow-root=/"]) as globus:
        assert globus.url.startswith("http://127.0.0.1:")
    with pytest.raises(LoopbackError, match="--allow-root"):
        LoopbackGlobus({"all": "/"}, directory=tmp_path).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "loopback_globus",
            "--client",
            f"{_CLIENT}:x",
            "--state",
            str(tmp_path / "s"),
            "--collection",
            f"{_RIG}=rig={tmp_path}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("listening on http://127.0.0.1:")
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, -number)
    assert errors == ""


def test_no_secret_reaches_a_file_or_the_list_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rig").mkdir()
    with LoopbackGlobus({"rig": tmp_path / "rig"}, directory=tmp_path / "service") as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        client = sdk_client(globus)
        globus.fault(match="GET /v0.10/task_list", do="unauthorized")
        client.task_list()
        refresh = globus.refresh_token()
        storage = client._app.token_storage.get_token_data_by_resource_server()
        tokens = [data.access_token for data in storage.values()]
        command = Path(f"/proc/{globus.pid}/cmdline").read_bytes().decode()
        assert tokens
        for secret in (globus.client_secret, refresh, *tokens):
            assert secret not in command
            for file in (tmp_path / "service").iterdir():
                assert secret.encode() not in file.read_bytes(), file.name


@pytest.mark.skipif(not Path("/usr/bin/setpriv").exists(), reason="needs setpriv (util-linux)")
def test_a_permission_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read anything: the service gives that power up first."""
    less = ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    for name in ("rig/s", "rig/closed", "archive"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("s/a", "s/secret", "s/z"):
        (tmp_path / "rig" / name).write_text("x")
    (tmp_path / "rig/s/secret").chmod(0)
    (tmp_path / "rig/closed").chmod(0)
    cat = subprocess.run([*less, "cat", str(tmp_path / "rig/s/secret")], capture_output=True)
    assert cat.returncode, "the file can still be read, so this would prove nothing"

    folders = {name: tmp_path / name for name in ("rig", "archive")}
    with LoopbackGlobus(folders, directory=tmp_path / "service", run_by=less) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        lab = Lab(globus, tmp_path / "rig", tmp_path / "archive", sdk_client(globus))
        with pytest.raises(TransferAPIError) as error:
            lab.client.operation_ls(lab.ids[0], path="/closed")
        assert (error.value.http_status, error.value.code) == (403, "EndpointPermissionDenied")
        task_id = lab.submit(("/s", "/s"))
        lab.showing(task_id, "PERMISSION_DENIED")
        arrived = tmp_path / "archive/s"
        wait_until(lambda: sorted(path.name for path in arrived.iterdir()) == ["a", "z"])
        skipped = lab.ended(lab.submit(("/s", "/t"), skip_source_errors=True))
        assert (skipped["status"], skipped["subtasks_skipped_errors"]) == ("SUCCEEDED", 1)
        (tmp_path / "rig/s/secret").chmod(0o600)
        assert lab.ended(task_id)["status"] == "SUCCEEDED"
    (tmp_path / "rig/closed").chmod(0o700)
