"""A night in which the disks of a rig and of an archive are not mounted: their roots are there, and empty."""

from pathlib import Path

import pytest

from session_archive.states.state import State

NEW_YEAR = "SC038 2021-01-01 11:00"
NEW_YEAR_BEFORE = "SC038 2020-01-01 11:00"
FIRST_OF_TWO = "SC035 2020-01-07 10:30"


def unmount(root: Path) -> None:
    root.rename(root.with_name(f"disk of {root.name}"))
    root.mkdir()


@pytest.mark.fault(27)
def test_nothing_is_called_absent_and_nothing_is_sent_into_an_empty_mount_point(world) -> None:
    stack = world.stack
    archive = stack.archive / "4ElectrodeRig_Ephys"
    assert world.run("upload_sessions", subjects=["SC038"], dates=["2021-01-01"])["state"] == "success"
    assert (archive / ".session-archive").is_dir()
    before = {kind: world.states(kind) for kind in ("raw-ephys", "raw-video")}
    assert before["raw-ephys"][NEW_YEAR].state is State.ARCHIVED
    n_transfers = len(world.transfers())
    # Another rig has recordings that both archives lack.
    (stack.rig / "SC035").rename(stack.far_rig / "SC035")
    unmount(archive)
    for folder in list(stack.rig.iterdir()):
        folder.rename(stack.directory / f"disk {folder.name}")
    run = world.run("upload_sessions", subjects=["SC035", "SC038"])
    assert run["state"] == "failed"
    assert "rig could not be listed: rig: its root is empty" in run["summary"]
    assert "known data sets that are not archived are missing" in run["summary"]
    assert "archive-ephys could not be listed: archive-ephys: its root no longer has" in run["summary"]
    assert world.states()[NEW_YEAR] == before["raw-ephys"][NEW_YEAR]
    for kind in before:
        assert world.states(kind)[NEW_YEAR_BEFORE] == before[kind][NEW_YEAR_BEFORE]
    assert list(archive.iterdir()) == []
    # The rig and the archive whose disks are mounted go on.
    assert world.states("raw-video")[FIRST_OF_TWO].state is State.ARCHIVED
    assert world.states()[FIRST_OF_TWO].reason == "no run has looked for it yet"
    assert len(world.transfers()) == n_transfers + 2
