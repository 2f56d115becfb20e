"""A place that cannot be listed, or whose listing is wrong, is named; the rest of the night goes on."""

import logging
import shutil
from pathlib import Path

import pytest

from globus_provider.operators.transfer import GlobusTransferOperator
from session_archive.states.state import State

NEW_YEAR = "SC038 2021-01-01 11:00"
NEW_YEAR_BEFORE = "SC038 2020-01-01 11:00"
SPIKES = {"subjects": ["SC038", "SC022"], "kinds": ["raw-ephys"]}

ODD_RIG = """\
[sources.odd-rig]
collection = "{far_rig}"
directory = "/odd"

[locations.archive-ephys]
"""


def add_rig(stack) -> Path:
    """One more rig that is listed through Globus."""
    settings = stack.settings_file
    table = ODD_RIG.format(**stack.globus.collections)
    settings.write_text(settings.read_text().replace("[locations.archive-ephys]\n", table))
    folder = stack.far_rig.parent / "odd"
    (folder / "SC022").mkdir(parents=True)
    return folder


@pytest.mark.fault(53)
def test_a_night_with_rigs_in_trouble_archives_what_the_others_have(world, caplog) -> None:
    caplog.set_level(logging.INFO)
    stack = world.stack
    add_rig(stack)
    # One data set of the healthy rig is on another one, which is switched off.
    folder = "SC038/catgt_SC038_010120_g0"
    (stack.far_rig / "SC038").mkdir()
    (stack.rig / folder).rename(stack.far_rig / folder)
    # No file of that rig can be read here: it is judged by its listings only.
    next((stack.far_rig / folder).rglob("*.ap.meta")).write_text("unfinished")
    stack.globus.fault(listing="far_rig:/data", do="offline", times=0)
    stack.globus.fault(listing="far_rig:/odd", do="twice", times=0)
    run = world.run("upload_sessions", **SPIKES)
    assert run["state"] == "failed"
    states = world.states()
    assert states[NEW_YEAR].state is State.ARCHIVED
    assert states[NEW_YEAR_BEFORE].reason == "no run has looked for it yet"
    assert State.NOT_FOUND not in {row.state for row in states.values() if row.run_id}
    for reported in (run["summary"], caplog.text):
        assert "far-rig" in reported
        assert "GCDisconnected" in reported
        assert "odd-rig" in reported
        assert "'SC022' twice" in reported
    stack.globus.clear_faults()
    assert world.run("upload_sessions", **SPIKES)["state"] == "success"
    row = world.states()[NEW_YEAR_BEFORE]
    assert (row.state, row.path) == (State.ARCHIVED, f"far-rig:{folder}")
    assert "far-rig: has no local_path here, so no file is read" in caplog.text
    archive = stack.archive / "4ElectrodeRig_Ephys"
    for file in (stack.far_rig / folder).rglob("*.*"):
        assert file.is_dir() or (archive / file.relative_to(stack.far_rig)).read_bytes() == file.read_bytes()
    # Both are retrieved; the scratch place of one cannot be listed.
    stack.globus.fault(listing=f"scratch:/retrieved/{folder}", do="offline", times=0)
    run = world.run("retrieve_sessions", subjects=["SC038"], kinds=["raw-ephys"])
    assert run["state"] == "failed"
    assert f"analysis:{folder} could not be listed" in run["summary"]
    assert "analysis did not answer; run it again" in run["summary"]
    brought = {path.parent.name for path in (stack.scratch / "retrieved").rglob("*.nidq.bin")}
    assert brought == {"catgt_SC038_010121_g0"}


@pytest.mark.fault(39)
def test_an_outage_while_submitting_is_waited_out_and_discovery_goes_on_with_other_places(
    world, monkeypatch
) -> None:
    stack = world.stack
    wait = GlobusTransferOperator._try_later

    def heal(operator, *problem):
        # The service comes back while the task waits for it.
        stack.globus.clear_faults()
        wait(operator, *problem)

    monkeypatch.setattr(GlobusTransferOperator, "_try_later", heal)
    stack.globus.fault(match="* /v0.10/submission_id", do="drop", times=0)
    run = world.run("upload_sessions", subjects=["SC038"], dates=["2021-01-01"], kinds=["raw-ephys"])
    assert run["state"] == "success"
    assert world.states()[NEW_YEAR].state is State.ARCHIVED
    # Two copies that are not recorded; the files of one, and the other location, cannot be listed.
    archive = stack.archive / "4ElectrodeRig_Ephys"
    for folder in ("SC038/catgt_SC038_010120_g0", "SC022/catgt_SC022_080819_g0"):
        shutil.copytree(stack.rig / folder, archive / folder)
    stack.globus.fault(listing="archive:/", do="offline", times=0)
    stack.globus.fault(
        listing="archive:/4ElectrodeRig_Ephys/SC038/catgt_SC038_010120_g0", do="offline", times=0
    )
    run = world.run("discover_sessions")
    assert run["state"] == "failed"
    states = world.states()
    (seen,) = (row for row in states.values() if row.path.endswith("catgt_SC022_080819_g0"))
    assert seen.state is State.UNVERIFIED
    assert states[NEW_YEAR_BEFORE].state is State.WAITING
    assert "did not answer" in states[NEW_YEAR_BEFORE].reason
    assert "archive-video could not be listed" in run["summary"]
