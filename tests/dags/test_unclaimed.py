"""An unclaimed folder is reported every night, and archived immediately if the lab's settings say so."""

import datetime as dt
import shutil

import pytest

from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.states.overview import overview
from session_archive.states.state import State
from support.sample_rig import UNCLAIMED, LabSession

ONLY = {"subjects": ["SC022"], "dates": ["2019-08-09"], "kinds": ["raw-ephys"]}
FOLDER = "SC022/catgt_SC022_080919_g0"
NAME = DataSetName("raw-ephys", SessionName("SC022", UNCLAIMED.date))
ENTERED = LabSession(UNCLAIMED.subject_id, UNCLAIMED.subject, 9, UNCLAIMED.date, dt.time(9, 0))


def row_of_folder(world):
    with world.stack.catalog() as catalog:
        return next((row for row in catalog.states.newest_rows([NAME.id])), None)


def links(world) -> list[int]:
    with world.stack.catalog() as catalog:
        return [row["session"] for row in catalog.links["ArchivedRawEphys"].to_dicts()]


@pytest.fixture
def at_once(world):
    """A world whose lab has folders archived before their session is entered."""
    settings = world.stack.settings_file
    settings.write_text(
        settings.read_text().replace(
            'link_table = "ArchivedRawEphys"', 'link_table = "ArchivedRawEphys"\nunclaimed = "archive"'
        )
    )
    return world


def test_an_unclaimed_folder_has_a_row_and_a_line_every_night_until_it_is_removed(world, caplog) -> None:
    files = [path for path in (world.stack.rig / FOLDER).rglob("*") if path.is_file()]
    for _ in range(2):
        caplog.clear()
        assert world.run("upload_sessions", **ONLY)["state"] == "success"
        assert "no session of the lab's pipeline claims: 1" in caplog.text
        assert f"  rig:{FOLDER}: {len(files)} files, " in caplog.text
    row = row_of_folder(world)
    assert (row.state, row.path) == (State.UNCLAIMED, f"rig:{FOLDER}")
    assert (row.n_files, row.n_bytes) == (len(files), sum(path.stat().st_size for path in files))
    assert "its newest file is from 2019-08-09" in row.reason
    assert world.transfers() == []
    # Only a run that looks for it, and is no trial, says that it is gone.
    shutil.rmtree(world.stack.rig / FOLDER)
    world.run("upload_sessions", **ONLY, dry_run=True)
    world.run("upload_sessions", **ONLY | {"subjects": ["SC045"], "dates": []})
    assert row_of_folder(world).state is State.UNCLAIMED
    world.run("upload_sessions", **ONLY)
    assert (row_of_folder(world).state, row_of_folder(world).reason) == (State.GONE, "its folder is gone")


def test_its_row_ends_when_a_session_claims_it(world) -> None:
    world.run("upload_sessions", **ONLY)
    world.stack.enter_sessions([ENTERED])
    assert world.run("upload_sessions", **ONLY)["state"] == "success"
    assert row_of_folder(world).state is State.GONE
    assert world.states()[str(ENTERED)].state is State.ARCHIVED
    assert links(world) == [9]


def test_an_unclaimed_archived_folder_is_linked_when_its_session_is_entered_and_not_sent_again(
    at_once,
) -> None:
    world = at_once
    # While it is not ready, it stays unclaimed with a reason.
    meta = next((world.stack.rig / FOLDER).rglob("*.ap.meta"))
    meta.rename(world.stack.directory / "kept.meta")
    assert world.run("upload_sessions", **ONLY)["state"] == "success"
    row = row_of_folder(world)
    assert row.state is State.UNCLAIMED
    assert row.reason.startswith("no session of the lab's pipeline claims it; waiting: ")
    assert [each.state for each in overview("raw-ephys", expected=[], states=[row])] == [State.UNCLAIMED]
    (world.stack.directory / "kept.meta").rename(meta)
    assert world.run("upload_sessions", **ONLY)["state"] == "success"
    assert row_of_folder(world).state is State.ARCHIVED
    assert (len(world.transfers()), links(world)) == (1, [])
    world.stack.enter_sessions([ENTERED])
    for _ in range(2):
        assert world.run("upload_sessions", **ONLY)["state"] == "success"
        assert world.states()[str(ENTERED)].state is State.ARCHIVED
        assert (len(world.transfers()), links(world)) == (1, [9])


def test_discovery_links_an_unclaimed_archived_folder_after_the_rig_was_emptied(at_once) -> None:
    world = at_once
    assert world.run("upload_sessions", **ONLY)["state"] == "success"
    n_files = row_of_folder(world).n_files
    shutil.rmtree(world.stack.rig / FOLDER)
    world.stack.enter_sessions([ENTERED])
    assert world.run("discover_sessions", **ONLY)["state"] == "success"
    assert links(world) == [9]
    assert world.run("upload_sessions", **ONLY)["state"] == "success"
    row = world.states()[str(ENTERED)]
    assert (row.state, row.reason) == (State.ARCHIVED, "on the rig: no such folder")
    assert (row.n_files, row.path) == (n_files, FOLDER)
