"""A place that falls silent while data sets are assessed hides the sessions that were judged before."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.flow.sent import SentDataSet

from archive_flow.run.context import Run
from archive_flow.select.claims import assess_folders
from archive_flow.select.on_rig import OnRig
from session_archive.request.selection import Selection
from session_archive.states.state import State
from support.stack import Stack


def test_a_session_judged_before_its_rig_fell_silent_keeps_its_state(night: Run, stack: Stack) -> None:
    sent = SentDataSet(night, stack, origin="far-rig", subject="SC038")
    selection = Selection.from_params(
        {"kinds": ["raw-ephys"], "subjects": ["SC038"]}, kinds=tuple(night.settings.data_sets)
    )
    run = replace(night, selection=selection)

    def states() -> dict[str, State]:
        return {row.session: row.state for row in assess_folders(OnRig(run)).rows}

    other = "SC038 2020-01-01 11:00"
    assert states()[other] is State.NOT_FOUND
    # The folder of the other day cannot be listed any more when it is assessed.
    stack.globus.fault(listing=f"far_rig:/data/{sent.directory}", do="offline", times=0)
    assert other not in states()
    stack.globus.clear_faults()
