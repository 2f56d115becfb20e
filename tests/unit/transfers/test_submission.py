"""Keys in the ledger that no version may change."""

import uuid

import pytest

from session_archive.transfers.submission import MISMATCH, End, Outcome, Promise, small_files_id


def test_the_key_of_small_files_is_that_of_every_version() -> None:
    assert small_files_id("manifests for archive-ephys") == uuid.UUID("8a8a72fd-c15c-5821-a1dd-8dff5cd4f9db")


@pytest.mark.parametrize(
    ("status", "detail", "succeeded", "mismatch"),
    [
        (End.SUCCEEDED, "", True, False),
        (End.SUCCEEDED, MISMATCH, True, False),
        (End.FAILED, f"x {MISMATCH} y", False, True),
        (End.FAILED, "EXPIRED", False, False),
        (End.LOST, "", False, False),
    ],
)
def test_an_outcome_says_whether_all_arrived_and_whether_a_checksum_was_wrong(
    status: End, detail: str, succeeded: bool, mismatch: bool
) -> None:
    outcome = Outcome(status, detail)
    assert (outcome.succeeded, outcome.mismatch) == (succeeded, mismatch)
    assert (outcome.n_files, outcome.n_bytes, outcome.left) == (0, 0, None)


def test_nothing_is_resumed_unless_the_promise_says_so() -> None:
    assert not Promise("id", ("a",)).resumes


@pytest.mark.parametrize(
    ("status", "detail", "expected"),
    [
        (
            End.FAILED,
            "failed (EXPIRED): ENDPOINT_ERROR: Checksum algorithm SHA1 is not supported on tape",
            True,
        ),
        (End.FAILED, "failed (EXPIRED): 500 unsupported algorithm", True),
        (End.FAILED, "failed (EXPIRED): Unknown checksum type", True),
        # Only a transfer that could never succeed shows what a storage lacks.
        (End.FAILED, "failed (CANCELED): Checksum algorithm SHA1 is not supported", False),
        (End.FAILED, "failed (EXPIRED): FILE_NOT_FOUND: checksums.txt", False),
        (End.SUCCEEDED, "EXPIRED: Checksum algorithm SHA1 is not supported", False),
    ],
)
def test_a_transfer_that_a_storage_without_the_checksum_held_up(
    status: End, detail: str, expected: bool
) -> None:
    assert Outcome(status, detail).not_supported is expected
