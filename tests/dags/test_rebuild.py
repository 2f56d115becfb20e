"""Sidecar manifests rebuild a lost catalog row for row; a wrong one is rejected."""

import json
import os
import shutil
import uuid
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.dags.conftest import World

from session_archive.catalog.lab.session_keys import session_id
from session_archive.sidecar.staging import MARK
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State
from support.archived_rows import archived_rows

MORNING = "SC050 2020-09-14 09:00"
DECISION = f"rig:SC050/catgt_SC050_091420_g0 = {MORNING}"
FIRST = "SC035 2020-01-07 10:30"
OF_GATE = f"rig:SC035/catgt_SC035_010720_g1 = {FIRST}"
WANTED = {"subjects": ["SC035", "SC050"]}
EPHYS, VIDEO = "4ElectrodeRig_Ephys/.session-archive/raw-ephys", ".session-archive/raw-video"


def manifests(world: World) -> set[str]:
    """Paths of all manifests in the archive."""
    return {
        path.relative_to(world.stack.archive).as_posix()
        for path in world.stack.archive.rglob(".session-archive/**/*.json")
    }


def further_gate(world: World) -> None:
    """The second hour of the first session, as SpikeGLX names it."""
    made = world.stack.rig / "SC035/catgt_SC035_010720_g1"
    shutil.copytree(world.stack.rig / "SC035/catgt_SC035_010720_g0", made)
    for path in sorted(made.rglob("*_g0*"), reverse=True):
        path.rename(path.with_name(path.name.replace("_g0", "_g1")))
    for path in made.rglob("*.*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))


def lose(world: World) -> None:
    world.stack.drop_catalog()
    world.set_up()


def left_long_ago(world: World) -> tuple[list[Path], list[Path], Path]:
    """Old folders in the staging place: one of a transfer in the ledger, one of somebody else, and a link."""
    staging, database = world.stack.staging, world.stack.settings.catalog.database
    ((known,), *_) = world.stack.database.execute(
        f"SELECT data_set_name FROM `{database}`.`submission` WHERE route = 'fetch'"
    )
    ours = [staging / folder / str(known).removeprefix("texts ") for folder in ("listings", "fetched")]
    theirs = [staging / "listings/PhD-2019", staging / "fetched" / str(uuid.uuid4())]
    linked = staging / "fetched/SC035"
    linked.symlink_to(world.stack.archive / EPHYS.partition("/")[0] / "SC035")
    for folder in (*ours, *theirs):
        folder.mkdir()
        (folder / "x.txt").write_text("words")
    for path in (*ours, *theirs, linked):
        os.utime(path, (1_600_000_000, 1_600_000_000), follow_symlinks=False)
    return ours, [*theirs, *linked.resolve().rglob("*")], linked


def forge_ignored_session(path: Path) -> None:
    """Let a manifest say that its session expects no data of any type."""
    document = json.loads(path.read_text())
    key = document["session_key"]
    decision = asdict(
        Decision(Verdict.IGNORE, session_key=key, session="SC035", decided_by="mallory", why="test")
    )
    when = document["recorded_at"]
    document["decisions"].append({**decision, "session_id": str(session_id(key)), "decided_at": when})
    path.write_text(json.dumps(document))


def test_a_lost_catalog_is_rebuilt_row_for_row_by_the_manifests_in_the_archive(staged) -> None:
    world = staged
    (world.stack.rig / "SC035/catgt_SC035_010720_g0/SC035_010720_g0_imec0/late").mkdir()
    further_gate(world)
    assert world.run("upload_sessions", **WANTED, decisions=[DECISION, OF_GATE])["state"] == "success"
    # Later files are a revision of their own, with a manifest of its own.
    late = world.stack.rig / "SC035/catgt_SC035_010720_g0/SC035_010720_bitcode.mat"
    late.write_bytes(b"trials")
    os.utime(late, (1_600_000_000, 1_600_000_000))
    run = world.run("upload_sessions", **WANTED)
    assert run["state"] == "success"
    assert manifests(world) == {
        f"{EPHYS}/SC035/2020-01-07.json",
        f"{EPHYS}/SC035/2020-01-07.r1.json",
        f"{EPHYS}/SC035/2020-01-07_1.json",
        f"{EPHYS}/SC035/2020-01-07_g1.json",
        f"{EPHYS}/SC050/2020-09-14.json",
        f"{VIDEO}/SC035/2020-01-07.json",
        f"{VIDEO}/SC035/2020-01-07_1.json",
    }
    assert not list(world.stack.staging.rglob("*.json")), "nothing in the archive waits any more"
    before, sent = archived_rows(world.stack), len(world.transfers())
    assert {row[3] for row in before["verification"]} == {"archive-ephys", "archive-video"}
    forge_ignored_session(world.stack.archive / VIDEO / "SC035/2020-01-07_1.json")
    lose(world)
    assert world.run("discover_sessions", **WANTED)["state"] == "success"
    after = archived_rows(world.stack)
    assert {table: after[table] for table in before} == before, "a decision on anything else does not count"
    with world.stack.catalog() as catalog:
        [waiting] = catalog.unconfirmed.waiting()
    assert (waiting.decision.decided_by, waiting.sidecar_of) == ("mallory", "raw-video/SC035/2020-01-07/1")
    kept = {world.stack.staging / folder / MARK for folder in ("listings", "fetched")}
    assert {path for path in world.stack.staging.rglob("*.*")} == kept, "fetched files are removed"
    ours, theirs, linked = left_long_ago(world)
    states = {**world.states(), **{f"{k} video": v for k, v in world.states("raw-video").items()}}
    archived = {session for session, row in states.items() if row.state is State.ARCHIVED}
    # A further gate has its own state, and gives none to its session.
    assert len(archived) == 5
    assert MORNING in archived
    assert states[FIRST].data_set == "raw-ephys/SC035/2020-01-07"
    with world.stack.catalog() as catalog:
        rows = {row.session: row for row in catalog.states.newest_rows(data_set_type="raw-ephys")}
    assert rows[f"{FIRST} g1"].state is State.ARCHIVED
    # A second run does not list, fetch, send or copy anything that is known.
    moved = len(world.transfers())
    assert moved == sent + 2, "one transfer for each location brought the manifests and texts"
    again = world.run("discover_sessions", **WANTED)
    assert again["tasks"]["data_set.record", -1] == "skipped"
    assert not [path for path in ours if path.exists()], "stale folders of a dead task are removed"
    assert all(path.exists() for path in theirs), "folders of other people are kept"
    assert linked.is_symlink()
    night = world.run("upload_sessions", **WANTED)
    assert night["state"] == "success"
    assert night["tasks"]["carry.record", -1] == "skipped"
    assert len(world.transfers()) == moved
    assert archived_rows(world.stack) == after


@pytest.mark.long
def test_a_false_manifest_is_reported_and_rejected(staged) -> None:
    world = staged
    assert world.run("upload_sessions", **WANTED, decisions=[DECISION])["state"] == "success"
    first, second = (world.stack.archive / EPHYS / f"SC035/2020-01-07{n}.json" for n in ("", "_1"))
    given = world.stack.archive / EPHYS / "SC050/2020-09-14.json"
    film, other_film = (world.stack.archive / VIDEO / f"SC035/2020-01-07{n}.json" for n in ("", "_1"))

    def forge(path, change) -> None:
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    forge(first, lambda document: document["files"][0].update(size=document["files"][0]["size"] + 1))
    forge(second, lambda document: document["files"][0].update(path="../../../etc/passwd"))
    forge(given, lambda document: document.update(location="archive-video"))
    film.write_text("{")
    with other_film.open("r+b") as file:
        file.truncate((64 << 20) + 1)
    sent = world.stack.globus.effects("written")
    lose(world)
    assert world.run("discover_sessions", **WANTED)["state"] == "success"
    ephys, videos = world.states(), world.states("raw-video")
    morning, afternoon = "SC035 2020-01-07 10:30", "SC035 2020-01-07 15:45"
    for row, why in (
        (ephys[morning], "are not as promised"),
        (ephys[afternoon], "not a path inside a root"),
        (videos[morning], "not a sidecar manifest"),
        (videos[afternoon], "expected a manifest of at most"),
    ):
        assert row.state is State.UNVERIFIED, row
        assert "its sidecar manifest was rejected" in row.reason
        assert why in row.reason
    # Only its manifest named its session: without it the folder is still unclaimed.
    assert ephys[MORNING].state is State.AMBIGUOUS
    rows = archived_rows(world.stack)
    assert rows["replica__verified"] == rows["decision"] == []
    assert len(rows["data_set"]) == 4
    fetched = [line["path"] for line in world.stack.globus.effects("written")[len(sent) :]]
    assert not [path for path in fetched if path.endswith("2020-01-07_1.json") and "raw-video" in path]
    assert not [path for path in fetched if "passwd" in path]
    before = archived_rows(world.stack)
    assert world.run("discover_sessions", **WANTED)["state"] == "success"
    assert archived_rows(world.stack) == before


@pytest.mark.long
def test_a_sidecar_that_cannot_be_copied_is_reported_and_copied_on_a_later_night(staged) -> None:
    world = staged
    only = {"subjects": ["SC035"], "kinds": ["raw-ephys"]}
    first, second = (world.stack.archive / EPHYS / f"SC035/2020-01-07{n}.json" for n in ("", "_1"))
    first.parent.mkdir(parents=True)
    first.write_text("somebody else's")
    world.set_limit("fault_patience", "1 s")
    world.stack.globus.fault(file="*2020-01-07_1.json", do="permission_denied", times=0)
    run = world.run("upload_sessions", **only)
    assert run["state"] == "failed"
    assert {row.state for row in world.states().values() if "SC035" in row.session} == {State.ARCHIVED}
    assert first.read_text() == "somebody else's"
    assert len(list(world.stack.staging.rglob("*.json"))) == 2
    world.stack.globus.clear_faults()
    assert world.run("upload_sessions", **only)["state"] == "failed", (
        "the file in the way is reported each night"
    )
    assert json.loads(second.read_text())["data_set"] == "raw-ephys/SC035/2020-01-07/1"
    assert first.read_text() == "somebody else's"
    first.unlink()
    assert world.run("upload_sessions", **only)["state"] == "success"
    assert json.loads(first.read_text())["data_set"] == "raw-ephys/SC035/2020-01-07"
    assert not list(world.stack.staging.rglob("*.json"))
    recordings = [task for task in world.transfers() if " upload " in task["label"]]
    assert len(recordings) == 2


def test_an_alarm_in_a_batch_keeps_no_event_of_the_others_back(staged) -> None:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    world, only = staged, {"subjects": ["SC035"], "kinds": ["raw-ephys"]}
    assert world.run("upload_sessions", **only)["state"] == "success"
    lose(world)
    world.stack.globus.fault(
        listing="archive:/4ElectrodeRig_Ephys/SC035/catgt_SC035_010720_1_g0/*",
        do="permission_denied",
        times=0,
    )
    run = world.run("discover_sessions", **only)
    assert run["state"] == "failed"
    assert world.states()["SC035 2020-01-07 15:45"].state is State.REFUSED
    assert world.states()["SC035 2020-01-07 10:30"].state is State.ARCHIVED
    with create_session() as session:
        events = session.query(AssetEvent).filter(AssetEvent.source_run_id == run["run_id"]).all()
        announced = {event.asset.name: (event.extra.get("data_set"), event.partition_key) for event in events}
    assert len(events) == 2
    assert announced == {
        "archived_data_sets": ("raw-ephys/SC035/2020-01-07", None),
        "archived_by_data_set": (None, "raw-ephys/SC035/2020-01-07"),
    }
