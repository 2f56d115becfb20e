"""An unfinished recording waits, and is archived later without anybody's action."""

import datetime as dt
import os
import time

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


@pytest.mark.fault(22)
def test_a_recording_that_grows_between_the_observations_waits_for_the_next_run(
    world, caplog, monkeypatch
) -> None:
    set_readiness(world, settle_gap="2 s")
    log = world.stack.rig / FOLDER / "notes.csv"
    log.write_text("1\n")
    before_the_second_observation(monkeypatch, lambda: log.write_text("1\n2\n"))
    seen = run(world)
    assert (seen.state, "changed between two observations" in seen.reason) == (State.WAITING, True)
    assert "raw-ephys/SC038/2021-01-01: waiting: it has changed" in caplog.text
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


def test_a_recording_waits_while_it_is_shorter_than_its_meta_says_or_too_young(world) -> None:
    set_readiness(world, min_age="1 h")
    binary = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    status, content = binary.stat(), binary.read_bytes()
    binary.write_bytes(content[:-770])
    os.utime(binary, (status.st_mtime, status.st_mtime))
    row = run(world)
    assert row.state is State.WAITING
    assert f"{len(content) - 770} bytes, but its .meta says {len(content)}" in row.reason
    with world.stack.catalog() as catalog:
        (seen,) = {look["data_set_id"] for look in catalog.tables.Look.to_dicts()}
        assert [finding.blocks for finding in catalog.observations.findings(seen, "rig")] == [True]
    # Whole, but written just now.
    binary.write_bytes(content)
    waiting = run(world)
    assert (waiting.state, "is sent when that is 1 h ago" in waiting.reason) == (State.WAITING, True)
    assert run(world) == waiting, "the same reason adds no row"
    # A time in the future says nothing about its age.
    os.utime(binary, (time.time() + 9e4,) * 2)
    assert run(world).state is State.ARCHIVED


def test_nothing_is_deferred_in_a_run_that_must_not_wait(world, caplog) -> None:
    set_readiness(world, settle_gap="10 min")
    assert world.run("upload_sessions", **ONE_DATA_SET, dry_run=True)["state"] == "success"
    assert "raw-ephys/SC038/2021-01-01: listed again from " in caplog.text
    assert world.run("upload_sessions", **ONE_DATA_SET, second_look=False)["state"] == "success"
    assert "first time" in world.states()[NEW_YEAR].reason
    world.set_limit("run_deadline", "1 min")
    before = {**ONE_DATA_SET, "dates": ["2020-01-01"]}
    assert world.run("upload_sessions", **before)["state"] == "success"
    assert "first time" in world.states()["SC038 2020-01-01 11:00"].reason
    assert "listing again at " not in caplog.text
