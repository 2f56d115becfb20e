"""What happens on the rig after a data set was archived: more files are sent, other bytes are an alarm."""

import os

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


def test_files_that_came_later_are_sent_alone_and_are_a_new_revision(world) -> None:
    assert run(world).state is State.ARCHIVED
    before = known_files(world)
    sorted_too(world)
    row = run(world)
    assert (row.state, row.n_files) == (State.ARCHIVED, len(before) + 1)
    assert [transfer["items"] for transfer in world.transfers()][-1] == 1
    now = known_files(world)
    assert now.pop(LATER).vouched_by == "globus"
    assert now == before, "and what was known of the others still is"
    archived = world.stack.archive / "4ElectrodeRig_Ephys" / LATER
    assert archived.read_bytes() == b"sorted"
    sent = len(world.transfers())
    assert run(world).state is State.ARCHIVED
    assert len(world.transfers()) == sent
    assert world.run("discover_sessions", **ONLY)["state"] == "success"
    assert world.run("retrieve_sessions", **ONLY)["state"] == "success"
    assert (world.stack.scratch / "retrieved" / LATER).read_bytes() == b"sorted"


def test_a_later_file_that_was_begun_and_broken_off_is_sent_again(world) -> None:
    run(world)
    sorted_too(world)
    world.set_limit("transfer_deadline", "4 s")
    world.stack.globus.fault(file="*spike_times.npy", do="corrupt", times=0)
    assert run(world).state is State.FAILED
    world.stack.globus.clear_faults()
    assert run(world).state is State.ARCHIVED
    assert known_files(world)[LATER].size == len(b"sorted")


def test_while_later_files_wait_the_session_is_as_safe_as_before(world) -> None:
    run(world)
    settings = world.stack.settings_file
    settings.write_text(settings.read_text().replace('min_age = "0 s"', 'min_age = "5 h"'))
    sorted_too(world)
    row = run(world)
    assert row.state is State.ARCHIVED
    assert row.reason.startswith(f"1 files came later, such as {LATER}: waiting: ")


def test_other_bytes_are_an_alarm_whatever_came_later(world) -> None:
    run(world)
    sorted_too(world)
    changed = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    os.utime(changed, (1_700_000_000, 1_700_000_000))
    sent = len(world.transfers())
    row = run(world)
    assert row.state is State.CHANGED
    assert changed.name in row.reason
    assert len(world.transfers()) == sent


def test_files_that_came_later_while_others_left_are_reported_and_not_sent(world) -> None:
    run(world)
    sorted_too(world)
    next((world.stack.rig / FOLDER).rglob("*.ap.bin")).unlink()
    sent = len(world.transfers())
    row = run(world)
    assert row.state is State.ARCHIVED
    assert "not archived, since others are no longer on the rig" in row.reason
    assert len(world.transfers()) == sent
