"""Very large transfers: how much memory the service uses."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from globus_sdk import TransferAPIError

from .conftest import Lab, lab_of_its_own, wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(7200)]

MILLION = 1_000_000
MOST_MEGABYTES = 500


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """In memory if it has room for two million files: disks take far longer to make and remove them."""
    existing = Path("/dev/shm")
    roomy = os.access(existing, os.W_OK) and os.statvfs(existing).f_favail > 2.2 * MILLION
    with (
        tempfile.TemporaryDirectory(dir=existing if roomy else tmp_path) as place,
        lab_of_its_own(Path(place), monkeypatch) as lab,
    ):
        yield lab


def peak_megabytes(lab: Lab) -> float:
    """The service's peak of resident memory so far."""
    status = Path(f"/proc/{lab.globus.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def fill(folder: Path, files: int) -> None:
    folder.mkdir(parents=True)
    for n in range(files):
        os.close(os.open(f"{folder}/SC022_010121_g0_tcat.{n:07}.bin", os.O_CREAT | os.O_WRONLY))


def test_a_million_files_of_one_recursive_item(lab: Lab) -> None:
    fill(lab.rig / "s/flat", MILLION // 2)  # listing a single directory takes the most memory
    for n in range(500):
        fill(lab.rig / f"s/deep/{n}", MILLION // 1000)
    task_id = lab.submit(("/s", "/s"), verify_checksum=True)
    task = wait_until(lambda: (doc := lab.task(task_id))["completion_time"] and doc)
    assert (task["status"], task["files_transferred"]) == ("SUCCEEDED", MILLION)
    assert sum(1 for _ in lab.client.task_successful_transfers(task_id)) == 1000
    assert peak_megabytes(lab) < MOST_MEGABYTES


def test_a_hundred_thousand_explicit_items(lab: Lab) -> None:
    lab.record("one")
    items = [(f"/gone/SC022_010121_g0_tcat.{n:07}.bin", f"/t/{n:07}.bin") for n in range(99_999)]
    task_id = lab.submit(*items, ("/one", "/one"), skip_source_errors=True)
    task = wait_until(lambda: (doc := lab.task(task_id))["completion_time"] and doc)
    assert (task["status"], task["subtasks_skipped_errors"]) == ("SUCCEEDED", 99_999)
    assert list(lab.moved(task_id)) == ["/one"]
    assert peak_megabytes(lab) < MOST_MEGABYTES


def test_a_listing_of_more_than_a_hundred_thousand_entries_is_refused(lab: Lab) -> None:
    fill(lab.rig / "s", 100_000)
    rig, _ = lab.ids
    listed = lab.client.operation_ls(rig, path="/s")
    assert (len(listed["DATA"]), listed["length"], listed["total"]) == (100_000, 100_000, 100_000)
    (lab.rig / "s/more").touch()
    with pytest.raises(TransferAPIError) as refused:
        lab.client.operation_ls(rig, path="/s")
    assert refused.value.code == "ExternalError.DirListingFailed.SizeLimit"
    assert len(list(lab.client.operation_ls(rig, path="/s", limit=10, offset=100_000))) == 1
    assert peak_megabytes(lab) < MOST_MEGABYTES
