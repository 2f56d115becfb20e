"""map-ephys' own catalog is imported, with its faults: each data set is reported or refused, none is simply trusted."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dags.conftest import POLL
from tests.labs.world import SEED, LabWorld
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.states.state import State
from support.sample_rig import (
    DOUBTFUL,
    EMPTY,
    FIRST_OF_TWO,
    NEW_YEAR,
    NEW_YEAR_BEFORE,
    NO_FOLDER,
    ONE,
    SECOND_OF_TWO,
    LabSession,
    make_rig,
)
from support.stack import Stack

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

DATABASE = "map_v2_publication"
FOLDERS = {
    ONE: "SC022/catgt_SC022_080819_g0",
    FIRST_OF_TWO: "SC035/catgt_SC035_010720_g0",
    SECOND_OF_TWO: "SC035/catgt_SC035_010720_1_g0",
    NEW_YEAR_BEFORE: "SC038/catgt_SC038_010120_g0",
    NEW_YEAR: "SC038/catgt_SC038_010121_g0",
}


@pytest.fixture
def world(parse: Callable[[], dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[LabWorld]:
    with Stack(poll_interval=POLL) as stack:
        make_rig(stack.rig)
        monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        world = LabWorld(stack, parse, SEED)
        world.make_lab()
        world.set_up()
        yield world


def archive(world: LabWorld) -> Path:
    return world.stack.archive / "4ElectrodeRig_Ephys"


def copied(world: LabWorld, session: LabSession) -> list[str]:
    """Put a session's ephys into the archive as map-ephys did; returns the paths of its files."""
    source = world.stack.rig / FOLDERS[session]
    shutil.copytree(source, archive(world) / FOLDERS[session])
    files = (found for found in source.rglob("*") if found.is_file() and found.name != ".DS_Store")
    return sorted(found.relative_to(world.stack.rig).as_posix() for found in files if found.suffix != ".tmp")


def row(session: LabSession, files: list[str], *, table: str = "ArchivedRawEphys") -> dict[str, Any]:
    return {
        "table": table,
        "key": {"subject_id": session.subject_id, "session": session.number},
        "location": "raw-ephys",
        "name": f"ephys-raw-{session.subject}-{session.number}",
        "type": "ephys-raw",
        "files": [[path, "ephys-raw-unknown"] for path in files],
    }


def as_discovered(path: str) -> str:
    """A path as the discovery of map-ephys wrote it, without its root."""
    return f"/{path}"


def as_on_windows(path: str) -> str:
    return path.replace("/", "\\")


def publish(world: LabWorld) -> None:
    """Rows with the known faults of map-ephys, and an archive that agrees with some of them."""
    one, first, second, before = (
        copied(world, session) for session in (ONE, FIRST_OF_TWO, SECOND_OF_TWO, NEW_YEAR_BEFORE)
    )
    copied(world, NEW_YEAR)
    # One session lost a file, and a file of another one was truncated.
    (archive(world) / next(path for path in one if ".SY_" in path)).unlink()
    cut = next(archive(world) / path for path in before if path.endswith(".ap.bin"))
    os.truncate(cut, cut.stat().st_size // 2)
    collection = world.stack.globus.collections["archive"]
    world.lab.publish(
        {
            "locations": [["raw-ephys", str(collection), "4ElectrodeRig_Ephys/"]],
            "sessions": [
                {"subject_id": each.subject_id, "session": each.number, "globus_alias": "raw-ephys"}
                for each in (ONE, EMPTY)
            ],
            "data_sets": [
                row(ONE, [*map(as_discovered, one), one[0].replace("/", "//"), "../../secret.bin"]),
                row(FIRST_OF_TWO, list(map(as_on_windows, first))),
                row(SECOND_OF_TWO, [f"./{path}" for path in second]),
                row(NEW_YEAR_BEFORE, before),
                # '%m%d%g' of 2021-01-01: the folder of another session.
                row(NEW_YEAR, [f"{FOLDERS[NEW_YEAR_BEFORE]}/SC038_010120_g0_t0.nidq.bin"]),
                row(NO_FOLDER, ["SC045/catgt_SC045_030320_g0/SC045_030320_g0_tcat.nidq.bin"]),
                row(DOUBTFUL, ["SC050/catgt_SC050_091420_g0/a.bin"]),
                row(EMPTY, ["SC045/catgt_SC045_030220_g0/a.bin"], table=""),
            ],
        }
    )
    # A lab that was restored from a dump can lack a session that publication rows name.
    key = f"subject_id = {DOUBTFUL.subject_id} AND session = {DOUBTFUL.number}"
    for sql in (
        "SET GLOBAL foreign_key_checks = 0",
        f"DELETE FROM map_v2_experiment.session WHERE {key}",
        "SET GLOBAL foreign_key_checks = 1",
    ):
        world.stack.database.execute(sql)


def run(world: LabWorld, *words: str) -> str:
    done = CliRunner().invoke(build(), list(words), env=world.stack.environment)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def taken_over(world: LabWorld, *words: str) -> dict[str, Any]:
    reported: dict[str, Any] = json.loads(run(world, "import-catalog", DATABASE, "--json", *words))
    return reported


def everything(world: LabWorld, database: str) -> dict[str, Any]:
    tables = world.stack.database.execute(f"SHOW TABLES FROM {database}")
    return {
        str(name): sorted(map(repr, world.stack.database.execute(f"SELECT * FROM {database}.`{name}`")))
        for (name,) in tables
    }


def state_of(world: LabWorld, session: LabSession) -> tuple[State, str]:
    found = world.states()[str(session)]
    return found.state, found.reason


def test_the_rows_of_map_ephys_are_imported_and_verified_or_refused(world: LabWorld) -> None:
    publish(world)
    # One of the sessions was archived and verified by a run before the import.
    second = {"subjects": ["SC035"], "kinds": ["raw-ephys"]}
    shutil.rmtree(archive(world) / FOLDERS[SECOND_OF_TWO])
    world.run("upload_sessions", **second)
    assert state_of(world, SECOND_OF_TWO)[0] is State.ARCHIVED

    # A login that may not read it learns what is missing.
    with pytest.raises(Exception, match=f"'session_archive' sees no database '{DATABASE}'"):
        run(world, "import-catalog", DATABASE)
    world.stack.database.execute(r"GRANT SELECT ON `map\_v2\_publication`.* TO session_archive@'%%'")
    old, ours = everything(world, DATABASE), everything(world, "archive")

    dry = taken_over(world, "--dry-run")
    assert everything(world, "archive") == ours
    reported = taken_over(world)
    assert reported == {**dry, "dry_run": False}
    assert [each["data_set"] for each in reported["entered"]] == [
        "raw-ephys/SC022/2019-08-08",
        "raw-ephys/SC035/2020-01-07",
        "raw-ephys/SC038/2020-01-01",
        "raw-ephys/SC045/2020-03-03",
    ]
    assert reported["known"] == [{"what": "raw-ephys/SC035/2020-01-07/1", "why": "archived and verified"}]
    left_out = {each["what"]: each["why"] for each in reported["left_out"]}
    for what, why in {
        "raw-ephys/ephys-raw-SC022-1: ../../secret.bin": "not a path inside a root",
        "raw-ephys/ephys-raw-SC022-1: SC022//catgt": "in another spelling",
        "raw-ephys/ephys-raw-SC038-2": "no file of it can be entered",
        "raw-ephys/ephys-raw-SC038-2: SC038": "the predecessor wrote the year of the ISO week",
        "raw-ephys/ephys-raw-SC050-1": "the lab's pipeline has no session",
        "raw-ephys/ephys-raw-SC045-1": "stopped before it recorded one",
        f"ArchivedSession subject_id={EMPTY.subject_id}, session=1": "it names no data set and no file",
    }.items():
        assert any(found.startswith(what) and why in reason for found, reason in left_out.items()), what
    assert len(left_out) == 7
    entered = everything(world, "archive")
    assert {name for name in entered if entered[name] != ours[name]} == {
        "imported_data_set",
        "imported_data_set__file",
        "data_set_state",
    }
    for session in (ONE, NEW_YEAR_BEFORE, NO_FOLDER):
        state, reason = state_of(world, session)
        assert state is State.UNVERIFIED and f"recorded by {DATABASE} at" in reason, session
    # The state that a run recorded takes precedence.
    assert state_of(world, FIRST_OF_TWO)[0] is State.REFUSED
    assert state_of(world, SECOND_OF_TWO)[0] is State.ARCHIVED

    again = taken_over(world)
    assert again["entered"] == [] and len(again["entered_before"]) == 4
    assert everything(world, "archive") == entered
    assert everything(world, DATABASE) == old

    # An emptied rig says nothing about the content of the archive.
    assert world.run("upload_sessions", subjects=["SC045"], kinds=["raw-ephys"])["state"] == "success"
    assert state_of(world, NO_FOLDER)[0] is State.UNVERIFIED

    assert world.run("discover_sessions", kinds=["raw-ephys"])["state"] == "failed"
    state, reason = state_of(world, FIRST_OF_TWO)
    assert state is State.UNVERIFIED
    assert f"all 7 files that {DATABASE}" in reason and "it kept no sizes" in reason
    # Nothing that map-ephys kept shows that half of a file is gone, so the data set is never called archived.
    state, reason = state_of(world, NEW_YEAR_BEFORE)
    assert state is not State.ARCHIVED
    # Discovered without the old rows, which named the folder of another year.
    assert state_of(world, NEW_YEAR)[0] is State.UNVERIFIED
    state, reason = state_of(world, ONE)
    assert state is State.REFUSED and "1 of 27 files that" in reason and "are not in the archive" in reason
    state, reason = state_of(world, NO_FOLDER)
    assert state is State.REFUSED and reason.endswith("but the archive has no such folder")

    # A user who knows that the file was removed on purpose accepts it.
    run(world, "accept", "raw-ephys/SC022/2019-08-08", "--why", "the edges are made again from the recording")
    world.run("discover_sessions", subjects=["SC022"], kinds=["raw-ephys"])
    state, reason = state_of(world, ONE)
    assert state is State.ARCHIVED and "the edges are made again" in reason
