"""Transfers on real file systems: a full disk, two file systems, a file that changes while it is read."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loopback_globus.engine import copy
from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, sdk_client, wait_until

_OTHER = Path("/dev/shm")


@contextmanager
def lab_between(rig: Path, archive: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with LoopbackGlobus({"rig": rig, "archive": archive}, directory=base / "service") as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        yield Lab(globus=globus, rig=rig, archive=archive, client=sdk_client(globus))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "loopback-globus-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a tmpfs")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_delays_one_file_and_no_other(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rig").mkdir()
    with lab_between(tmp_path / "rig", small_disk, tmp_path, monkeypatch) as lab:
        lab.record("large", b"x" * 2_000_000)
        lab.record("small", b"x" * 200_000)
        task_id = lab.submit(("/large", "/large"), ("/small", "/small"), verify_checksum=True)
        task = lab.showing(task_id, "NO_SPACE_LEFT")
        assert (task["status"], task["is_ok"]) == ("ACTIVE", False)
        wait_until((small_disk / "small").exists)
        lab.showing(task_id, "NO_SPACE_LEFT")
        assert "large" not in [path.name for path in small_disk.iterdir()]
        assert "No space left on device" in lab.task(task_id)["nice_status_details"]

        subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
        assert lab.ended(task_id)["status"] == "SUCCEEDED"
        assert (small_disk / "large").read_bytes() == b"x" * 2_000_000
        assert "NO_SPACE_LEFT" in lab.events(task_id)
        assert sorted(path.name for path in small_disk.iterdir()) == ["large", "small"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system than tmp_path, to which the kernel cannot copy directly."""
    if not os.access(_OTHER, os.W_OK) or _OTHER.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip(f"needs {_OTHER} on another file system")
    with tempfile.TemporaryDirectory(dir=_OTHER) as place:
        yield Path(place)


def test_between_two_file_systems_the_service_copies_bytes_itself(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(3_000_001)
    (tmp_path / "rig").mkdir()
    (tmp_path / "rig/file").write_bytes(content)
    with (tmp_path / "rig/file").open("rb") as source, (elsewhere / "probe").open("wb") as target:
        with pytest.raises(OSError) as refused:
            os.copy_file_range(source.fileno(), target.fileno(), 100)
        assert refused.value.errno == errno.EXDEV
    with lab_between(tmp_path / "rig", elsewhere, tmp_path, monkeypatch) as lab:
        task = lab.ended(lab.submit(("/file", "/file"), verify_checksum=True, preserve_timestamp=True))
        assert task["status"] == "SUCCEEDED"
    assert (elsewhere / "file").read_bytes() == content
    assert int((elsewhere / "file").stat().st_mtime) == int((tmp_path / "rig/file").stat().st_mtime)


@pytest.mark.parametrize("size", [0, 1, copy._BUFFER, copy._BUFFER + 1])
@pytest.mark.parametrize("fast", [True, False])
def test_a_copy_is_complete_with_both_methods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, fast: bool
) -> None:
    calls: list[int] = []
    kernel = os.copy_file_range

    def copy_file_range(reader: int, writer: int, count: int) -> int:
        calls.append(count)
        if not fast:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return kernel(reader, writer, min(count, 700_000))

    monkeypatch.setattr(os, "copy_file_range", copy_file_range)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(size))
    assert copy.copy(source, target, stop=threading.Event()) == size
    assert target.read_bytes() == source.read_bytes()
    assert len(calls) == (1 + -(-size // 700_000) if fast else 1)


@pytest.mark.parametrize("verify", [True, False])
def test_a_file_that_changes_while_it_is_read_is_sent_again(lab: Lab, verify: bool) -> None:
    recorded = lab.record("recorded", b"x" * 20_000_000)
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            os.truncate(recorded, 20_000_001)
            os.truncate(recorded, 20_000_000)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        task_id = lab.submit(("/recorded", "/recorded"), verify_checksum=verify)
        task = wait_until(lambda: (doc := lab.task(task_id))["faults"] and doc)
        assert task["status"] == "ACTIVE"
        assert not (lab.archive / "recorded").exists()
    finally:
        ended.set()
        writer.join()
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    assert {"FILE_SIZE_CHANGED", "VERIFY_CHECKSUM"} & set(lab.events(task_id))
    assert (lab.archive / "recorded").read_bytes() == recorded.read_bytes()


def test_a_name_that_is_too_long_or_holds_a_line_break(lab: Lab) -> None:
    lab.record("file")
    for path in ("/" + "x" * 300, "/a\r\nb"):
        lab.showing(lab.submit(("/file", path)), "INVALID_PATH_NAME")
    assert list(lab.archive.iterdir()) == []
