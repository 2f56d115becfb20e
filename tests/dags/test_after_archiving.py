"""Changes on the rig after archiving: new files are sent, changed bytes are an alarm."""

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


def test_only_later_files_are_sent_and_make_a_new_revision(world) -> None:
    assert run(world).state is State.ARCHIVED
    before = known_files(world)
    sorted_too(world)
    row = run(world)
    assert (row.state, row.n_files) == (State.ARCHIVED, len(before) + 1)
    assert [transfer["items"] for transfer in world.transfers()][-1] == 1
    now = known_files(world)
    assert now.pop(LATER).vouched_by == "globus"
    assert now == before, "what was known about the other files is kept"
    archived = world.stack.archive / "4ElectrodeRig_Ephys" / LATER
    assert archived.read_bytes() == b"sorted"
    sent = len(world.transfers())
    assert run(world).state is State.ARCHIVED
    assert len(world.transfers()) == sent
    assert world.run("discover_sessions", **ONLY)["state"] == "success"
    assert world.run("retrieve_sessions", **ONLY)["state"] == "success"
    assert (world.stack.scratch / "retrieved" / LATER).read_bytes() == b"sorted"


def test_a_later_file_whose_transfer_was_interrupted_is_sent_again(world) -> None:
    run(world)
    sorted_too(world)
    world.set_limit("transfer_deadline", "4 s")
    world.stack.globus.fault(file="*spike_times.npy", do="corrupt", times=0)
    assert run(world).state is State.FAILED
    world.stack.globus.clear_faults()
    assert run(world).state is State.ARCHIVED
    assert known_files(world)[LATER].size == len(b"sorted")


def test_a_session_stays_archived_while_later_files_wait(world) -> None:
    run(world)
    settings = world.stack.settings_file
    settings.write_text(settings.read_text().replace('min_age = "0 s"', 'min_age = "5 h"'))
    sorted_too(world)
    row = run(world)
    assert row.state is State.ARCHIVED
    assert row.reason.startswith(f"1 files came later, such as {LATER}: waiting: ")


def test_changed_bytes_are_an_alarm_even_with_later_files(world) -> None:
    run(world)
    sorted_too(world)
    changed = next((world.stack.rig / FOLDER).rglob("*.ap.bin"))
    os.utime(changed, (1_700_000_000, 1_700_000_000))
    sent = len(world.transfers())
    row = run(world)
    assert row.state is State.CHANGED
    assert changed.name in row.reason
    assert len(world.transfers()) == sent


def test_later_files_are_reported_but_not_sent_if_others_are_gone(world) -> None:
    run(world)
    sorted_too(world)
    next((world.stack.rig / FOLDER).rglob("*.ap.bin")).unlink()
    sent = len(world.transfers())
    row = run(world)
    assert row.state is State.ARCHIVED
    assert "not archived, since others are no longer on the rig" in row.reason
    assert len(world.transfers()) == sent
