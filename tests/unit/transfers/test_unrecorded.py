"""Which transfer of a data set nobody has recorded."""

import uuid
from dataclasses import replace

import pytest

from session_archive.transfers.submission import End, Outcome, Submission
from session_archive.transfers.unrecorded import Unrecorded, find_unrecorded

FIRST = Submission(
    submission_id=uuid.UUID(int=1),
    data_set_id=uuid.UUID(int=9),
    data_set="raw-ephys/SC022/2021-01-01",
    route="upload",
    source="rig1",
    destination="archive-ephys",
    manifest_id="m1",
    items=("a.bin",),
    resumes=False,
    label="",
    transfer_task_id=uuid.UUID(int=101),
)
LAST = replace(FIRST, submission_id=uuid.UUID(int=2), transfer_task_id=uuid.UUID(int=102))
UNANSWERED = replace(LAST, transfer_task_id=None)
ARRIVED, FAILED, LOST = (Outcome(end) for end in (End.SUCCEEDED, End.FAILED, End.LOST))
BOTH = {FIRST.submission_id, LAST.submission_id}


@pytest.mark.parametrize(
    ("attempts", "unverified", "expected"),
    [
        ([], BOTH, None),
        ([(FIRST, ARRIVED)], BOTH, Unrecorded(FIRST, ARRIVED)),
        ([(FIRST, ARRIVED)], {LAST.submission_id}, None),
        ([(FIRST, ARRIVED), (LAST, ARRIVED)], BOTH, Unrecorded(LAST, ARRIVED)),
        # Under way, or nobody has read how it ended; or its answer was never seen.
        ([(FIRST, ARRIVED), (LAST, None)], BOTH, Unrecorded(LAST, None)),
        ([(UNANSWERED, None)], BOTH, Unrecorded(UNANSWERED, None)),
        ([(LAST, LOST)], BOTH, Unrecorded(LAST, LOST)),
        # The service never had it, so that the one before is the last.
        ([(UNANSWERED, LOST)], BOTH, None),
        ([(FIRST, ARRIVED), (UNANSWERED, LOST)], BOTH, Unrecorded(FIRST, ARRIVED)),
        # What failed is sent again, and then recorded.
        ([(FIRST, ARRIVED), (LAST, FAILED)], BOTH, None),
        ([(FIRST, FAILED), (LAST, ARRIVED)], BOTH, Unrecorded(LAST, ARRIVED)),
        # The last one was recorded, and with it all before.
        ([(FIRST, ARRIVED), (LAST, ARRIVED)], {FIRST.submission_id}, None),
    ],
)
def test_the_last_transfer_without_a_verification(
    attempts: list[tuple[Submission, Outcome | None]], unverified: set[uuid.UUID], expected: Unrecorded | None
) -> None:
    assert find_unrecorded(attempts, unverified=unverified) == expected


@pytest.mark.parametrize(("outcome", "forgotten"), [(None, False), (ARRIVED, False), (LOST, True)])
def test_only_a_transfer_that_the_service_no_longer_knows_is_forgotten(
    outcome: Outcome | None, forgotten: bool
) -> None:
    assert Unrecorded(FIRST, outcome).forgotten is forgotten
