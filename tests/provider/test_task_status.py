"""The reader of task documents: every status, and faults that last."""

from __future__ import annotations

import datetime as dt

import pytest

from globus_provider.errors import GlobusStatusError
from globus_provider.task_status import LASTING_FAULTS, USER_FAULTS, TransferState, judge

REQUESTED = dt.datetime(2026, 1, 2, 3, 0, tzinfo=dt.UTC)
PATIENCE = 600.0


def document(status: str, **fields: object) -> dict[str, object]:
    running = status == "ACTIVE"
    return {
        "task_id": "11111111-2222-3333-4444-555555555555",
        "status": status,
        "request_time": REQUESTED.isoformat(),
        "nice_status": "OK" if running else None,
        "is_ok": True if running else None,
        "is_paused": False,
        "faults": 0,
        "fatal_error": None,
        "canceled_by_admin": None,
        "canceled_by_admin_message": None,
        "files_skipped": 0,
        "subtasks_total": 4,
        "subtasks_skipped_errors": 0,
        "subtasks_failed": 0,
        "subtasks_expired": 0,
        "subtasks_canceled": 0,
        **fields,
    }


def missing(code: str) -> dict[str, object]:
    return document(
        "ACTIVE", nice_status=code, is_ok=False, faults=3, nice_status_details="Path: /a.bin\nError: none"
    )


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    ("task", "state", "says"),
    [
        (document("ACTIVE"), TransferState.WAITING, ""),
        (document("ACTIVE", nice_status="Queued"), TransferState.WAITING, ""),
        (
            document("ACTIVE", nice_status="CONNECT_FAILED", is_ok=False),
            TransferState.WAITING,
            "CONNECT_FAILED",
        ),
        (
            document("ACTIVE", nice_status="GC_NOT_CONNECTED", is_ok=False),
            TransferState.WAITING,
            "GC_NOT_CONNECTED",
        ),
        (document("ACTIVE", nice_status="NEW_CODE", is_ok=False), TransferState.WAITING, "NEW_CODE"),
        (
            document("ACTIVE", nice_status="PAUSED", is_ok=False, is_paused=True),
            TransferState.NEEDS_PERSON,
            "paused",
        ),
        # The flag alone says so too, whatever the nice status is.
        (document("ACTIVE", is_paused=True), TransferState.NEEDS_PERSON, "paused"),
        (document("INACTIVE"), TransferState.NEEDS_PERSON, "credential has expired"),
        (document("SUCCEEDED"), TransferState.DONE, ""),
        (document("SUCCEEDED", files_skipped=4), TransferState.DONE, ""),
        (
            document("SUCCEEDED", subtasks_skipped_errors=1),
            TransferState.FAILED,
            "1 skipped because of errors of 4",
        ),
        (document("SUCCEEDED", subtasks_failed=2), TransferState.FAILED, "2 failed"),
        (document("SUCCEEDED", subtasks_expired=2), TransferState.FAILED, "2 expired"),
        (document("SUCCEEDED", subtasks_canceled=2), TransferState.FAILED, "2 canceled"),
        (document("FAILED"), TransferState.FAILED, "no reason given"),
        (document("FAILED", subtasks_canceled=2), TransferState.FAILED, "2 steps canceled"),
        (
            document("FAILED", fatal_error={"code": "QUOTA_EXCEEDED", "description": "quota exceeded"}),
            TransferState.FAILED,
            "quota exceeded (QUOTA_EXCEEDED)",
        ),
        (
            document("FAILED", canceled_by_admin="SOURCE", canceled_by_admin_message="disk swap"),
            TransferState.FAILED,
            "canceled by the administrator of source (disk swap)",
        ),
    ],
)
def test_every_status_has_one_state(task: dict[str, object], state: TransferState, says: str) -> None:
    progress = judge(task, now=REQUESTED, patience=PATIENCE)
    assert progress.state is state
    assert says in progress.reason
    assert "\n" not in progress.reason
    assert bool(progress.reason) == bool(says)
    if progress.reason:
        assert str(task["task_id"]) in progress.reason


@pytest.mark.parametrize("status", ["DONE", "", "succeeded", None])
def test_an_unknown_status_raises(status: str) -> None:
    with pytest.raises(GlobusStatusError, match="does not document"):
        judge(document(status), now=REQUESTED, patience=PATIENCE)


@pytest.mark.fault(48)
@pytest.mark.parametrize("code", sorted(LASTING_FAULTS))
def test_a_lasting_fault_fails_after_its_patience(code: str) -> None:
    before = REQUESTED + dt.timedelta(seconds=PATIENCE - 1)
    after = REQUESTED + dt.timedelta(seconds=PATIENCE)
    assert judge(missing(code), now=before, patience=PATIENCE).state is TransferState.WAITING
    progress = judge(missing(code), now=after, patience=PATIENCE)
    assert progress.state is TransferState.FAILED
    assert code in progress.reason
    assert "/a.bin" in progress.reason


def test_a_fault_is_as_old_as_the_watch_observed_it() -> None:
    now = REQUESTED + dt.timedelta(hours=10)
    task = missing("PERMISSION_DENIED")
    just_seen = judge(task, now=now, patience=PATIENCE, faulty_since=now)
    assert just_seen.state is TransferState.WAITING
    long_seen = judge(task, now=now, patience=PATIENCE, faulty_since=now - dt.timedelta(seconds=PATIENCE))
    assert long_seen.state is TransferState.FAILED


@pytest.mark.parametrize("code", sorted(USER_FAULTS))
def test_a_fault_that_waits_for_a_person_never_times_out(code: str) -> None:
    task = document("ACTIVE", nice_status=code, is_ok=False)
    assert judge(task, now=REQUESTED + dt.timedelta(days=80), patience=0).state is TransferState.NEEDS_PERSON


@pytest.mark.parametrize(
    "task", [document("INACTIVE"), *(document("ACTIVE", nice_status=code) for code in USER_FAULTS)]
)
def test_what_waits_for_a_person_says_what_to_do_and_in_whose_words(task: dict[str, object]) -> None:
    progress = judge(task, now=REQUESTED, patience=PATIENCE)
    assert progress.advice.endswith("; it goes on then")
    line = progress.with_words("disk swap\non Friday")
    assert line == f"{progress.reason}: disk swap on Friday; {progress.advice}"
    assert progress.with_words("") == f"{progress.reason}; {progress.advice}"


def test_a_transient_fault_never_times_out() -> None:
    task = document("ACTIVE", nice_status="CONNECTION_RESET", is_ok=False)
    assert judge(task, now=REQUESTED + dt.timedelta(days=80), patience=0).state is TransferState.WAITING
