"""The command: its switches, its refusals, its output, and the secrets that it never prints."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import globus_sdk
import pytest
from globus_sdk import TransferAPIError
from globus_sdk.scopes import TransferScopes

from loopback_globus.__main__ import parser
from loopback_globus.testing import LoopbackError, LoopbackGlobus, uuid_of

from .conftest import Lab, sdk_client, wait_until

_CLIENT, _RIG = uuid_of("client"), uuid_of("rig")


def run(*switches: str, secret: str = "s3cret") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loopback_globus", *switches],
        env={**os.environ, "LOOPBACK_GLOBUS_SECRET": secret},
        capture_output=True,
        text=True,
    )


def test_help_explains_every_switch() -> None:
    shown = run("--help").stdout
    for action in parser()._actions:
        assert action.help, action.option_strings
        assert action.option_strings[-1] in shown
    assert {"--latency", "--collection", "--rate"} <= parser()._option_string_actions.keys()


def test_every_answer_is_delayed_by_the_latency(tmp_path: Path) -> None:
    with LoopbackGlobus({"rig": tmp_path}, switches=["--latency=0.4"]) as globus:
        begin = time.monotonic()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{globus.url}/v0.10/task_list")
        assert refused.value.code == 401
        assert time.monotonic() - begin >= 0.4


def test_it_listens_only_on_one_address_of_this_machine(tmp_path: Path) -> None:
    with LoopbackGlobus({"rig": tmp_path}) as globus:
        host, port = globus.url.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        socket.create_connection((host, int(port))).close()
        with pytest.raises(ConnectionRefusedError):  # 127.0.0.2 is this machine too
            socket.create_connection(("127.0.0.2", int(port)))


def test_a_token_lives_as_long_as_the_switch_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackGlobus({"rig": tmp_path}, switches=["--token-lifetime=1"]) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        auth = globus_sdk.ConfidentialAppAuthClient(globus.client_id, globus.client_secret)
        tokens = auth.oauth2_client_credentials_tokens(requested_scopes=TransferScopes.all)
        data = tokens.by_resource_server["transfer.api.globus.org"]
        client = globus_sdk.TransferClient(authorizer=globus_sdk.AccessTokenAuthorizer(data["access_token"]))

        def refused() -> bool:
            try:
                client.task_list()
            except TransferAPIError as error:
                return error.http_status == 401
            return False

        wait_until(refused)
        assert sdk_client(globus).task_list().http_status == 200  # the SDK asks for a new one by itself


def test_a_wrong_request_is_answered_with_an_error_document(tmp_path: Path) -> None:
    with LoopbackGlobus({"rig": tmp_path}) as globus:
        for method, path, status in (("GET", "/nowhere", 501), ("DELETE", "/v0.10/task_list", 501)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(globus.url + path, method=method))
            assert refused.value.code == status
            document = json.load(refused.value)
            assert set(document) == {"code", "message", "request_id", "resource"}
            assert document["resource"] == path


@pytest.mark.parametrize(
    ("collection", "complaint"),
    [
        (f"{_RIG}=rig=/", "the whole machine"),
        (f"{_RIG}=rig=/nowhere/at/all", "not an existing directory"),
        ("rig=rig=/tmp", "not a UUID"),
        (f"{_RIG}=rig", "expected UUID=NAME=ROOT"),
    ],
)
def test_a_malformed_collection_is_refused(tmp_path: Path, collection: str, complaint: str) -> None:
    ended = run("--client", _CLIENT, "--state", str(tmp_path / "s"), "--collection", collection)
    assert ended.returncode == 2
    assert complaint in ended.stderr.splitlines()[-1]


def test_a_client_without_a_secret(tmp_path: Path) -> None:
    switches = ("--client", _CLIENT, "--state", str(tmp_path / "s"), "--collection", f"{_RIG}=rig={tmp_path}")
    ended = run(*switches, secret="")
    assert ended.returncode == 2
    assert "LOOPBACK_GLOBUS_SECRET" in ended.stderr


def test_the_whole_disk_requires_a_switch(tmp_path: Path) -> None:
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
    _, errors = process.communicate()
    assert process.returncode in (0, -number)
    assert errors == ""


def test_no_secret_is_in_a_file_or_in_the_list_of_processes(
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
    """Root may read anything, so the service drops that capability first."""
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
