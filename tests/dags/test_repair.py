"""A repair sets the damaged file aside, sends a good copy, and says by whom; nothing unread is ever sent."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.dags.conftest import tried

from session_archive.assess.repair import DAMAGED
from session_archive.catalog.queries.story import DataSetStory
from session_archive.naming.session_name import DataSetName
from session_archive.states.state import State

SC038 = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
JANUARY = "SC038 2021-01-01 11:00"
NAME = "raw-ephys/SC038/2021-01-01"
FOLDER = "SC038/catgt_SC038_010121_g0"
WHY = {"data_sets": [NAME], "why": "a disk of the archive failed"}


def copies(world) -> Path:
    return world.stack.archive / "4ElectrodeRig_Ephys"


@pytest.fixture
def archived(world):
    """A world in which two data sets of a subject are archived, and repairs are possible."""
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    tried(world)
    return world


def a_file(world, pattern: str = "*.ap.bin") -> Path:
    return next((copies(world) / FOLDER).rglob(pattern))


def at_rig(world, file: Path) -> Path:
    return world.stack.rig / file.relative_to(copies(world))


def readable(world) -> None:
    """The worker can read the archive from now on, and reads it in each audit."""
    settings = world.stack.settings_file
    heading = 'directory = "/4ElectrodeRig_Ephys"'
    text = settings.read_text().replace(heading, f'{heading}\nlocal_path = "{copies(world)}"')
    settings.write_text(text + '\n[audit]\nproven_within = "0.001 s"\n')


def flip(file: Path) -> None:
    status, content = file.stat(), file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def aside(world) -> list[Path]:
    folder = copies(world) / DAMAGED
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def rows(world, table: str) -> list[dict[str, Any]]:
    with world.stack.catalog() as catalog:
        part = catalog.tables.Repair
        return (getattr(part, table) if table else part)().to_dicts()


def written_by_repair(world, before: int) -> list[str]:
    return [line["path"] for line in world.stack.globus.effects("written")[before:]]


def damage(world, file: Path, how: str) -> None:
    if how == "flipped":
        readable(world)
        flip(file)
    elif how == "truncated":
        file.write_bytes(file.read_bytes()[:-2])
    elif how == "missing":
        file.unlink()
    else:
        shutil.rmtree(copies(world) / FOLDER)
    assert world.run("audit_archive")["state"] == "failed"
    assert world.states()[JANUARY].state is State.DAMAGED


@pytest.mark.fault(79)
@pytest.mark.parametrize(
    "how",
    [
        "flipped",
        pytest.param("truncated", marks=pytest.mark.long),
        pytest.param("missing", marks=pytest.mark.long),
        "folder",
    ],
)
def test_damage_is_repaired_from_the_rig_and_the_damaged_file_is_kept(archived, how) -> None:
    file = a_file(archived)
    source = at_rig(archived, file).read_bytes()
    every = sorted(
        path.relative_to(copies(archived)) for path in file.parents[1].rglob("*.*") if path.is_file()
    )
    damage(archived, file, how)
    bad = file.read_bytes() if file.exists() else None
    before = len(archived.stack.globus.effects("written"))
    run = archived.run("repair_archive", **WHY)
    assert run["state"] == "success", run["problems"]
    assert file.read_bytes() == source
    written = written_by_repair(archived, before)
    assert len(written) == (len(every) if how == "folder" else 1)
    row = archived.states()[JANUARY]
    assert row.state is State.ARCHIVED
    assert "repaired at archive-ephys on " in row.reason
    assert "from rig; asked for by " in row.reason
    assert "a disk of the archive failed" in row.reason
    assert [path.read_bytes() for path in aside(archived)] == ([] if bad is None else [bad])
    (repair,) = rows(archived, "")
    assert (repair["data_set_name"], repair["why"]) == (NAME, "a disk of the archive failed")
    (ended,) = rows(archived, "Ended")
    assert ended["origin"] == "rig"
    set_aside = [copies(archived) / row["aside_path"] for row in rows(archived, "SetAside")]
    assert set_aside == aside(archived)
    if set_aside:
        assert f"set aside at archive-ephys:{set_aside[0].relative_to(copies(archived))}" in row.reason
    with archived.stack.catalog() as catalog:
        assert catalog.damages.every() == []
        (verified,) = (catalog.tables.Verification & {"route": "repair"}).to_dicts()
    assert ended["verification_id"] == verified["verification_id"]
    # An audit and a night find nothing to do.
    assert archived.run("audit_archive")["state"] == "success"
    assert archived.run("upload_sessions", **SC038)["state"] == "success"
    assert archived.states()[JANUARY].state is State.ARCHIVED
    assert written_by_repair(archived, before) == written


@pytest.mark.fault(81)
def test_a_lost_file_fails_the_run_and_a_wrong_request_is_one_line(archived) -> None:
    file = a_file(archived)
    damage(archived, file, "truncated")
    at_rig(archived, file).unlink()
    sent = len(archived.transfers())
    run = archived.run("repair_archive", **WHY)
    assert run["state"] == "failed"
    (problem,) = run["problems"]
    assert f"{NAME}: no good copy of 1 file, 15.4 kB, was found anywhere, the first: " in problem
    assert "rig: it is not there" in problem
    assert (aside(archived), len(archived.transfers())) == ([], sent)
    for params, message in (
        (
            {"data_sets": ["raw-ephys/SC999/2021-01-01"]},
            "the archive holds no data set 'raw-ephys/SC999/2021-01-01'",
        ),
        (
            {"data_sets": ["raw-ephys/SC038/2020-01-01"]},
            "no audit has found raw-ephys/SC038/2020-01-01 damaged",
        ),
        ({}, "param why: it is a yes to the repair of data sets that data_sets names; name some"),
    ):
        run = archived.run("repair_archive", why="a disk failed", **params)
        assert run["state"] == "failed"
        assert len(run["problems"]) == 1 and message in run["problems"][0]


def test_a_dry_run_says_from_where_and_renames_nothing_and_messages_tell_of_the_repair(archived) -> None:
    file = a_file(archived)
    damage(archived, file, "truncated")
    bad = file.read_bytes()
    run = archived.run("repair_archive", dry_run=True, **WHY)
    assert run["state"] == "success", run["problems"]
    assert (
        f"{NAME}: 1 file, 15.4 kB, from rig to archive-ephys; 1 damaged file set aside before"
        in run["summary"]
    )
    assert file.read_bytes() == bad
    assert rows(archived, "") == []
    assert archived.run("repair_archive", **WHY)["state"] == "success"
    with archived.stack.catalog() as catalog:
        (ended,) = catalog.repairs.ended_since(dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
        story = DataSetStory(catalog.repairs._store).repairs(DataSetName.parse(NAME).id)
    assert f"{NAME}: repaired at archive-ephys on " in ended.line
    assert "a disk of the archive failed; the damaged file is set aside at archive-ephys:" in ended.line
    assert [(row["why"], row["origin"], row["n_asides"]) for row in story] == [(WHY["why"], "rig", 1)]
    assert story[0]["aside"].startswith(DAMAGED)
