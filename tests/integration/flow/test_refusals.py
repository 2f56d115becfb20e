"""What the catalog cannot keep is refused before anything of it is sent, and every such file is named there."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive_flow.run.context import Run
from archive_flow.select.choose import select
from archive_flow.select.on_rig import OnRig
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.request.selection import Selection
from session_archive.states.state import State
from support.sample_rig import make_rig
from support.stack import Stack

SESSION = DataSetName("raw-ephys", SessionName("SC038", dt.date(2021, 1, 1)))
FOLDER = "SC038/catgt_SC038_010121_g0"


@pytest.fixture
def rig(stack: Stack) -> Iterator[Path]:
    make_rig(stack.rig)
    yield stack.rig
    for folder in stack.rig.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()


def one_night(night: Run, *, dry_run: bool = False) -> list[str]:
    """Select the data set alone; returns what would be sent."""
    selection = Selection(
        frozenset({"SC038"}), ((SESSION.session.date,) * 2,), frozenset({"raw-ephys"}), dry_run=dry_run
    )
    selected = select(OnRig(replace(night, selection=selection)))
    assert not isinstance(selected, dt.datetime)
    return [each.data_set for each in selected.work_items]


@pytest.mark.fault(57)
def test_a_path_that_is_too_long_is_refused_before_its_transfer(night: Run, rig: Path) -> None:
    deep = rig / FOLDER / "/".join(["x" * 200] * 5)
    deep.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (deep / name).write_text("a result of sorting")
        os.utime(deep / name, (1_600_000_000, 1_600_000_000))
    assert one_night(night) == []
    (state,) = night.catalog.states.newest_rows(data_set_type="raw-ephys")
    assert state.state is State.REFUSED
    assert "a path of 1038 characters, while the catalog stores up to 1024" in state.reason
    refusal = night.catalog.refusals.newest(SESSION.id)
    assert refusal is not None
    assert (refusal.place, refusal.reason, refusal.run_id) == ("rig", state.reason, "night 1")
    assert [path.rpartition("/")[2] for path, _ in refusal.files] == ["a.txt", "b.txt"]
    shutil.rmtree(deep.parent)
    assert one_night(night) == [str(SESSION)]


def test_every_file_that_cannot_be_sent_is_named_and_a_dry_run_records_nothing(night: Run, rig: Path) -> None:
    before = night.catalog.refusals.newest(SESSION.id)
    for number in (1, 2, 3):
        (rig / FOLDER / f"SC038_010121_{number}_g0_notes.txt").write_text("of which session of the day?")
    assert one_night(night, dry_run=True) == []
    assert night.catalog.refusals.newest(SESSION.id) == before
    assert one_night(night) == []
    refusal = night.catalog.refusals.newest(SESSION.id)
    assert refusal is not None
    assert "(and 2 more)" in refusal.reason
    assert [path.rpartition("/")[2] for path, _ in refusal.files] == [
        f"SC038_010121_{number}_g0_notes.txt" for number in (1, 2, 3)
    ]
