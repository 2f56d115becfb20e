"""How the ledger records a transfer's outcome, from the service and from a listing of its destination."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.integration.catalog.samples import nth, submission

from archive_flow.run.context import Run
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.submissions.outcome import end, settle
from archive_flow.submissions.resume import answered
from globus_provider.request import TransferItem, TransferRequest
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.transfers.submission import End, Outcome, Submission
from support.stack import Stack

PLACE = "archive-ephys"
#: Each test has its own data sets in the catalog that the tests of this file share.
_NUMBERS = itertools.count()
FAILS = "its fault does not go away"


@pytest.fixture
def sent(night: Run, stack: Stack) -> Iterator["SentDataSet"]:
    yield SentDataSet(night, stack)
    stack.globus.clear_faults()
    for left in night.catalog.ledger.unfinished():
        night.catalog.ledger.finish(left.submission_id, Outcome(End.LOST))


class SentDataSet:
    """A data set of two files on the rig, and its transfers."""

    def __init__(self, night: Run, stack: Stack) -> None:
        self.night, self.stack = night, stack
        self.data_set = nth(next(_NUMBERS))
        folder = f"{self.data_set.session.subject}-{uuid.uuid4().hex[:6]}"
        self.files = Manifest.of(self._write(f"{folder}/{name}.bin") for name in "ab")
        night.catalog.ledger.save_manifest(self.files)

    def _write(self, path: str) -> FileEntry:
        file = self.stack.rig / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(path.encode())
        return FileEntry(path, file.stat().st_size, int(file.stat().st_mtime))

    def begin(self, *, resumes: bool = False, label: str = "") -> Submission:
        """Record a submission in the ledger before it is posted."""
        begun = submission(
            self.data_set,
            submission_id=uuid.UUID(self.night.hook.submission_id()),
            source="rig",
            destination=PLACE,
            manifest_id=self.files.id,
            items=tuple(file.path for file in self.files.files),
            label=label or f"upload {self.files.id[:12]}",
            resumes=resumes,
        )
        self.night.catalog.ledger.begin(begun, max_unfinished=100)
        return begun

    def post(self, begun: Submission, *, destination: str = PLACE) -> str:
        """Post the transfer to the service."""
        source, place = self.night.place("rig"), self.night.place(destination)
        request = TransferRequest(
            source_collection=str(source.collection),
            destination_collection=str(place.collection),
            items=tuple(TransferItem(source.absolute(path), place.absolute(path)) for path in begun.items),
            label=begun.label,
            sync_level="checksum" if begun.resumes else None,
        )
        return self.night.hook.submit(request, submission_id=str(begun.submission_id))

    def accepted(self, *, resumes: bool = False) -> Submission:
        """A transfer under way, as recorded in the ledger."""
        begun = self.begin(resumes=resumes)
        self.night.catalog.ledger.accept(begun.submission_id, uuid.UUID(self.post(begun)))
        return self.night.catalog.ledger.submission(begun.submission_id)[0]

    def ended(self, under_way: Submission) -> Outcome:
        """The outcome, after the service has ended the transfer."""
        while not isinstance(outcome := end(self.night, under_way), Outcome):
            pass
        assert self.night.catalog.ledger.submission(under_way.submission_id)[1].status == outcome.status
        return outcome


def test_copied_files_and_files_skipped_as_identical_were_both_compared(sent: SentDataSet) -> None:
    first = sent.ended(sent.accepted())
    assert {algorithm for algorithm, _ in first.checksums.values()} == {"MD5"}
    assert (set(first.checksums), first.left) == ({file.path for file in sent.files.files}, None)
    again = sent.ended(sent.accepted(resumes=True))
    assert again.checksums == dict.fromkeys(first.checksums, ("", ""))


@pytest.mark.fault(43)
def test_an_expired_or_incomplete_list_proves_nothing_about_the_files_that_it_lacks(
    sent: SentDataSet, stack: Stack
) -> None:
    stack.globus.fault(file="*/b.bin", do="left_out", times=0)
    cut = sent.ended(sent.accepted())
    assert [path.rpartition("/")[2] for path in cut.checksums] == ["a.bin"]
    under_way = sent.accepted(resumes=True)
    task_id = str(under_way.transfer_task_id)
    while sent.night.hook.task(task_id)["status"] == "ACTIVE":
        pass
    (stack.archive / "4ElectrodeRig_Ephys" / sent.files.files[0].path).unlink()
    stack.globus.change_task(task_id, "expire_history")
    # Nothing was transferred, so files that are not listed were skipped as identical.
    assert set(sent.ended(under_way).checksums) == {file.path for file in sent.files.files}


@pytest.mark.fault(48)
def test_a_failed_transfer_records_the_copied_files_and_a_listing_of_its_destination(
    sent: SentDataSet, stack: Stack
) -> None:
    stack.globus.fault(file="*/b.bin", do="permission_denied", times=0)
    under_way = sent.accepted()
    arrived, missing = sent.files.files
    while not any(line["path"].endswith(arrived.path) for line in stack.globus.effects("written")):
        pass
    outcome = end(sent.night, under_way, given_up=FAILS)
    assert isinstance(outcome, Outcome)
    assert (outcome.status, outcome.detail) == ("FAILED", f"{FAILS}; the transfer was cancelled")
    assert set(outcome.checksums) == {arrived.path}
    assert [file.path for file in outcome.left or ()] == [arrived.path]
    [attempt] = accepted_attempts(sent.night, sent.data_set.id, PLACE)
    assert attempt.left is not None and missing.path not in attempt.left
    assert attempt.ended_at is not None


@pytest.mark.fault(47)
def test_a_transfer_unknown_to_the_service_is_lost_and_its_destination_is_listed(
    sent: SentDataSet, stack: Stack
) -> None:
    under_way = sent.accepted()
    while sent.night.hook.task(str(under_way.transfer_task_id))["status"] == "ACTIVE":
        pass
    stack.globus.change_task(str(under_way.transfer_task_id), "forget")
    outcome = sent.ended(under_way)
    assert (outcome.status, len(outcome.left or ())) == ("LOST", 2)


def test_an_archive_that_cannot_be_listed_is_not_treated_as_empty(sent: SentDataSet, stack: Stack) -> None:
    under_way = sent.accepted()
    while sent.night.hook.task(str(under_way.transfer_task_id))["status"] == "ACTIVE":
        pass
    stack.globus.change_task(str(under_way.transfer_task_id), "forget")
    stack.globus.fault(
        match="GET /v0.10/operation/endpoint/*/ls", do="status", status=403, code="PermissionDenied", times=0
    )
    assert sent.ended(under_way).left is None


@pytest.mark.fault(3, 40)
def test_a_lost_answer_is_found_at_the_service(sent: SentDataSet) -> None:
    begun = sent.begin()
    task_id = sent.post(begun)
    found = answered(sent.night, begun, still_right=lambda: pytest.fail("it was accepted"))
    assert found is not None and str(found.transfer_task_id) == task_id
    known = sent.night.catalog.ledger.submission(begun.submission_id)[0]
    requested = dt.datetime.fromisoformat(sent.night.hook.task(task_id)["request_time"])
    assert (str(known.transfer_task_id), known.accepted_at) == (task_id, requested)


@pytest.mark.fault(2)
def test_a_submission_that_was_never_accepted_is_reused_only_while_it_is_valid(
    sent: SentDataSet,
) -> None:
    # An earlier transfer of the same data set has the same label.
    sent.ended(sent.accepted())
    begun = sent.begin()
    assert answered(sent.night, begun, still_right=lambda: True) == begun
    assert sent.night.catalog.ledger.submission(begun.submission_id)[1] is None
    assert answered(sent.night, begun, still_right=lambda: False) is None
    outcome = sent.night.catalog.ledger.submission(begun.submission_id)[1]
    assert outcome is not None and outcome.status == "LOST"
    [attempt] = accepted_attempts(sent.night, sent.data_set.id, PLACE)
    assert attempt.succeeded, "a submission that was never accepted is not an attempt"


def test_a_transfer_to_another_collection_is_a_different_transfer(sent: SentDataSet) -> None:
    begun = sent.begin()
    sent.post(begun, destination="analysis")
    assert answered(sent.night, begun, still_right=lambda: True) == begun


def test_an_error_for_one_transfer_does_not_stop_the_others(sent: SentDataSet, stack: Stack) -> None:
    other = SentDataSet(sent.night, stack)
    refused, fine = sent.accepted(), other.accepted()
    while sent.night.hook.task(str(fine.transfer_task_id))["status"] == "ACTIVE":
        pass
    stack.globus.fault(
        match=f"GET /v0.10/task/{refused.transfer_task_id}",
        do="status",
        status=403,
        code="PermissionDenied",
        times=0,
    )
    settle(sent.night)
    ended = sent.night.catalog.ledger.submission(fine.submission_id)[1]
    assert ended is not None and ended.status == "SUCCEEDED"
    assert sent.night.catalog.ledger.submission(refused.submission_id)[1] is None


def test_an_old_submission_that_was_never_accepted_is_abandoned(sent: SentDataSet) -> None:
    begun = sent.begin()
    settle(sent.night)
    assert sent.night.catalog.ledger.submission(begun.submission_id)[1] is None
    other = SentDataSet(sent.night, sent.stack)
    old = replace(
        submission(other.data_set, source="rig", destination=PLACE, manifest_id=other.files.id),
        begun_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=2),
    )
    sent.night.catalog.ledger.begin(old, max_unfinished=100)
    settle(sent.night)
    ended = sent.night.catalog.ledger.submission(old.submission_id)[1]
    assert ended is not None and ended.status == "LOST"
