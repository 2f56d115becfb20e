"""Files of other people in the archive are never overwritten, whatever happened to earlier transfers."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from session_archive.states.state import State

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
SESSION = "SC038 2021-01-01 11:00"
FOLDER = "4ElectrodeRig_Ephys/SC038/catgt_SC038_010121_g0"
YEAR = 365 * 86400


def plant(world, name: str, *, age: float = 0.0) -> tuple[Path, str]:
    """A colleague's file at the destination of ours; returns it with its SHA-256."""
    path = world.stack.archive / FOLDER / name
    assert not path.exists(), "ours never arrived there"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"the only copy of " + name.encode())
    written = time.time() - age
    os.utime(path, (written, written))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def statuses(world) -> list[str]:
    with world.stack.catalog() as catalog:
        rows = (catalog.tables.Submission * catalog.tables.TransferOutcome).to_dicts(order_by="begun_at")
    return [row["status"] for row in rows]


@pytest.mark.fault(31)
def test_a_colleagues_file_in_place_of_ours_is_kept(world) -> None:
    world.set_limit("fault_patience", "1 s")
    world.stack.globus.fault(file="*_t0.nidq.*", do="permission_denied", times=0)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    row = world.states()[SESSION]
    assert (row.state, "PERMISSION_DENIED" in row.reason) == (State.FAILED, True)
    assert "_t0.nidq." in row.reason
    world.stack.globus.clear_faults()
    planted = [
        plant(world, "SC038_010121_g0_t0.nidq.bin"),
        plant(world, "SC038_010121_g0_t0.nidq.meta", age=YEAR),
    ]
    for _ in range(2):
        assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
        row = world.states()[SESSION]
        assert row.state is State.REFUSED
        source = (world.stack.rig / "SC038/catgt_SC038_010121_g0/SC038_010121_g0_t0.nidq.bin").stat().st_size
        existing = planted[0][0].stat().st_size
        assert f"nidq.bin: already at the destination with other content: {existing} bytes of" in row.reason
        assert f"{source} bytes of" in row.reason and "(and 1 more files)" in row.reason
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path, _ in planted] == [
        sum for _, sum in planted
    ]
    assert len(world.transfers()) == 1
    with world.stack.catalog() as catalog:
        (refusal,) = catalog.tables.Refusal.to_dicts()
        named = catalog.tables.Refusal.File.to_dicts(order_by="number")
    assert (refusal["place"], refusal["reason"]) == ("archive-ephys", row.reason)
    assert [each["file_path"].rpartition("/")[2] for each in named] == [path.name for path, _ in planted]
    # When they are removed, the rest of the data set is sent; files that had arrived are not sent again.
    for path, _ in planted:
        path.unlink()
    written = len(world.stack.globus.effects("written"))
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[SESSION].state is State.ARCHIVED
    assert len(world.stack.globus.effects("written")) == written + 2


@pytest.mark.fault(31)
def test_a_transfer_that_the_service_refused_has_written_nothing(world) -> None:
    refusal = {"do": "status", "status": 403, "code": "PermissionDenied", "times": 0}
    world.stack.globus.fault(match="POST /v0.10/transfer", **refusal)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    world.stack.globus.clear_faults()
    path, sha256 = plant(world, "SC038_010121_g0_t0.nidq.bin")
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    assert world.states()[SESSION].state is State.REFUSED
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert (world.transfers(), statuses(world)) == ([], ["LOST"])
    path.unlink()
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[SESSION].state is State.ARCHIVED
    assert statuses(world) == ["LOST", "SUCCEEDED"]
