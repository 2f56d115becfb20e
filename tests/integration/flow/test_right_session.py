"""A folder that may not be of the session that its name says is not sent, until a person decides."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.earlier import recorded

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.claims import Assessments, assess_folders
from archive_flow.select.on_rig import OnRig
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.request.selection import Selection
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State, StateRow
from support.sample_files import write_avi
from support.sample_rig import make_rig
from support.stack import Stack

SESSION, VIDEO = "SC038 2020-01-01 11:00", "SC038/01012020/video"
DAY = dt.date(2020, 1, 1)


@pytest.fixture
def rig(stack: Stack) -> Iterator[Path]:
    make_rig(stack.rig)
    yield stack.rig
    for folder in stack.rig.iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()


def looked(night: Run, *days: dt.date) -> Assessments:
    """What an upload makes of the sessions of one animal."""
    kinds = frozenset(night.settings.data_sets)
    selection = Selection(
        kinds=kinds, subjects=frozenset({"SC038"}), dates=tuple((day, day) for day in days or (DAY,))
    )
    return assess_folders(OnRig(replace(night, selection=selection)))


def row(found: Assessments, data_set_type: str) -> StateRow:
    (only,) = [each for each in found.rows if each.data_set_type == data_set_type]
    return only


def archive(night: Run, name: DataSetName, directory: str, files: Manifest) -> None:
    """Record a data set as a verified replica, as an earlier night would."""
    files = Manifest.of(replace(file, vouched_by="globus") for file in files.files)
    work_item = WorkItem(
        data_set=str(name),
        directory=directory,
        origin="",
        destination="archive-video",
        manifest_id=files.id,
        session_id=str(name.id),
        session="",
    )
    recorded(night, work_item, files, state=State.ARCHIVED, link_table="ArchivedTrackingVideo")


def decide(night: Run, folder: str, *, data_set_type: str = "raw-video") -> None:
    session = next(each for each in night.catalog.expected_sessions(data_set_type) if str(each) == SESSION)
    given = Decision(
        Verdict.SESSION,
        place="rig",
        directory=folder,
        data_set_type=data_set_type,
        session_id=session.id,
        session_key=session.key,
        session=str(session),
        decided_by="ann",
        why="I was there",
    )
    assert night.catalog.decisions.decide([given])


def test_a_recording_of_another_day_inside_is_a_doubt_that_a_person_settles(
    night: Run, stack: Stack, rig: Path
) -> None:
    (rig / VIDEO).mkdir(parents=True)
    write_avi(rig / VIDEO / "SC038_side_000-0000.avi")
    assert [each.data_set for each in looked(night).work_items if "video" in each.data_set] == [
        "raw-video/SC038/2020-01-01"
    ]
    (rig / VIDEO / "SC038_20201224_side.txt").write_text("0\t1\n")
    assert any("video" in each.data_set for each in looked(night).work_items), "a map is no recording"
    write_avi(rig / VIDEO / "SC038_20201224_side_1.avi")
    found = row(looked(night), "raw-video")
    assert found.state is State.AMBIGUOUS
    assert f"{VIDEO}/SC038_20201224_side_1.avi: named after the day 20201224, in a folder of 2020-01-01" in (
        found.reason
    )
    assert "session-archive decide" in found.reason
    decide(night, VIDEO)
    assert any("video" in each.data_set for each in looked(night).work_items)


def rewrite(folder: Path, old: str, new: str) -> None:
    """Change every .meta in a folder, and keep the times of the files."""
    for path in folder.rglob("*.meta"):
        times = path.stat()
        path.write_text(path.read_text().replace(old, new))
        os.utime(path, (times.st_atime, times.st_mtime))


def test_a_meta_of_another_day_is_a_doubt_that_a_person_settles(night: Run, stack: Stack, rig: Path) -> None:
    folder = "SC038/catgt_SC038_010120_g0"
    assert [each.directory for each in looked(night).work_items if "ephys" in each.data_set] == [folder]
    rewrite(rig / folder, "fileCreateTime=2020-01-01T", "fileCreateTime=2020-01-02T")
    found = row(looked(night), "raw-ephys")
    assert found.state is State.AMBIGUOUS
    assert "started on 2020-01-02, the folder says 2020-01-01: rename the folder" in found.reason
    decide(night, folder, data_set_type="raw-ephys")
    assert [each.directory for each in looked(night).work_items if "ephys" in each.data_set] == [folder]


def test_a_stream_that_the_run_says_it_saved_is_waited_for(night: Run, stack: Stack, rig: Path) -> None:
    folder = "SC038/catgt_SC038_010120_g0"
    rewrite(rig / folder, "typeNiEnabled=1", "typeNiEnabled=1\ntypeObEnabled=1")
    found = row(looked(night), "raw-ephys")
    assert found.state is State.WAITING
    assert "0 of 1 OneBoxes are present (none); its .meta says typeObEnabled=1" in found.reason


@pytest.mark.fault(25)
def test_files_that_are_archived_under_another_name_are_reported_as_moved_and_not_sent(
    night: Run, stack: Stack, rig: Path
) -> None:
    name = DataSetName("raw-video", SessionName("SC035", dt.date(2020, 3, 3)))
    folder = "SC035/03032020/video"
    new_year = dt.date(2021, 1, 1)
    work_item = next(each for each in looked(night, new_year).work_items if "video" in each.data_set)
    files = night.catalog.ledger.manifest(work_item.manifest_id).files
    archive(
        night,
        name,
        folder,
        Manifest.of(replace(file, path=file.path.replace(work_item.directory, folder)) for file in files),
    )
    found = row(looked(night, new_year), "raw-video")
    assert found.state is State.AMBIGUOUS
    assert found.reason.startswith(f"looks like {name}, archived on {dt.datetime.now(dt.UTC):%Y-%m-%d}: ")
    assert "and 5 more of its largest files" in found.reason
    # A new recording of the same names is no copy: its times differ.
    for path in (rig / work_item.directory).iterdir():
        os.utime(path, (1_609_600_000, 1_609_600_000))
    assert any("video" in each.data_set for each in looked(night, new_year).work_items)


def test_what_is_archived_stays_so_whatever_comes_into_its_folder_later(
    night: Run, stack: Stack, rig: Path
) -> None:
    name, folder = DataSetName("raw-video", SessionName("SC038", dt.date(2021, 1, 1))), "SC038/01012021/video"
    work_item = WorkItem(str(name), folder, "rig", "archive-video", "", "", "")
    archive(night, name, folder, night.list_origin(work_item).manifest)
    write_avi(rig / folder / "SC038_20201224_side_1.avi")
    found = looked(night, name.session.date)
    assert [each.state for each in found.rows if each.data_set == str(name)] == [State.ARCHIVED]
    later = rig / folder / "notes.txt"
    later.write_text("written when the videos were looked at")
    os.utime(later, (1_609_600_000, 1_609_600_000))
    assert str(name) in [each.data_set for each in looked(night, name.session.date).work_items]
