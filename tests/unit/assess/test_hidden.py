"""An absence that was judged before a place fell silent does not hold."""

from __future__ import annotations

import uuid

import pytest
from tests.unit.assess.samples import DIRECTORY, NAME, SESSION, claim, coverage, unlisted

from session_archive.assess.hidden import without_hidden
from session_archive.listing.unlisted import Unlisted
from session_archive.states.state import State, StateRow

CLAIM = claim(State.NOT_FOUND)
SILENT = unlisted("rig1", "SC022")


def row(state: State, *, reason: str = "", target: uuid.UUID = SESSION.id, path: str = "") -> StateRow:
    return StateRow(
        data_set_type="raw-ephys",
        target=target,
        state=state,
        reason=reason,
        path=path,
        session=str(SESSION),
        data_set=str(NAME),
        run_id="night 1",
    )


@pytest.mark.parametrize(
    ("of", "state", "kept"),
    [
        ((), State.NOT_FOUND, True),
        ((SILENT,), State.NOT_FOUND, False),
        ((unlisted("rig1", "SC023"),), State.NOT_FOUND, True),
        ((SILENT,), State.ARCHIVED, True),
        ((SILENT,), State.FAILED, True),
    ],
)
def test_a_session_that_a_silent_folder_may_hold_is_not_called_not_found(
    of: tuple[Unlisted, ...], state: State, kept: bool
) -> None:
    rows = [row(state), row(State.NOT_FOUND, target=uuid.uuid4())]
    assert without_hidden(rows, [CLAIM], coverage(*of)) == tuple(rows if kept else rows[1:])


@pytest.mark.parametrize(
    ("of", "reason", "kept"),
    [
        ((), "its folder is gone", True),
        ((SILENT,), "its folder is gone", False),
        ((unlisted("rig2", "SC022"),), "its folder is gone", True),
        ((SILENT,), "a session of the lab's pipeline claims it now", True),
    ],
)
def test_an_unclaimed_folder_of_a_silent_place_is_not_called_gone(
    of: tuple[Unlisted, ...], reason: str, kept: bool
) -> None:
    gone = row(State.GONE, reason=reason, target=NAME.id, path=f"rig1:{DIRECTORY}")
    assert without_hidden([gone], [], coverage(*of)) == ((gone,) if kept else ())
