"""Copies that no worker can read in the archive are brought to a scratch place, read there, and removed again."""

import os
from pathlib import Path

import pytest
from tests.dags.audited import JANUARY, SC038, a_file, flip
from tests.dags.conftest import local_scratch

from session_archive.assess.brought_copy import COPIES
from session_archive.states.state import State


def scratch(world) -> Path:
    return world.stack.scratch / "retrieved"


def use_scratch(world) -> None:
    """As a lab sets it up: the place has a local path, [audit] names it, and doctor has proven it."""
    local_scratch(world)
    with world.stack.settings_file.open("a") as file:
        file.write('\n[audit]\nscratch = "analysis"\nproven_within = "0.001 s"\n')
    with world.stack.catalog() as catalog:
        catalog.proven_scratch.record(world.stack.settings.scratch["analysis"])


@pytest.fixture
def brought(archived):
    use_scratch(archived)
    return archived


def files_at_scratch(world) -> list[str]:
    root = scratch(world)
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if not file.is_dir())


def transfers_of_audits(world) -> list[dict]:
    return [each for each in world.transfers() if each["label"].startswith("session-archive audit ")]


def test_a_copy_is_brought_read_and_removed_and_its_method_says_so(brought) -> None:
    foreign = scratch(brought) / COPIES / "somebody" / "else.txt"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine")
    before = brought.states()
    run = brought.run("audit_archive", kinds=["raw-ephys"])
    assert run["state"] == "success", run["problems"]
    assert brought.states() == before
    with brought.stack.catalog() as catalog:
        rows = (catalog.tables.Verification & {"route": "audit", "verdict": "verified"}).to_dicts()
        submissions = {
            row["submission_id"]: row for row in (catalog.tables.Submission & {"route": "audit"}).to_dicts()
        }
        assert {each.place for each in catalog.proven_shares.newest()} == {"archive-ephys"}
    assert sorted(row["data_set_name"] for row in rows) == [
        "raw-ephys/SC038/2020-01-01",
        "raw-ephys/SC038/2021-01-01",
    ]
    for row in rows:
        n = row["n_files"]
        assert row["method"] == (
            f"listing; {n} of {n} files brought to analysis by Globus, read there, and compared with the cataloged "
            "checksum"
        )
        assert submissions[row["submission_id"]]["destination"] == "analysis"
    assert len(transfers_of_audits(brought)) == 2
    # What somebody else put there stays, and all that was brought is gone, its folders too.
    assert files_at_scratch(brought) == [f"{COPIES}/somebody/else.txt"]
    assert [each.name for each in (scratch(brought) / COPIES).iterdir()] == ["somebody"]


def test_a_dry_run_says_what_would_be_brought_and_moves_nothing(brought) -> None:
    run = brought.run("audit_archive", dry_run=True, kinds=["raw-ephys"])
    assert "raw-ephys/SC038/2021-01-01: brought to analysis, read there, removed there, and" in run["summary"]
    assert transfers_of_audits(brought) == []


@pytest.mark.fault(74)
def test_a_flipped_byte_is_found_where_no_worker_can_read_the_archive(brought) -> None:
    file = a_file(brought)
    whole = flip(file)
    run = brought.run("audit_archive", kinds=["raw-ephys"])
    assert run["state"] == "failed"
    row = brought.states()[JANUARY]
    assert row.state is State.DAMAGED
    assert f"{file.name}: SHA1 " in row.reason
    assert files_at_scratch(brought) == []
    # A night with the rig's good copy sends nothing over it: a person has to decide.
    sent = len(brought.transfers())
    assert brought.run("upload_sessions", **SC038)["state"] == "success"
    assert brought.states()[JANUARY] == row
    assert len(brought.transfers()) == sent
    status = file.stat()
    file.write_bytes(whole)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert brought.run("audit_archive", kinds=["raw-ephys"])["state"] == "success"
    assert brought.states()[JANUARY].state is State.ARCHIVED


@pytest.mark.fault(71)
def test_what_a_dead_audit_left_is_removed_by_a_later_one_and_by_the_ledger_alone(
    brought, monkeypatch
) -> None:
    import archive_flow.audit.content as content

    with monkeypatch.context() as patch:
        # The worker dies after it has recorded, before it removes.
        patch.setattr(content, "remove_brought", lambda *_: None)
        assert brought.run("audit_archive", kinds=["raw-ephys"])["state"] == "success"
    left = files_at_scratch(brought)
    assert len(left) > 10
    folder = scratch(brought) / COPIES
    key = sorted(each.name for each in folder.iterdir())[0]
    extra = folder / key / "SC038" / "of somebody.txt"
    extra.write_text("mine")
    strange = folder / "no key at all"
    strange.mkdir()
    (strange / "x").write_text("mine")
    # Its run may still be reading.
    assert brought.run("audit_archive", kinds=["raw-video"])["state"] == "success"
    assert set(left) < set(files_at_scratch(brought))
    file = brought.stack.settings_file
    file.write_text(file.read_text().replace("[limits]", '[limits]\nrun_deadline = "0.001 s"'))
    brought.run("audit_archive", kinds=["raw-video"])
    assert files_at_scratch(brought) == sorted(
        [f"{COPIES}/{key}/SC038/of somebody.txt", f"{COPIES}/no key at all/x"]
    )
