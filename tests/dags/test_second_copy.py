"""A data set with two locations: one copy at each, one state for both, and no copy that nobody has compared."""

import os
import shutil
from pathlib import Path

import pytest

from session_archive.states.state import State

SC022 = {"subjects": ["SC022"], "kinds": ["raw-ephys"], "dates": ["2019-08-08"]}
SECOND = """
[locations.second]
collection = "{archive}"
directory = "/second"
site = "cloud"
"""


def two_locations(world) -> None:
    """Give raw-ephys a second location, as a data manager does in archive.toml."""
    stack, text = world.stack, world.stack.settings_file.read_text()
    one = 'location = "archive-ephys"'
    assert text.count(one) == 1
    text = text.replace(one, 'locations = ["archive-ephys", "second"]')
    text = text.replace("[locations.archive-ephys]", '[locations.archive-ephys]\nsite = "basement"')
    stack.settings_file.write_text(text + SECOND.format(**stack.globus.collections))


def second(world) -> Path:
    return world.stack.archive / "second"


@pytest.fixture
def copying(world):
    """A world of which raw-ephys has two locations."""
    second(world).mkdir()
    two_locations(world)
    world.set_up()
    return world


def copies(world) -> dict[str, bool]:
    """Location -> whether the copy of the one data set there is verified and as on the rig."""
    stack = world.stack
    with stack.catalog() as catalog:
        (data_set,) = catalog.data_sets(kinds=["raw-ephys"])
        files = catalog.replicas.files(data_set.id).files
    roots = {"archive-ephys": stack.archive / "4ElectrodeRig_Ephys", "second": second(world)}
    return {
        place: place in data_set.locations
        and all((root / file.path).read_bytes() == (stack.rig / file.path).read_bytes() for file in files)
        for place, root in roots.items()
    }


def state(world):
    (row,) = [row for row in world.states().values() if row.session.startswith("SC022 2019-08-08")]
    return row


def test_an_upload_makes_both_copies_and_the_state_counts_them(copying) -> None:
    run = copying.run("upload_sessions", **SC022)
    assert run["state"] == "success", run["problems"]
    assert copies(copying) == {"archive-ephys": True, "second": True}
    row = state(copying)
    assert (row.state, row.reason) == (State.ARCHIVED, "2 of 2 copies archived: archive-ephys, second")
    sent = len(copying.transfers())
    assert sent == 2
    again = copying.run("upload_sessions", **SC022)
    assert again["state"] == "success" and len(copying.transfers()) == sent, "nothing is left to send"
    assert state(copying).state is State.ARCHIVED
