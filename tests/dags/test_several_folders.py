"""The multi-target rig keeps each camera's videos in a separate folder; they are one data set."""

from pathlib import Path

import pytest

from session_archive.states.state import State
from support.sample_files import write_avi

SC038 = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-video"]}
SESSION = "SC038 2021-01-01 11:00"
FOLDERS = ("bottom/SC038/2021_01_01", "side/SC038/2021_01_01")


def contents(root: Path) -> dict[str, bytes]:
    """Path -> bytes, for the files in the cameras' folders."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


@pytest.fixture
def cameras(world):
    """A world whose lab reads the multi-target rig's folders; two of them replace the session's usual one."""
    settings = world.stack.settings_file
    (settings.parent / "lab.toml").write_text('enable = ["V4"]\n')
    settings.write_text('conventions = "lab.toml"\n' + settings.read_text())
    rig = world.stack.rig
    for path in (rig / "SC038/01012021/video").iterdir():
        path.unlink()
    (rig / "SC038/01012021/video").rmdir()
    (rig / "SC038/01012021").rmdir()
    for folder in FOLDERS:
        (rig / folder).mkdir(parents=True)
        camera = folder.partition("/")[0]
        for number in range(3):
            write_avi(rig / folder / f"SC038_2021_01_01_{camera}_{number}.mp4")
    return world


@pytest.mark.long
def test_all_folders_are_archived_discovered_and_retrieved(cameras) -> None:
    world = cameras
    # An existing file in one folder is noticed although the other folder is missing.
    planted = world.stack.archive / FOLDERS[1] / "SC038_2021_01_01_side_1.mp4"
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"someone else's")
    assert world.run("upload_sessions", **SC038)["state"] == "failed"
    assert world.states("raw-video")[SESSION].state is State.REFUSED
    assert planted.read_bytes() == b"someone else's"
    assert world.transfers() == []
    planted.unlink()
    assert world.run("upload_sessions", **SC038)["state"] == "success"
    row = world.states("raw-video")[SESSION]
    assert (row.state, row.n_files) == (State.ARCHIVED, 6)
    assert row.path == "rig:bottom/SC038/2021_01_01 + rig:side/SC038/2021_01_01"
    archive = world.stack.archive
    assert contents(archive) == contents(world.stack.rig)
    assert len(contents(archive)) == 6
    assert len(world.transfers()) == 1
    assert world.run("retrieve_sessions", **SC038)["state"] == "success"
    assert contents(world.stack.scratch / "retrieved") == contents(world.stack.rig)
    world.stack.drop_catalog()
    world.set_up()
    assert world.run("discover_sessions", **SC038)["state"] == "success"
    row = world.states("raw-video")[SESSION]
    assert (row.state, row.n_files) == (State.UNVERIFIED, 6)


def test_a_decision_may_name_any_of_its_folders(cameras) -> None:
    world = cameras
    ignored = [f"rig:{FOLDERS[1]} = ignore"]
    assert world.run("upload_sessions", **SC038, decisions=ignored)["state"] == "success"
    row = world.states("raw-video")[SESSION]
    assert row.state is State.IGNORED
    assert world.transfers() == []
