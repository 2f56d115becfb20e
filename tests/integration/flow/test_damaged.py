"""A night over damaged recordings: none is taken up, each state names the file, and `explain` agrees.

Damaged videos, trials of the behaviour and sortings are sent as they are, each with a note that names the file.
"""

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
from session_archive.naming.explain.path import Verdict, explain
from session_archive.naming.surroundings import Context
from session_archive.states.state import State
from support.sample_rig import LabSession, make_recordings, make_videos
from support.stack import Stack

STREAMS = ("imec0.ap", "imec0.lf", "nidq")
DAMAGES = [
    (f"{stream}.{ending}", how)
    for stream in STREAMS
    for ending, ways in (("bin", ("lost", "empty", "cut")), ("meta", ("lost", "empty")))
    for how in ways
]
#: What is sent: a part of the file's name, how it is damaged, and what the note says.
NOTED = [
    ("side_001-0000.avi", "lost", "camera side: 2 videos, numbers 0 to 2 without 1"),
    ("side_001-0000.avi", "empty", "SC099_side_001-0000.avi: is empty: a gap in the videos"),
    ("_side.txt", "lost", "no such map of trials is there for camera side"),
    ("_side.txt", "empty", "has no trial for videos of camera side: 0, 1, 2"),
    ("_side.txt", "cut", "_side.txt: its last line has no end"),
    ("_bitcode.mat", "empty", "1 of the files that no rule looks at are empty: "),
    ("spike_times.npy", "lost", "is there without spike_times.npy: "),
    ("cluster_group.tsv", "lost", "is there without cluster_*.tsv or cluster_*.csv: "),
    ("params.py", "empty", "1 of the files that no rule looks at are empty: "),
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


def sent(rig: Path, number: int, name: str) -> str:
    """The folder of a new one that has this file: videos, or a recording with the behaviour and a sorting."""
    day = dt.date(2020, 6, 1) + dt.timedelta(number)
    session = LabSession(1, "SC099", 1, day, dt.time(10))
    if "side" in name:
        make_videos(rig, [session])
        return f"SC099/{day:%m%d%Y}/video"
    make_recordings(rig, [session], sorted_too=True)
    return f"SC099/catgt_SC099_{day:%m%d%y}_g0"


def damage(file: Path, how: str) -> None:
    """Its times stay, as where a copy was broken off."""
    times, content = file.stat(), file.read_bytes()
    file.unlink()
    if how != "lost":
        file.write_bytes(content[:-1] if how == "cut" else b"")
        os.utime(file, (times.st_atime, times.st_mtime))


def test_no_damage_is_silent_and_every_folder_has_a_state(night: Run, rig: Path) -> None:
    whole, damaged = recording(rig, 0), {}
    for number, (name, how) in enumerate(DAMAGES, 1):
        folder = recording(rig, number)
        (file,) = (rig / folder).rglob(f"*.{name}")
        damage(file, how)
        damaged[folder] = file, how
    noted = {}
    for number, (name, how, words) in enumerate(NOTED):
        folder = sent(rig, number, name)
        (file,) = (rig / folder).rglob(f"*{name}")
        damage(file, how)
        noted[folder] = file, how, words
    data_sets = {
        kind: each.model_copy(update={"unclaimed": "archive"})
        for kind, each in night.settings.data_sets.items()
    }
    archiving = replace(night, settings=night.settings.model_copy(update={"data_sets": data_sets}))
    taken = {each.directory: each for each in looked(archiving).work_items}
    assert taken.keys() == {whole, *noted}
    for folder, (file, how, words) in noted.items():
        notes = [str(each) for each in night.catalog.observations.findings(taken[folder].name.id, "rig")]
        named = [note for note in notes if words in note and (how != "empty" or file.name in note)]
        assert named, (file, how, notes)
        for path in (rig / folder).rglob("*.*"):
            context = Context(size=path.stat().st_size)
            explained = explain(
                str(path.relative_to(rig)), conventions=night.settings.conventions, context=context
            )
            assert explained.verdict is Verdict.ACCEPT, explained
    rows = {row.path.removeprefix("rig:"): row for row in shown(night)}
    made = {str(path.relative_to(rig)) for path in (rig / "SC099").glob("catgt_*")}
    assert made <= rows.keys() | taken.keys()
    for folder, (file, how) in damaged.items():
        assert rows[folder].state is State.UNCLAIMED
        assert "waiting: " in rows[folder].reason
        assert f"{file.stem}." in rows[folder].reason, (file.name, how, rows[folder].reason)
        # Of a .meta alone, `explain` says that its data set waits, and accepts the file.
        alone = how == "lost" and file.suffix == ".bin"
        expected = Verdict.ACCEPT if alone else Verdict.REJECT
        assert explain_pair(rig, file.with_suffix(".bin")) == [expected], (file.name, how)
