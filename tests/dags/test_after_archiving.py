"""Files that come after archiving wait and are sent like others, while the session stays archived."""

import pytest

from session_archive.states.state import State

ONLY = {"subjects": ["SC038"], "dates": ["2021-01-01"], "kinds": ["raw-ephys"]}
SESSION = "SC038 2021-01-01 11:00"
FOLDER = "SC038/catgt_SC038_010121_g0"
LATER = f"{FOLDER}/SC038_010121_g0_imec0/imec0_ks2/spike_times.npy"


def run(world):
    world.run("upload_sessions", **ONLY)
    return world.states()[SESSION]


def sorted_too(world) -> None:
    """Spike sorting writes its results into the session's folder."""
    path = world.stack.rig / LATER
    path.parent.mkdir()
    path.write_bytes(b"sorted")


def known_files(world):
    with world.stack.catalog() as catalog:
        (cataloged,) = catalog.data_sets(kinds=["raw-ephys"])
        return {file.path: file for file in catalog.replicas.files(cataloged.id).files}


@pytest.mark.fault(24)
def test_only_later_files_are_sent_when_they_are_ready_and_make_a_new_revision(world) -> None:
    assert run(world).state is State.ARCHIVED
    before = known_files(world)
    sorted_too(world)
    settings = world.stack.settings_file
    usual = settings.read_text()
    settings.write_text(usual.replace('min_age = "0 s"', 'min_age = "5 h"'))
    row = run(world)
    assert row.state is State.ARCHIVED
    assert row.reason.startswith(f"1 files came later, such as {LATER}: waiting: ")
    assert len(world.transfers()) == 1
    # Their transfer fails, and is tried again by the next night.
    settings.write_text(usual)
    world.set_limit("transfer_deadline", "4 s")
    world.stack.globus.fault(file="*spike_times.npy", do="corrupt", times=0)
    assert run(world).state is State.FAILED
    assert known_files(world) == before
    world.stack.globus.clear_faults()
    settings.write_text(usual)
    row = run(world)
    assert (row.state, row.n_files) == (State.ARCHIVED, len(before) + 1)
    assert [transfer["items"] for transfer in world.transfers()][-1] == 1
    now = known_files(world)
    assert (now[LATER].size, now.pop(LATER).vouched_by) == (len(b"sorted"), "globus")
    assert now == before, "what was known about the other files is kept"
    archived = world.stack.archive / "4ElectrodeRig_Ephys" / LATER
    assert archived.read_bytes() == b"sorted"
    sent = len(world.transfers())
    assert run(world).state is State.ARCHIVED
    assert len(world.transfers()) == sent
    assert world.run("discover_sessions", **ONLY)["state"] == "success"
    assert world.run("retrieve_sessions", **ONLY)["state"] == "success"
    assert (world.stack.scratch / "retrieved" / LATER).read_bytes() == b"sorted"
