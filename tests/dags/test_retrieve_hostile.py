"""Nothing is written outside the scratch place, whatever the catalog, the archive or the scratch place contain."""

import os
from pathlib import Path

import pytest

NAME, FOLDER = "raw-ephys/SC038/2021-01-01", "SC038/catgt_SC038_010121_g0"
PROBE = f"{FOLDER}/SC038_010121_g0_imec0"
META = f"{FOLDER}/SC038_010121_g0_t0.nidq.meta"
#: The one is no path of a file; the other is one in another session's folder.
HOSTILE = (f"{FOLDER}/../../../outside/x.bin", "SC039/x.bin")


@pytest.fixture
def archived(world):
    """A world with one data set in the archive."""
    params = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
    assert world.run("upload_sessions", **params)["state"] == "success"
    return world


def everything(world) -> set[str]:
    """Every path below the scratch collection, links as such."""
    folder = world.stack.scratch
    return {
        (Path(top) / name).relative_to(folder).as_posix()
        for top, dirs, names in os.walk(folder)
        for name in dirs + names
    }


@pytest.mark.fault(60)
def test_catalog_rows_with_paths_outside_are_refused(archived, capfd) -> None:
    files = f"`{archived.stack.settings.catalog.database}`.`data_set__physical_file`"
    outside = archived.stack.scratch / "outside"
    outside.mkdir()
    before, sent = everything(archived), len(archived.transfers())
    for path in HOSTILE:
        # The first file in the order of paths.
        archived.stack.database.execute(f"UPDATE {files} SET file_path = %s ORDER BY path_id LIMIT 1", path)
        assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
        output = "".join(capfd.readouterr())
        assert "SC038 2021-01-01 raw-ephys: refused: " in output
        assert repr(path) in output
    database = archived.stack.settings.catalog.database
    archived.stack.database.execute(f"UPDATE `{database}`.`data_set` SET directory = '../outside'")
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
    assert "which is not in '../outside'" in "".join(capfd.readouterr())
    assert everything(archived) == before
    assert len(archived.transfers()) == sent


@pytest.mark.fault(18, 60)
def test_no_link_is_followed_out_of_the_scratch_place(archived, capfd) -> None:
    """Not even one that stays in the collection, where Globus itself would follow it."""
    sent = len(archived.transfers())
    for link in ("SC038", FOLDER, PROBE, META):
        outside = archived.stack.scratch / f"outside {link.replace('/', ' ')}"
        place = archived.stack.scratch / "retrieved" / link
        place.parent.mkdir(parents=True, exist_ok=True)
        if link == META:
            outside.write_text("mine")
        else:
            outside.mkdir()
        place.symlink_to(outside)
        before = everything(archived)
        assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
        output = "".join(capfd.readouterr())
        assert "SC038 2021-01-01 raw-ephys: refused: analysis: " in output
        assert "symbolic link" in output
        assert everything(archived) == before
        assert not outside.is_file() or outside.read_text() == "mine"
        place.unlink()
    assert len(archived.transfers()) == sent
    # The folders of two places differ in the settings, but are the same on the disk.
    alias = archived.stack.directory / "alias"
    alias.symlink_to(archived.stack.rig / "SC038")
    text = archived.stack.settings_file.read_text()
    directory = 'directory = "/retrieved"\n'
    archived.stack.settings_file.write_text(text.replace(directory, f'{directory}local_path = "{alias}"\n'))
    assert archived.run("retrieve_sessions", data_sets=[NAME])["state"] == "failed"
    assert "analysis overlaps the upload source rig: " in "".join(capfd.readouterr())
    assert len(archived.transfers()) == sent
