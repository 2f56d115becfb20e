"""A new kind of recording needs one convention and some rows in the lab's own files, and no other change."""

import pytest

from session_archive.states.state import State

CONVENTION = """
[kinds.two-photon]
description = "TIFF stacks of a two-photon microscope"
unknown = "two-photon-unknown"
layouts = [{ id = "P1", directory = "{subject}/{date:%Y_%m_%d}[_{ident}]/stacks" }]
[kinds.two-photon.file_types]
two-photon-stack = ["*.tif", "*.tiff"]
[descriptions]
two-photon-stack = "stack of images of one plane"
"""
ROWS = """
[data_sets.two-photon]
location = "archive-stacks"
link_table = "ArchivedTwoPhoton"
[locations.archive-stacks]
collection = "{archive}"
directory = "/stacks"
"""
DAY = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["two-photon"]}
SESSION = "SC038 2021-01-01 11:00"
FOLDER = "SC038/2021_01_01/stacks"
FILES = ("plane0/a_00001.tif", "plane1/a_00001.TIFF", "notes.txt")


@pytest.mark.long
def test_two_photon_stacks_are_archived_discovered_and_retrieved(world) -> None:
    stack = world.stack
    (stack.settings_file.parent / "lab.toml").write_text(CONVENTION)
    rows = ROWS.format(**stack.globus.collections)
    stack.settings_file.write_text('conventions = "lab.toml"\n' + stack.settings_file.read_text() + rows)
    for number, name in enumerate(FILES):
        path = stack.rig / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"II*\0" + bytes([number]) * 99)
    (stack.archive / "stacks").mkdir()
    world.set_up()

    assert world.run("upload_sessions", **DAY)["state"] == "success"
    row = world.states("two-photon")[SESSION]
    assert (row.state, row.n_files) == (State.ARCHIVED, 3)
    for name in FILES:
        copy = stack.archive / "stacks" / FOLDER / name
        assert copy.read_bytes() == (stack.rig / FOLDER / name).read_bytes()
    with stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=["two-photon"])
        types = {
            file.path.removeprefix(f"{FOLDER}/"): file.file_type
            for file in catalog.replicas.files(cataloged.id).files
        }
        described = {
            each["file_type"]: each["file_type_description"] for each in catalog.tables.FileType.to_dicts()
        }
        assert len(catalog.links["ArchivedTwoPhoton"]()) == 1
    assert types == dict(zip(FILES, ["two-photon-stack"] * 2 + ["two-photon-unknown"], strict=True))
    assert described["two-photon-stack"] == "stack of images of one plane"

    assert world.run("retrieve_sessions", **DAY)["state"] == "success"
    for name in FILES:
        back = stack.scratch / "retrieved" / FOLDER / name
        assert back.read_bytes() == (stack.rig / FOLDER / name).read_bytes()
    stack.drop_catalog()
    world.set_up()
    assert world.run("discover_sessions", **DAY)["state"] == "success"
    row = world.states("two-photon")[SESSION]
    assert (row.state, row.n_files) == (State.UNVERIFIED, 3)
