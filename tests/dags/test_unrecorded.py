"""A run that dies after its transfers: the next one records what arrived, although the rig was cleaned up meanwhile."""

from pathlib import Path

import pytest

from archive_flow.upload import verify
from session_archive.fixity.compare import compare
from session_archive.states.state import State

TWO_DATA_SETS = {"subjects": ["SC038"], "kinds": ["raw-ephys"]}
NEW_YEAR = "SC038 2021-01-01 11:00"
NEW_YEAR_BEFORE = "SC038 2020-01-01 11:00"


@pytest.mark.fault(4)
def test_what_arrived_is_recorded_from_the_ledger_and_no_file_stays_without_a_row(world, monkeypatch) -> None:
    def dying(**manifests):
        raise ConnectionResetError("the worker is gone")

    monkeypatch.setattr(verify, "compare", dying)
    assert world.run("upload_sessions", **TWO_DATA_SETS)["state"] == "failed"
    assert {world.states()[session].state for session in (NEW_YEAR, NEW_YEAR_BEFORE)} == {State.VERIFYING}
    monkeypatch.setattr(verify, "compare", compare)
    rig = world.stack.rig / "SC038"
    (rig / "catgt_SC038_010121_g0").rename(rig / "old recording")
    gone = next((rig / "catgt_SC038_010120_g0").rglob("*.lf.bin"))
    gone.unlink()
    run = world.run("upload_sessions", **TWO_DATA_SETS)
    assert run["state"] == "success"
    states = world.states()
    assert {states[session].state for session in (NEW_YEAR, NEW_YEAR_BEFORE)} == {State.ARCHIVED}
    assert "not compared with the source again: " in states[NEW_YEAR].reason
    assert f"1 of 10 files, the first: {gone.relative_to(world.stack.rig)}" in states[NEW_YEAR_BEFORE].reason
    assert run["summary"].count("was never recorded: it is taken up from the ledger") == 2
    archive = world.stack.archive / "4ElectrodeRig_Ephys"
    with world.stack.catalog() as catalog:
        rows = {file.path for each in catalog.data_sets() for file in catalog.replicas.files(each.id).files}
        linked = catalog.session_links.linked("ArchivedRawEphys").values()
        links = {str(each.name) for data_sets in linked for each in data_sets}
    assert rows == {_path(path, archive) for path in archive.rglob("*") if path.is_file()}
    assert links == {"raw-ephys/SC038/2021-01-01", "raw-ephys/SC038/2020-01-01"}
    assert len(world.transfers()) == 2


def _path(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()
