"""The nightly upload, on real services: what lies in the archive is what the catalog says."""

import hashlib
from pathlib import Path

from support.sample_rig import SAMPLES

from session_archive.names import DataSetName
from session_archive.states import State


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_every_sample_ends_in_its_state_and_the_rows_are_the_bytes(world) -> None:
    assert world.run("upload_sessions")["state"] == "success"
    found = {
        (row.session, row.data_set_type): (row.state, row.n_files)
        for kind in ("raw-ephys", "raw-video")
        for row in world.states(kind).values()
    }
    assert found == {(sample.session, sample.data_set_type): (sample.state, sample.n_files) for sample in SAMPLES}
