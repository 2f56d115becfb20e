"""Storages that cannot compute every checksum: `--checksums`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loopback_globus.checksums import Checksums
from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, sdk_client
from .test_command import run

CONTENT = b"spikes"


@pytest.fixture
def lab(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A service whose archive has the storage that the test names."""
    folders = {name: tmp_path / name for name in ("rig", "archive")}
    for folder in folders.values():
        folder.mkdir()
    switches = [f"--checksums=archive={request.param}"]
    with LoopbackGlobus(folders, directory=tmp_path / "service", switches=switches) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        yield Lab(globus=globus, rig=folders["rig"], archive=folders["archive"], client=sdk_client(globus))


def send(lab: Lab, algorithm: str, *, right: bool = True, external: bool = True, **options: Any) -> str:
    """Submit one file; returns its task."""
    lab.record("file", CONTENT)
    data = lab.transfer(verify_checksum=True, **options)
    digest = hashlib.new(algorithm, CONTENT if right else b"other").hexdigest()
    known: dict[str, Any] = {"external_checksum": digest} if external else {}
    data.add_item("/file", "/file", checksum_algorithm=algorithm, **known)
    return str(lab.client.submit_transfer(data)["task_id"])


@pytest.mark.parametrize("lab", ["MD5"], indirect=True)
def test_a_storage_that_lacks_an_algorithm_tries_until_the_deadline(lab: Lab) -> None:
    task_id = send(lab, "SHA1")
    task = lab.showing(task_id, "ENDPOINT_ERROR")
    assert (task["status"], task["is_ok"]) == ("ACTIVE", False)
    assert "SHA1 is not supported" in lab.client.task_event_list(task_id).data["DATA"][0]["details"]
    assert not (lab.archive / "file").exists()
    lab.client.cancel_task(task_id)
    assert lab.ended(send(lab, "MD5"))["status"] == "SUCCEEDED"
    assert lab.ended(send(lab, "MD5", right=False))["fatal_error"]["code"] == "EXTERNAL_CHECKSUM_MISMATCH"


@pytest.mark.parametrize("lab", ["any-is-MD5"], indirect=True)
def test_a_storage_that_always_answers_md5_contradicts_every_other_checksum(lab: Lab) -> None:
    for algorithm in ("SHA1", "SHA256", "SHA512"):
        task = lab.ended(send(lab, algorithm))
        assert (task["status"], task["fatal_error"]["code"]) == ("FAILED", "EXTERNAL_CHECKSUM_MISMATCH")
    assert lab.ended(send(lab, "MD5"))["status"] == "SUCCEEDED"
    # Without an external checksum, the two ends contradict each other.
    lab.showing(send(lab, "SHA1", external=False), "VERIFY_CHECKSUM")


@pytest.mark.parametrize("lab", ["stored"], indirect=True)
def test_a_storage_answers_what_it_stored_until_the_file_is_written_again(lab: Lab) -> None:
    assert lab.ended(send(lab, "MD5"))["status"] == "SUCCEEDED"
    (lab.archive / "file").write_bytes(b"rotten")
    compared = lab.ended(send(lab, "MD5", external=False, sync_level="checksum"))
    assert (compared["status"], compared["files_skipped"]) == ("SUCCEEDED", 1)
    assert (lab.archive / "file").read_bytes() == b"rotten"
    # Nothing was stored of another algorithm: the bytes are read.
    other = lab.ended(send(lab, "SHA1", external=False, sync_level="checksum"))
    assert (other["files_skipped"], other["files_transferred"]) == (0, 1)
    assert (lab.archive / "file").read_bytes() == CONTENT
    (lab.archive / "file").write_bytes(b"rotten")
    again = lab.ended(send(lab, "MD5", external=False, sync_level="checksum"))
    assert again["files_transferred"] == 1, "the transfer before has replaced what was stored"


def test_the_words_of_the_switch() -> None:
    assert Checksums.parse("MD5,sha-1") == Checksums(frozenset({"MD5", "SHA1"}))
    assert Checksums.parse("any-is-MD5,stored") == Checksums(always="MD5", stored=True)
    with pytest.raises(ValueError, match="'CRC' is unknown"):
        Checksums.parse("MD5,CRC")


@pytest.mark.parametrize(
    ("words", "message"), [("moon=MD5", "no collection 'moon'"), ("rig=never", "'never' is unknown")]
)
def test_a_wrong_switch_is_refused(tmp_path: Path, words: str, message: str) -> None:
    ident = "0b6f3a52-7c39-4f5e-9a35-1e9a4a1b7f01"
    collection = f"--collection={ident}=rig={tmp_path}"
    done = run(f"--client={ident}", collection, f"--state={tmp_path}/s", f"--checksums={words}")
    assert done.returncode == 2
    assert message in done.stderr
