"""An unfinished recording waits, and is archived later without anybody's action."""

import datetime as dt
import hashlib
import os
import time
from pathlib import Path

import pytest

from archive_flow.spine import select_operator
from archive_flow.spine.select_operator import select_data_sets
from session_archive.recording.readiness import Observation
from session_archive.states.state import State

ONE_DATA_SET = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
NEW_YEAR = "SC038 2021-01-01 11:00"
FOLDER = "SC038/catgt_SC038_010121_g0"


def set_readiness(world, **values: str) -> None:
    """Replace spans of [readiness] in archive.toml."""
    file = world.stack.settings_file
    text = file.read_text()
    for key, value in values.items():
        assert f'{key} = "0 s"' in text
        text = text.replace(f'{key} = "0 s"', f'{key} = "{value}"')
    file.write_text(text)


def run(world):
    """One night for one data set; returns its row."""
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "success"
    return world.states()[NEW_YEAR]


def before_the_second_observation(monkeypatch, act) -> None:
    """Do something on the rig, once, between a run's first and second observation."""
    to_do = [act]

    def acting(route, context, *, may_wait):
        if not may_wait and to_do:
            to_do.pop()()
        return select_data_sets(route, context, may_wait=may_wait)

    monkeypatch.setattr(select_operator, "select_data_sets", acting)


def observations(world) -> list[Observation]:
    with world.stack.catalog() as catalog:
        (seen,) = {row["data_set_id"] for row in catalog.tables.Look.to_dicts()}
        return catalog.observations.of(seen, "rig")


def test_a_new_recording_is_observed_twice_and_archived_by_one_run(world, caplog) -> None:
    set_readiness(world, settle_gap="2 s")
    begun = dt.datetime.now(dt.UTC)
    assert run(world).state is State.ARCHIVED
    assert caplog.text.count("listing again at ") == 1
    (look,) = observations(world)
    with world.stack.catalog() as catalog:
        (submission,) = catalog.tables.Submission.to_dicts()
    assert begun < look.looked_at
    assert submission["begun_at"].replace(tzinfo=dt.UTC) - look.looked_at >= dt.timedelta(seconds=2)


def test_a_recording_that_grows_between_the_observations_waits_for_the_next_run(
    world, caplog, monkeypatch
) -> None:
    set_readiness(world, settle_gap="2 s")
    log = world.stack.rig / FOLDER / "notes.csv"
    log.write_text("1\n")
    before_the_second_observation(monkeypatch, lambda: log.write_text("1\n2\n"))
    seen = run(world)
    assert (seen.state, "changed between two observations" in seen.reason) == (State.WAITING, True)
    assert f"{NEW_YEAR} raw-ephys: waiting: it has changed" in caplog.text
    assert world.transfers() == []
    assert len(observations(world)) == 2
    assert run(world).state is State.ARCHIVED
    archived = world.stack.archive / "4ElectrodeRig_Ephys" / FOLDER / "notes.csv"
    assert archived.read_text() == "1\n2\n"


def test_a_crash_at_the_second_observation_does_not_restart_the_gap(world, caplog, monkeypatch) -> None:
    set_readiness(world, settle_gap="2 s")
    died: list[bool] = []

    def dying(route, context, *, may_wait):
        if not may_wait and not died:
            died.append(may_wait)
            raise RuntimeError("the worker is gone")
        return select_data_sets(route, context, may_wait=may_wait)

    monkeypatch.setattr(select_operator, "select_data_sets", dying)
    assert run(world).state is State.ARCHIVED
    assert died
    assert caplog.text.count("listing again at ") == 1
    assert len(observations(world)) == 1


@pytest.mark.parametrize(
    ("params", "run_deadline"), [({"second_look": False}, "1 h"), ({"dry_run": True}, "1 h"), ({}, "1 min")]
)
def test_nothing_is_deferred_in_a_run_that_must_not_wait(world, caplog, params, run_deadline) -> None:
    set_readiness(world, settle_gap="10 min")
    world.set_limit("run_deadline", run_deadline)
    assert world.run("upload_sessions", **ONE_DATA_SET, **params)["state"] == "success"
    assert "listing again at " not in caplog.text
    if "dry_run" in params:
        assert "raw-ephys/SC038/2021-01-01: listed again from " in caplog.text
    else:
        assert "first time" in world.states()[NEW_YEAR].reason


def test_a_recent_mtime_makes_a_recording_wait_and_one_in_the_future_does_not(world, caplog) -> None:
    set_readiness(world, min_age="1 h")
    touched = next((world.stack.rig / FOLDER).rglob("*.nidq.bin"))
    os.utime(touched)
    waiting = run(world)
    assert (waiting.state, "is sent when that is 1 h ago" in waiting.reason) == (State.WAITING, True)
    assert run(world) == waiting, "the same reason adds no row"
    os.utime(touched, (time.time() + 9e4,) * 2)
    assert run(world).state is State.ARCHIVED


def test_a_recording_waits_for_the_files_that_its_meta_names(world) -> None:
    binary = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    status, content = binary.stat(), binary.read_bytes()
    binary.write_bytes(content[:-770])
    row = run(world)
    assert row.state is State.WAITING
    assert f"{len(content) - 770} bytes, but its .meta says {len(content)}" in row.reason
    with world.stack.catalog() as catalog:
        (seen,) = {look["data_set_id"] for look in catalog.tables.Look.to_dicts()}
        assert [finding.blocks for finding in catalog.observations.findings(seen, "rig")] == [True]
    binary.write_bytes(content)
    os.utime(binary, (status.st_mtime, status.st_mtime))
    assert run(world).state is State.ARCHIVED


def test_a_dry_run_records_no_observation(world) -> None:
    assert world.run("upload_sessions", **ONE_DATA_SET, dry_run=True)["state"] == "success"
    with world.stack.catalog() as catalog:
        assert len(catalog.tables.Look()) == 0


def test_missing_videos_are_reported_and_do_not_delay_the_transfer(world, caplog) -> None:
    gap = world.stack.rig / "SC038/01012021/video/SC038_side_001-0000.avi"
    gap.unlink()
    only = {**ONE_DATA_SET, "kinds": ["raw-video"]}
    assert world.run("upload_sessions", **only)["state"] == "success"
    row = world.states("raw-video")[NEW_YEAR]
    assert row.state is State.ARCHIVED
    assert "camera side: 2 videos, numbers 0 to 2 without 1" in caplog.text
    with world.stack.catalog() as catalog:
        (seen,) = {look["data_set_id"] for look in catalog.tables.Look.to_dicts()}
        assert "camera side: 2 videos" in str(catalog.observations.findings(seen, "rig")[0])


def test_a_rig_that_is_not_mounted_is_judged_by_observations_only_and_says_so(world, caplog) -> None:
    (world.stack.far_rig / "SC038").mkdir()
    (world.stack.rig / FOLDER).rename(world.stack.far_rig / FOLDER)
    next((world.stack.far_rig / FOLDER).rglob("*.ap.meta")).write_text("unfinished")
    assert run(world).state is State.ARCHIVED
    assert "far-rig: has no local_path here, so no file is read" in caplog.text


def sha1(path: Path) -> str:
    return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()


def test_the_copy_is_proven_by_what_spikeglx_wrote(world) -> None:
    assert run(world).state is State.ARCHIVED
    with world.stack.catalog() as catalog:
        (seen,) = catalog.data_sets(kinds=["raw-ephys"])
        files = catalog.replicas.files(seen.id).files
    binaries = {file for file in files if file.path.endswith(".bin")}
    assert len(binaries) == 3
    assert {(file.checksum, file.checksum_algorithm, file.vouched_by) for file in binaries} == {
        (sha1(world.stack.rig / file.path), "SHA1", "spikeglx") for file in binaries
    }
    assert {file.vouched_by for file in files} == {"spikeglx", "globus"}


def test_a_file_that_differs_from_what_spikeglx_wrote_is_refused_by_name(world) -> None:
    binary = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    status, content = binary.stat(), bytearray(binary.read_bytes())
    content[7] ^= 1
    binary.write_bytes(content)
    os.utime(binary, (status.st_mtime, status.st_mtime))
    assert world.run("upload_sessions", **ONE_DATA_SET)["state"] == "failed"
    row = world.states()[NEW_YEAR]
    assert row.state is State.REFUSED
    assert "EXTERNAL_CHECKSUM_MISMATCH" in row.reason
    assert binary.name in row.reason
