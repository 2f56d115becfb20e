"""The nightly upload on real services: the archive agrees with the catalog."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive_flow.submissions import ending
from archive_flow.submissions.outcome import end
from archive_flow.upload import verify
from session_archive.fixity.compare import compare
from session_archive.states.state import State
from support.sample_rig import SAMPLES

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
TWO_DATA_SETS = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
NEW_YEAR = "SC038 2021-01-01 11:00"
NEW_YEAR_BEFORE = "SC038 2020-01-01 11:00"


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Path -> size and digest of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, sha256(path))
        for path in folder.rglob("*")
        if path.is_file()
    }


def cataloged(world, data_set_type: str = "raw-ephys") -> dict[str, int]:
    """Path -> size of every cataloged file of a type."""
    with world.stack.catalog() as catalog:
        cataloged = catalog.data_sets(kinds=[data_set_type])
        return {file.path: file.size for each in cataloged for file in catalog.replicas.files(each.id).files}


def trials(world, folder: str) -> set[tuple[str, str, int, int | None]]:
    """The cataloged trial of each video in a folder."""
    with world.stack.catalog() as catalog:
        rows = (catalog.tables.DataSet.VideoTrial * catalog.tables.DataSet.PhysicalFile).to_dicts()
    return {
        (row["file_path"], row["camera"], row["file_number"], row["trial"])
        for row in rows
        if row["file_path"].startswith(folder)
    }


@pytest.mark.fault(26)
def test_every_sample_ends_in_its_expected_state_and_the_catalog_agrees_with_the_bytes(world) -> None:
    (world.stack.rig / "SC022/08082019/video/SC022_08082019_bottom.txt").write_text("1\t41\n2\t42\n")
    rig_before = tree(world.stack.rig)
    run = world.run("upload_sessions")
    assert run["state"] == "success"
    found = {
        (row.session, row.data_set_type): (row.state, row.n_files)
        for kind in ("raw-ephys", "raw-video")
        for row in world.states(kind).values()
    }
    assert found == {
        (sample.session, sample.data_set_type): (sample.state, sample.n_files) for sample in SAMPLES
    }
    archive, rig = tree(world.stack.archive), tree(world.stack.rig)
    rows = {f"4ElectrodeRig_Ephys/{path}": size for path, size in cataloged(world).items()}
    rows |= cataloged(world, "raw-video")
    assert {path: size for path, (size, _) in archive.items()} == rows
    assert all(archive[path] == rig[path.removeprefix("4ElectrodeRig_Ephys/")] for path in rows)
    assert rig == rig_before
    # At most three task instances for each data set, plus select, summary and four that had no manifest to copy.
    archived = sum(sample.state is State.ARCHIVED for sample in SAMPLES)
    assert len(run["tasks"]) == 3 * archived + 2 + 4
    with world.stack.catalog() as catalog:
        night = catalog.nights.newest()
    assert (night.run_id, night.problems, night.text) == (run["run_id"], (), run["summary"])
    assert (night.n_new, night.states["archived"]) == (archived, archived)
    assert night.unclaimed == sum(sample.state is State.UNCLAIMED for sample in SAMPLES)
    assert trials(world, "SC022/08082019/video/") == {
        (f"SC022/08082019/video/SC022_{camera}_{number:03}-0000.avi", camera, number, trial)
        for camera, numbers in {"side": (1, 2, 3), "bottom": (None, 41, 42)}.items()
        for number, trial in enumerate(numbers)
    }


@pytest.mark.fault(4)
def test_a_crash_during_verification_is_reported_and_repaired_without_sending_again(
    world, monkeypatch
) -> None:
    def dying(**manifests):
        raise ConnectionResetError("the worker is gone")

    monkeypatch.setattr(verify, "compare", dying)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    assert world.states()[NEW_YEAR].state is State.VERIFYING
    assert cataloged(world) == {}
    written = world.stack.globus.effects("written")
    monkeypatch.setattr(verify, "compare", compare)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[NEW_YEAR].state is State.ARCHIVED
    assert written and world.stack.globus.effects("written") == written


@pytest.mark.fault(17, 31)
def test_an_existing_file_at_the_destination_is_kept_and_does_not_stop_the_others(world) -> None:
    planted = (
        world.stack.archive
        / "4ElectrodeRig_Ephys/SC038/catgt_SC038_010121_g0/SC038_010121_g0_imec0/SC038_010121_g0_t0.imec0.ap.bin"
    )
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"somebody else's recording")
    run = world.run("upload_sessions", **TWO_DATA_SETS)
    assert run["state"] == "failed"
    states = world.states()
    assert states[NEW_YEAR].state is State.REFUSED
    assert "25 bytes" in states[NEW_YEAR].reason
    assert "ap.bin" in states[NEW_YEAR].reason
    assert states[NEW_YEAR_BEFORE].state is State.ARCHIVED
    assert planted.read_bytes() == b"somebody else's recording"
    assert len(world.transfers()) == 1


def test_a_dry_run_moves_nothing_and_writes_nothing(world) -> None:
    run = world.run("upload_sessions", dry_run=True, **ONE_DATA_SET)
    assert run["state"] == "success"
    assert world.transfers() == []
    assert tree(world.stack.archive) == {}
    assert {row.reason for row in world.states().values()} == {"no run has looked for it yet"}
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Look()) == 0


def test_a_limit_makes_the_older_sessions_wait(world) -> None:
    assert world.run("upload_sessions", limit=1, **TWO_DATA_SETS)["state"] == "success"
    states = world.states()
    assert states[NEW_YEAR].state is State.ARCHIVED
    assert states[NEW_YEAR_BEFORE].state is State.READY
    assert world.run("upload_sessions", **TWO_DATA_SETS)["state"] == "success"
    assert world.states()[NEW_YEAR_BEFORE].state is State.ARCHIVED


@pytest.mark.fault(27)
def test_a_missing_root_is_an_error_and_no_session_is_called_not_found(world) -> None:
    world.stack.rig.rename(world.stack.rig.with_name("unplugged"))
    run = world.run("upload_sessions")
    assert run["state"] == "failed"
    assert world.transfers() == []
    assert {row.reason for row in world.states().values()} == {"no run has looked for it yet"}
    with world.stack.catalog() as catalog:
        night = catalog.nights.newest()
    assert (night.run_id, list(night.problems), night.n_new) == (run["run_id"], run["problems"], 0)


@pytest.mark.fault(34, 49)
def test_a_copy_that_stays_corrupt_is_never_cataloged(world) -> None:
    world.set_limit("transfer_deadline", "4 s")
    world.stack.globus.fault(file="*nidq.meta", do="corrupt", times=0)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    assert world.states()[NEW_YEAR].state is State.FAILED
    assert cataloged(world) == {}
    world.stack.globus.clear_faults()
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert len(cataloged(world)) == 6


@pytest.mark.fault(11)
def test_a_transfer_that_succeeded_is_still_compared(world, monkeypatch) -> None:
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    cut = archive / "SC038/catgt_SC038_010121_g0/SC038_010121_g0_t0.nidq.meta"

    def then_damaged(*arguments, **named):
        outcome = end(*arguments, **named)
        cut.write_bytes(b"short")
        return outcome

    monkeypatch.setattr(ending, "end", then_damaged)
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    row = world.states()[NEW_YEAR]
    assert row.state is State.FAILED
    assert "nidq.meta" in row.reason
    assert "5 found" in row.reason
    assert cataloged(world) == {}
    with world.stack.catalog() as catalog:
        (outcome,) = catalog.tables.TransferOutcome().to_dicts()
        assert outcome["status"] == "SUCCEEDED"


def test_a_recording_that_changes_after_archiving_is_an_alarm(world) -> None:
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    meta = world.stack.rig / "SC038/catgt_SC038_010121_g0/SC038_010121_g0_t0.nidq.meta"
    original, times = meta.read_bytes(), meta.stat()
    archived = world.stack.archive / "4ElectrodeRig_Ephys" / meta.relative_to(world.stack.rig)
    before = archived.read_bytes()
    meta.write_text("overwritten")
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    row = world.states()[NEW_YEAR]
    assert (row.state, "nidq.meta" in row.reason) == (State.CHANGED, True)
    assert archived.read_bytes() == before
    meta.write_bytes(original)
    os.utime(meta, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[NEW_YEAR].state is State.ARCHIVED
    assert len(world.transfers()) == 1


def test_transfers_of_a_dead_run_do_not_count_forever(world) -> None:
    world.set_limit("run_deadline", "1 s")
    world.stack.globus.fault(file="*nidq.bin", do="permission_denied", times=0)
    # Left under way at its run's deadline, and not selected again.
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[NEW_YEAR].state is State.SUBMITTED
    world.stack.globus.clear_faults()
    while not any(line["path"].endswith("nidq.bin") for line in world.stack.globus.effects("written")):
        time.sleep(0.1)
    settings = world.stack.settings_file
    text = settings.read_text().replace('run_deadline = "1 s"', "max_unfinished = 1")
    settings.write_text(text)
    other = {"subjects": ["SC038"], "dates": ["2020-01-01"], "kinds": ["raw-ephys"]}
    assert world.run("upload_sessions", **other)["state"] == "success"
    assert world.states()[NEW_YEAR_BEFORE].state is State.ARCHIVED
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert world.states()[NEW_YEAR].state is State.ARCHIVED
    assert len(world.transfers()) == 2, "what arrived after its run is not sent again"


CRASHING_RUN = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], bundle_path=sys.argv[1], bundle_name="dags-folder")
bag.dags["upload_sessions"].test(run_conf={"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]})
"""


@pytest.mark.fault(3)
def test_a_kill_between_accepting_and_saving_leaves_one_transfer(world) -> None:
    # The service accepts and closes the connection; the SDK retries, and is killed while it waits for the answer.
    world.stack.globus.fault(match="POST /v0.10/transfer", do="drop_after")
    world.stack.globus.fault(match="POST /v0.10/transfer", do="slow", seconds=60)
    dags = os.environ["AIRFLOW__CORE__DAGS_FOLDER"]
    crashing = subprocess.Popen(
        [sys.executable, "-c", CRASHING_RUN, dags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not world.transfers():
            assert crashing.poll() is None, "the run ended before it submitted anything"
            time.sleep(0.1)
    finally:
        os.killpg(crashing.pid, signal.SIGKILL)
        crashing.wait()
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Submission()) == 1
        assert len(catalog.tables.Acceptance()) == 0
    world.stack.globus.clear_faults()
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert len(world.transfers()) == 1
    assert world.states()[NEW_YEAR].state is State.ARCHIVED
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Acceptance()) == 1


@pytest.mark.fault(55)
def test_a_dead_database_fails_the_run_and_loses_nothing(world) -> None:
    world.stack.database.kill()
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    world.stack.database.start()
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    assert len(world.transfers()) == 1
    assert world.states()[NEW_YEAR].state is State.ARCHIVED


def test_a_wrong_setting_fails_the_first_task_and_names_the_key(world, capfd) -> None:
    text = world.stack.settings_file.read_text()
    world.stack.settings_file.write_text(text.replace('location = "archive-ephys"', 'location = "nowhere"'))
    run = world.run("upload_sessions")
    assert run["state"] == "failed"
    assert run["tasks"]["select", -1] == "failed"
    assert "archive.toml: data_sets.raw-ephys.location" in "".join(capfd.readouterr())
