"""Folders that appear, move or cannot be read between two runs, on a rig with and without a local path."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.tasks import Tasks
from tests.unit.listing.test_permissions import as_nobody

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_hook
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.on_rig import OnRig
from session_archive import clock
from session_archive.request.selection import Selection
from session_archive.states.state import State
from support.sample_rig import make_rig
from support.stack import Stack

NEW_YEAR, YEAR_BEFORE = (f"SC038/catgt_SC038_0101{year}_g0" for year in ("21", "20"))


@pytest.fixture(params=["rig", "far-rig"])
def place(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def rig(stack: Stack, place: str) -> Iterator[Path]:
    root = {"rig": stack.rig, "far-rig": stack.far_rig}[place]
    make_rig(root)
    for name in (NEW_YEAR, YEAR_BEFORE):
        assert (root / name).is_dir()
    yield root
    for folder in root.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()


def assessed(night: Run, run_id: str) -> Assessments:
    selection = Selection(frozenset({"SC038"}), (), frozenset({"raw-ephys"}))
    # What the rig showed before does not matter here: a test takes away most of its folders.
    return assess_folders(OnRig(replace(night, run_id=run_id, selection=selection, believed={})))


def taken(found: Assessments) -> dict[str, WorkItem]:
    return {each.directory: each for each in found.work_items}


@pytest.mark.fault(23, 25)
@pytest.mark.parametrize("place", ["far-rig"])
def test_a_folder_that_appears_is_taken_up_by_the_next_run_and_one_that_moves_is_not_sent_again(
    night: Run, stack: Stack, rig: Path, tmp_path: Path
) -> None:
    shutil.move(rig / YEAR_BEFORE, tmp_path / "recording")
    first = taken(assessed(night, "night 1"))
    assert first.keys() == {NEW_YEAR}
    shutil.move(tmp_path / "recording", rig / YEAR_BEFORE)
    assert Tasks(night, first[NEW_YEAR]).all().state is State.ARCHIVED
    assert taken(assessed(night, "night 2")).keys() == {YEAR_BEFORE}
    # The archived recording takes the name of the other, which nobody has archived yet.
    shutil.rmtree(rig / YEAR_BEFORE)
    (rig / NEW_YEAR).rename(rig / YEAR_BEFORE)
    found = assessed(night, "night 3")
    assert found.work_items == ()
    [moved] = [row for row in found.rows if YEAR_BEFORE in row.path]
    assert moved.state is State.AMBIGUOUS
    assert "named after the day 010121, in a folder of 2020-01-01" in moved.reason
    [archived] = [row for row in found.rows if row.session.startswith("SC038 2021-01-01")]
    assert archived.state is State.ARCHIVED


@pytest.mark.fault(28)
def test_a_folder_that_may_not_be_read_stops_no_other(
    night: Run, stack: Stack, rig: Path, place: str
) -> None:
    files = sorted(path for path in (rig / YEAR_BEFORE).rglob("*") if path.is_file())

    def seen(root: Path) -> dict[str, object]:
        with stack.catalog() as catalog:
            run = replace(night, catalog=catalog, hook=globus_hook(night.settings))
            found = assessed(run, "night 4")
        return {
            "taken": sorted(taken(found)),
            "rows": {row.path.partition(":")[2]: [row.state, row.reason] for row in found.rows},
        }

    stack.directory.chmod(0o711)
    files[0].chmod(0)
    try:
        if place == "rig":
            shown = as_nobody(seen, rig)
        else:
            stack.globus.fault(listing=f"far_rig:/data/{YEAR_BEFORE}*", do="permission_denied", times=0)
            shown = seen(rig)
    finally:
        files[0].chmod(0o644)
        stack.directory.chmod(0o700)
        stack.globus.clear_faults()
    assert NEW_YEAR in [*shown["taken"], *shown["rows"]]
    assert YEAR_BEFORE not in shown["taken"]
    state, reason = shown["rows"][YEAR_BEFORE]
    assert state in (State.REFUSED, State.WAITING)
    assert "permission" in reason


@pytest.mark.fault(22)
def test_a_session_that_is_still_recorded_waits_without_an_error(
    night: Run, rig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readiness = night.settings.readiness.model_copy(update={"settle_gap": 3600.0})
    settings = night.settings.model_copy(update={"readiness": readiness})
    growing = rig / YEAR_BEFORE / "notes.txt"
    begun = clock.utc_now()

    def seen(hour: int) -> Assessments:
        monkeypatch.setattr(clock, "utc_now", lambda: begun + dt.timedelta(hours=hour))
        return assessed(replace(night, settings=settings), f"hour {hour}")

    for hour in (0, 2):
        found = seen(hour)
        assert YEAR_BEFORE not in taken(found)
        [row] = [row for row in found.rows if YEAR_BEFORE in row.path]
        assert row.state is State.WAITING
        with growing.open("a") as file:
            file.write("# more\n")
    assert YEAR_BEFORE not in taken(seen(3))
    assert YEAR_BEFORE in taken(seen(5))
