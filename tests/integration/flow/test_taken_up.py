"""What a run sends and has not begun to send yet: its state says that it waits for a slot, not to be seen again."""

import datetime as dt
from dataclasses import replace

import pytest
from tests.integration.flow.test_refusals import FOLDER, SESSION, one_night, rig

from archive_flow.run.context import Run
from session_archive import clock
from session_archive.settings.tables import ReadinessSettings
from session_archive.states.state import State, StateRow

__all__ = ["rig"]


@pytest.fixture
def patient(night: Run) -> Run:
    """A recording has to be seen unchanged for an hour."""
    readiness = ReadinessSettings(settle_gap=3600.0, min_age=0.0)
    return replace(night, settings=night.settings.model_copy(update={"readiness": readiness}))


def newest(run: Run) -> StateRow:
    (row,) = run.catalog.states.newest_rows(data_set_type=SESSION.data_set_type)
    return row


@pytest.mark.usefixtures("rig")
def test_what_waits_for_a_slot_is_not_said_to_be_seen_for_the_first_time(
    patient: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one_night(patient) == []
    assert newest(patient).state is State.WAITING and "seen for the first time" in newest(patient).reason
    later = clock.utc_now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert one_night(patient, dry_run=True) == []
    assert newest(patient).state is State.WAITING, "a dry run records nothing"
    assert one_night(patient) == [str(SESSION)]
    assert newest(patient).state is State.READY and "as soon as a slot" in newest(patient).reason
    assert newest(patient).path.endswith(FOLDER)
    # What happened to it before says more than that it is sent once more.
    patient.catalog.states.record([replace(newest(patient), state=State.FAILED, reason="cancelled")])
    assert one_night(patient) == [str(SESSION)]
    assert newest(patient).reason == "cancelled"
