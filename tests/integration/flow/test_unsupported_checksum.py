"""A storage that does not support SHA-1: the transfer is tried until its deadline, and that is about the place."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import pytest
from tests.integration.flow.earlier import on_rig

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.outcome import end
from archive_flow.transfer.shipment import transfer_items
from archive_flow.upload.shipment import UploadShipment
from globus_provider.request import TransferRequest
from session_archive import clock
from session_archive.fixity.place_checksums import PlaceChecksums
from session_archive.states.state import State
from session_archive.transfers.ending import Failed
from session_archive.transfers.submission import Outcome, Submission
from support.stack import Stack

PLACE = "archive-ephys"


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    return ("--checksums=archive=MD5",)


def known(night: Run) -> PlaceChecksums:
    location = night.settings.locations[PLACE]
    return night.catalog.place_checksums.known({PLACE: location.collection})


def sent(night: Run, work_item: WorkItem, *, seconds: float) -> Submission:
    """Its transfer under way, with a deadline after so many seconds."""
    shipment = UploadShipment("upload", work_item)
    promise = shipment.promise(night, work_item.manifest_id)
    requested = transfer_items(night, shipment, promise)
    request = TransferRequest(
        source_collection=str(night.settings.sources["rig"].collection),
        destination_collection=str(night.settings.locations[PLACE].collection),
        items=requested.items,
        label=shipment.label,
        deadline=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds),
    )
    submission = Submission(
        submission_id=uuid.UUID(night.hook.submission_id()),
        data_set_id=work_item.name.id,
        data_set=work_item.data_set,
        route="upload",
        source="rig",
        destination=PLACE,
        manifest_id=promise.manifest_id,
        items=promise.items,
        resumes=promise.resumes,
        label=shipment.label,
        run_id=night.run_id,
        begun_at=clock.utc_now(),
    )
    ledger = night.catalog.ledger
    ledger.begin(submission, max_unfinished=100)
    task = night.hook.submit(request, submission_id=str(submission.submission_id))
    ledger.accept(submission.submission_id, uuid.UUID(task))
    return ledger.submission(submission.submission_id)[0]


@pytest.mark.fault(65)
def test_one_transfer_is_enough_and_the_next_one_is_sent_without(night: Run, stack: Stack) -> None:
    first, second = (on_rig(night, stack, dt.date(2021, 3, day)) for day in (1, 2))
    under_way = {work_item.data_set: sent(night, work_item, seconds=3) for work_item in (first, second)}
    results = []
    for work_item in (first, second):
        submission = under_way[work_item.data_set]
        while not isinstance(outcome := end(night, submission), Outcome):
            pass
        assert outcome.not_supported, outcome.detail
        assert "SHA1 is not supported" in outcome.detail
        results.append(UPLOAD._record(night, work_item, Failed(submission, outcome)))
    assert [(result.state, result.mismatch_at) for result in results] == [(State.WAITING, PLACE)] * 2
    (alarm,) = {result.place_alarm for result in results}
    assert alarm.startswith(f"{PLACE}: its storage does not support SHA1 checksums")
    answer = known(night).answer(PLACE, "SHA1")
    assert answer is not None
    assert (answer.computes, answer.detail) == (None, alarm)
    assert known(night).answer(PLACE, "MD5") is None

    again = sent(night, first, seconds=60)
    while not isinstance(outcome := end(night, again), Outcome):
        pass
    assert outcome.succeeded, outcome.detail
    assert {algorithm for algorithm, _ in outcome.checksums.values()} == {"MD5"}
