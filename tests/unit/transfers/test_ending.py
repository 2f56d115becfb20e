"""The state of a data set whose files did not all arrive; those that arrived have to be verified."""

import uuid

import pytest

from session_archive.states.state import State
from session_archive.transfers.ending import (
    Arrived,
    Ending,
    Failed,
    NothingToMove,
    NotSent,
    UnderWay,
    Unknown,
    state_without_arrival,
)
from session_archive.transfers.submission import MISMATCH, End, Outcome, Submission

SENT = Submission(
    submission_id=uuid.UUID(int=1),
    data_set_id=uuid.UUID(int=2),
    data_set="raw-ephys/SC022/2021-01-01",
    route="upload",
    source="rig1",
    destination="archive",
    manifest_id="m",
    items=("a",),
    resumes=False,
    label="label",
)


@pytest.mark.parametrize(
    ("ending", "state", "reason"),
    [
        (NotSent("no room"), State.FAILED, "no room"),
        (NotSent("a file is in the way", refused=True), State.REFUSED, "a file is in the way"),
        (UnderWay(SENT), State.SUBMITTED, "still under way; the next run takes it up again"),
        (UnderWay(SENT, "it is paused"), State.SUBMITTED, "it is paused; the next run takes it up again"),
        (Unknown(SENT, "permission denied"), State.FAILED, "permission denied"),
        (Failed(SENT, Outcome(End.FAILED, "quota exceeded")), State.FAILED, "quota exceeded"),
        (Failed(SENT, Outcome(End.LOST, "not known")), State.FAILED, "not known"),
        (Failed(SENT, Outcome(End.FAILED, f"{MISMATCH}: a")), State.REFUSED, f"{MISMATCH}: a"),
    ],
)
def test_what_did_not_arrive_has_a_state_with_the_reason(ending: Ending, state: State, reason: str) -> None:
    assert state_without_arrival(ending) == (state, reason)


@pytest.mark.parametrize("ending", [NothingToMove(), Arrived(SENT, Outcome(End.SUCCEEDED))])
def test_what_arrived_or_existed_has_to_be_verified(ending: Ending) -> None:
    assert state_without_arrival(ending) is None


def test_only_a_failure_is_a_mismatch() -> None:
    assert Outcome(End.FAILED, f"{MISMATCH}: a.bin").mismatch
    assert not Outcome(End.SUCCEEDED, MISMATCH).mismatch
    assert not Outcome(End.FAILED, "quota").mismatch
    assert [Outcome(each).succeeded for each in End] == [True, False, False]
