"""A lab whose archive another program filled: what discovery found is proven by the rig's copies."""

import os
import shutil
import uuid

from tests.integration.catalog.samples import TWO_FILES, nth, submission

from session_archive.states.state import State

EPHYS = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
NEW_YEAR, NEW_YEAR_BEFORE = "SC038 2021-01-01 11:00", "SC038 2020-01-01 11:00"


def test_what_another_program_sent_is_found_then_proven_or_named_as_different(world) -> None:
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    shutil.copytree(world.stack.rig / "SC038", archive / "SC038", dirs_exist_ok=True)
    for path in archive.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    rotten = next((archive / "SC038/catgt_SC038_010120_g0").rglob("*nidq.bin"))
    rotten.write_bytes(bytes(rotten.stat().st_size))
    os.utime(rotten, (1_600_000_000, 1_600_000_000))
    settings = world.stack.settings_file
    text = settings.read_text().replace(
        'directory = "/4ElectrodeRig_Ephys"', f'directory = "/4ElectrodeRig_Ephys"\nlocal_path = "{archive}"'
    )
    # No room at the service: a proof needs none.
    settings.write_text(f"{text}max_unfinished = 1\n")
    assert world.run("discover_sessions", **EPHYS)["state"] == "success"
    assert {world.states()[each].state for each in (NEW_YEAR, NEW_YEAR_BEFORE)} == {State.UNVERIFIED}
    with world.stack.catalog() as catalog:
        catalog.ledger.save_manifest(TWO_FILES)
        other = submission(nth(1), submission_id=uuid.uuid4(), source="rig", destination="archive-video")
        catalog.ledger.begin(other, max_unfinished=100)
    sent = len(world.transfers())

    night = world.run("upload_sessions", **EPHYS)
    assert night["state"] == "failed", "a person has to look at the copy that differs"
    states = world.states()
    assert (states[NEW_YEAR].state, states[NEW_YEAR].reason) == (State.ARCHIVED, "")
    differs = states[NEW_YEAR_BEFORE]
    assert differs.state is State.REFUSED
    assert f"{rotten.relative_to(archive)}: SHA1 " in differs.reason
    assert "newly recorded: 1" in night["summary"]
    assert len(world.transfers()) == sent
    assert set(rotten.read_bytes()) == {0}
