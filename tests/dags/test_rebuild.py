"""Manifests travel with the data; by them a lost catalog is rebuilt row for row, and never by others."""

import os
from collections.abc import Iterator

import pytest
from tests.dags.conftest import World

from session_archive.states import State
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

MORNING = "SC050 2020-09-14 09:00"
DECISION = f"rig:SC050/catgt_SC050_091420_g0 = {MORNING}"
WANTED = {"subjects": ["SC035", "SC050"]}
EPHYS, VIDEO = "4ElectrodeRig_Ephys/.session-archive/raw-ephys", ".session-archive/raw-video"

#: The tables that say what is archived, and how that is known.
TABLES = (
    "storage_location", "#data_set_type", "#file_type", "data_set", "data_set__physical_file",
    "data_set__video_trial", "replica", "replica__verified", "verification", "verification__difference",
)  # fmt: skip


@pytest.fixture
def staged(parse, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """As `world`, with a staging place."""
    with Stack(poll_interval="1 s", staging=True) as stack:
        make_rig(stack.rig)
        stack.enter_sessions(lab_sessions())
        monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        world = World(stack, parse)
        world.set_up()
        yield world


def dump(world: World) -> dict[str, list]:
    """Every row of the archive's tables, links and decisions, without the numbers that only count rows."""
    catalog, run = world.stack.settings.catalog, world.stack.database.execute
    rows = {table: sorted(run(f"SELECT * FROM `{catalog.database}`.`{table}`")) for table in TABLES}
    for table in ("archived_raw_ephys", "archived_tracking_video"):
        rows[table] = sorted(run(f"SELECT * FROM `{catalog.link_database}`.`{table}`"))
    rows["decision"] = sorted(tuple(row[1:]) for row in run(f"SELECT * FROM `{catalog.database}`.`decision`"))
    return rows


def manifests(world: World) -> set[str]:
    """Paths of all manifests in the archive."""
    return {
        path.relative_to(world.stack.archive).as_posix()
        for path in world.stack.archive.rglob(".session-archive/**/*.json")
    }


def lose(world: World) -> None:
    world.stack.drop_catalog()
    world.set_up()


def test_a_lost_catalog_is_rebuilt_row_for_row_by_the_manifests_in_the_archive(staged) -> None:
    world = staged
    (world.stack.rig / "SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/late").mkdir()
    assert world.run("upload_sessions", **WANTED, decisions=[DECISION])["state"] == "success"
    # What comes later is a revision of its own, and so is its manifest.
    late = world.stack.rig / "SC035/catgt_SC035_010720_g0/SC035_010720_bitcode.mat"
    late.write_bytes(b"trials")
    os.utime(late, (1_600_000_000, 1_600_000_000))
    run = world.run("upload_sessions", **WANTED)
    assert run["state"] == "success"
    assert manifests(world) == {
        f"{EPHYS}/SC035/2020-01-07.json",
        f"{EPHYS}/SC035/2020-01-07.r1.json",
        f"{EPHYS}/SC035/2020-01-07_1.json",
        f"{EPHYS}/SC050/2020-09-14.json",
        f"{VIDEO}/SC035/2020-01-07.json",
        f"{VIDEO}/SC035/2020-01-07_1.json",
    }
    assert not list(world.stack.staging.rglob("*.json")), "what is in the archive does not wait any more"
    before, sent = dump(world), len(world.transfers())
    assert {row[3] for row in before["verification"]} == {"archive-ephys", "archive-video"}
    lose(world)
    assert world.run("discover_sessions", **WANTED)["state"] == "success"
    after = dump(world)
    assert {table: after[table] for table in before} == before
    assert not list(world.stack.staging.rglob("*.*")), "nothing is left of what was fetched"
    states = {**world.states(), **{f"{k} video": v for k, v in world.states("raw-video").items()}}
    archived = {session for session, row in states.items() if row.state is State.ARCHIVED}
    assert len(archived) == 5
    assert MORNING in archived
    # Once more, and nothing is listed, fetched, sent or carried that is known already.
    moved = len(world.transfers())
    assert moved == sent + 2, "one transfer for each location brought the manifests and texts"
    again = world.run("discover_sessions", **WANTED)
    assert again["tasks"]["data_set.record", -1] == "skipped"
    night = world.run("upload_sessions", **WANTED)
    assert night["state"] == "success"
    assert night["tasks"]["carry.record", -1] == "skipped"
    assert len(world.transfers()) == moved
    assert dump(world) == after
