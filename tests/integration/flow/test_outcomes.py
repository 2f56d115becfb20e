"""What the ledger learns of a transfer from the service, and from a look at what it left."""

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
#: Each test has data sets of its own in the one catalog of this file.
_NUMBERS = itertools.count()
FAILS = "its fault does not go away"


@pytest.fixture
def sent(night: Run, stack: Stack) -> Iterator["SentDataSet"]:
    yield SentDataSet(night, stack)
    stack.globus.clear_faults()
    for left in night.catalog.unfinished():
        night.catalog.finish(left.submission_id, Outcome(End.LOST))


class SentDataSet:
    """A data set of two files on the rig, and its transfers."""

    def __init__(self, night: Run, stack: Stack) -> None:
        self.night, self.stack = night, stack
        self.data_set = nth(next(_NUMBERS))
        folder = f"{self.data_set.session.subject}-{uuid.uuid4().hex[:6]}"
        self.files = Manifest.of(self._write(f"{folder}/{name}.bin") for name in "ab")
        night.catalog.save_manifest(self.files)

    def _write(self, path: str) -> FileEntry:
        file = self.stack.rig / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(path.encode())
        return FileEntry(path, file.stat().st_size, int(file.stat().st_mtime))

    def begin(self, *, resumes: bool = False, label: str = "") -> Submission:
        """Promise it to the ledger."""
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
        self.night.catalog.begin(begun, max_unfinished=100)
        return begun

    def post(self, begun: Submission, *, destination: str = PLACE) -> str:
        """Ask the service for it."""
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
        """Under way, as the ledger has it."""
        begun = self.begin(resumes=resumes)
        self.night.catalog.accept(begun.submission_id, uuid.UUID(self.post(begun)))
        return self.night.catalog.submission(begun.submission_id)[0]

    def ended(self, under_way: Submission) -> Outcome:
        """The outcome, once the service says that it is over."""
        while (outcome := end(self.night, under_way)) is None:
            pass
        assert self.night.catalog.submission(under_way.submission_id)[1].status == outcome.status
        return outcome


def test_what_was_copied_and_what_was_skipped_as_identical_were_both_compared(sent: SentDataSet) -> None:
    first = sent.ended(sent.accepted())
    assert {algorithm for algorithm, _ in first.checksums.values()} == {"MD5"}
    assert (set(first.checksums), first.left) == ({file.path for file in sent.files.files}, None)
    again = sent.ended(sent.accepted(resumes=True))
    assert again.checksums == dict.fromkeys(first.checksums, ("", ""))


def test_a_list_that_is_gone_or_cut_says_nothing_of_the_files_that_it_lacks(
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
    # Nothing was transferred, so that what is not listed was skipped as identical.
    assert set(sent.ended(under_way).checksums) == {file.path for file in sent.files.files}


def test_a_failed_transfer_tells_what_it_had_brought_and_a_look_says_what_lies_there(
    sent: SentDataSet, stack: Stack
) -> None:
    stack.globus.fault(file="*/b.bin", do="permission_denied", times=0)
    under_way = sent.accepted()
    arrived, missing = sent.files.files
    while not any(line["path"].endswith(arrived.path) for line in stack.globus.effects("written")):
        pass
    outcome = end(sent.night, under_way, given_up=FAILS)
    assert outcome is not None
    assert (outcome.status, outcome.detail) == ("FAILED", f"{FAILS}; the transfer was cancelled")
    assert set(outcome.checksums) == {arrived.path}
    assert [file.path for file in outcome.left or ()] == [arrived.path]
    [attempt] = accepted_attempts(sent.night, sent.data_set.id, PLACE)
    assert attempt.left is not None and missing.path not in attempt.left
    assert attempt.ended_at is not None


def test_a_transfer_that_the_service_forgot_is_lost_and_was_looked_at(
    sent: SentDataSet, stack: Stack
) -> None:
    under_way = sent.accepted()
    while sent.night.hook.task(str(under_way.transfer_task_id))["status"] == "ACTIVE":
        pass
    stack.globus.change_task(str(under_way.transfer_task_id), "forget")
    outcome = sent.ended(under_way)
    assert (outcome.status, len(outcome.left or ())) == ("LOST", 2)


def test_an_archive_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    sent: SentDataSet, stack: Stack
) -> None:
    under_way = sent.accepted()
    while sent.night.hook.task(str(under_way.transfer_task_id))["status"] == "ACTIVE":
        pass
    stack.globus.change_task(str(under_way.transfer_task_id), "forget")
    stack.globus.fault(
        match="GET /v0.10/operation/endpoint/*/ls", do="status", status=403, code="PermissionDenied", times=0
    )
    assert sent.ended(under_way).left is None


def test_an_answer_that_nobody_saw_is_asked_for(sent: SentDataSet) -> None:
    begun = sent.begin()
    task_id = sent.post(begun)
    found = answered(sent.night, begun, still_right=lambda: pytest.fail("it was accepted"))
    assert found is not None and str(found.transfer_task_id) == task_id
    known = sent.night.catalog.submission(begun.submission_id)[0]
    requested = dt.datetime.fromisoformat(sent.night.hook.task(task_id)["request_time"])
    assert (str(known.transfer_task_id), known.accepted_at) == (task_id, requested)


def test_a_promise_that_was_never_accepted_is_kept_while_it_is_right_and_else_given_up(
    sent: SentDataSet,
) -> None:
    # An earlier transfer of the same data set has the same label.
    sent.ended(sent.accepted())
    begun = sent.begin()
    assert answered(sent.night, begun, still_right=lambda: True) == begun
    assert sent.night.catalog.submission(begun.submission_id)[1] is None
    assert answered(sent.night, begun, still_right=lambda: False) is None
    outcome = sent.night.catalog.submission(begun.submission_id)[1]
    assert outcome is not None and outcome.status == "LOST"
    [attempt] = accepted_attempts(sent.night, sent.data_set.id, PLACE)
    assert attempt.succeeded, "what was never accepted is no attempt"


def test_a_transfer_to_another_collection_is_another_one(sent: SentDataSet) -> None:
    begun = sent.begin()
    sent.post(begun, destination="analysis")
    assert answered(sent.night, begun, still_right=lambda: True) == begun


def test_one_transfer_that_cannot_be_asked_for_stops_no_other(sent: SentDataSet, stack: Stack) -> None:
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
    ended = sent.night.catalog.submission(fine.submission_id)[1]
    assert ended is not None and ended.status == "SUCCEEDED"
    assert sent.night.catalog.submission(refused.submission_id)[1] is None


def test_what_was_begun_long_ago_and_never_accepted_is_given_up(sent: SentDataSet) -> None:
    begun = sent.begin()
    settle(sent.night)
    assert sent.night.catalog.submission(begun.submission_id)[1] is None
    other = SentDataSet(sent.night, sent.stack)
    old = replace(
        submission(other.data_set, source="rig", destination=PLACE, manifest_id=other.files.id),
        begun_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=2),
    )
    sent.night.catalog.begin(old, max_unfinished=100)
    settle(sent.night)
    ended = sent.night.catalog.submission(old.submission_id)[1]
    assert ended is not None and ended.status == "LOST"
