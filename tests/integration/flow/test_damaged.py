"""A night over fifteen damaged recordings: none is taken up, each state names the file, and `explain` agrees."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.test_left_out import empty, looked, shown
from tests.unit.recording.test_each_file import explain_pair

from archive_flow.run.context import Run
from session_archive.naming.explain.path import Verdict
from session_archive.states.state import State
from support.sample_rig import LabSession, make_recordings
from support.stack import Stack

STREAMS = ("imec0.ap", "imec0.lf", "nidq")
DAMAGES = [
    (f"{stream}.{ending}", how)
    for stream in STREAMS
    for ending, ways in (("bin", ("lost", "empty", "cut")), ("meta", ("lost", "empty")))
    for how in ways
]


@pytest.fixture
def rig(stack: Stack) -> Iterator[Path]:
    yield stack.rig
    empty(stack.rig)


def recording(rig: Path, number: int) -> str:
    """The folder of a new one."""
    day = dt.date(2020, 5, 1) + dt.timedelta(number)
    make_recordings(rig, [LabSession(1, "SC099", 1, day, dt.time(10))])
    return f"SC099/catgt_SC099_{day:%m%d%y}_g0"


def damage(file: Path, how: str) -> None:
    """Its times stay, as where a copy was broken off."""
    times, content = file.stat(), file.read_bytes()
    file.unlink()
    if how != "lost":
        file.write_bytes(content[:-1] if how == "cut" else b"")
        os.utime(file, (times.st_atime, times.st_mtime))


def test_no_damaged_recording_is_taken_up_and_every_folder_has_a_state(night: Run, rig: Path) -> None:
    whole, damaged = recording(rig, 0), {}
    for number, (name, how) in enumerate(DAMAGES, 1):
        folder = recording(rig, number)
        (file,) = (rig / folder).rglob(f"*.{name}")
        damage(file, how)
        damaged[folder] = file, how
    data_sets = {
        kind: each.model_copy(update={"unclaimed": "archive"})
        for kind, each in night.settings.data_sets.items()
    }
    archiving = replace(night, settings=night.settings.model_copy(update={"data_sets": data_sets}))
    assert [each.directory for each in looked(archiving).work_items] == [whole]
    rows = {row.path.removeprefix("rig:"): row for row in shown(night)}
    assert {str(folder.relative_to(rig)) for folder in (rig / "SC099").iterdir()} <= rows.keys() | {whole}
    for folder, (file, how) in damaged.items():
        assert rows[folder].state is State.UNCLAIMED
        assert "waiting: " in rows[folder].reason
        assert f"{file.stem}." in rows[folder].reason, (file.name, how, rows[folder].reason)
        # Of a .meta alone, `explain` says that its data set waits, and accepts the file.
        alone = how == "lost" and file.suffix == ".bin"
        expected = Verdict.ACCEPT if alone else Verdict.REJECT
        assert explain_pair(rig, file.with_suffix(".bin")) == [expected], (file.name, how)
