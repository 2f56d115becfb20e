"""A retrieval to a place that cannot compute the catalog's checksum is compared by another digest of the catalog."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.integration.flow.sent import PLACE, SentDataSet

from archive_flow.retrieve.shipment import RetrieveShipment
from archive_flow.retrieve.verify import VerifiedRetrieval, verify_retrieval
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.outcome import end
from archive_flow.transfer.shipment import transfer_items
from globus_provider.request import TransferRequest
from session_archive.fixity.file_digest import Basis, Computer, digests_of
from session_archive.fixity.place_checksums import ChecksumAnswer
from session_archive.states.state import State
from session_archive.transfers.ending import Arrived
from session_archive.transfers.submission import Outcome, Submission
from support.stack import Stack


@pytest.fixture(scope="module")
def switches() -> Sequence[str]:
    return ("--checksums=scratch=SHA256",)


@pytest.fixture
def archived(night: Run, stack: Stack) -> SentDataSet:
    """Its MD5 is in the catalog, and its SHA-256 was read at the rig."""
    for place, algorithm, computes in (
        ("analysis", "MD5", False),
        ("analysis", "SHA256", True),
        (PLACE, "SHA256", True),
    ):
        answer = ChecksumAnswer(place, night.place(place).collection, algorithm, computes, computes or None)
        night.catalog.place_checksums.record([answer])
    sent = SentDataSet(night, stack, origin="rig")
    assert sent.record(sent.arrive()).state is State.ARCHIVED
    assert {file.checksum_algorithm for file in sent.cataloged()} == {"MD5"}
    keep_sha256(night, sent)
    return sent


def keep_sha256(night: Run, sent: SentDataSet, *, wrong: bool = False) -> None:
    digests = {
        path: ("SHA256", hashlib.sha256((sent.root / path).read_bytes() + b"x" * wrong).hexdigest())
        for path in sent.paths
    }
    files = night.catalog.replicas.files(sent.name.id)
    night.catalog.file_digests.keep(
        sent.name.id,
        digests_of(files, digests, place="rig", computed_by=Computer.WORKER, basis=Basis.READ),
    )


def retrieve(night: Run, sent: SentDataSet) -> VerifiedRetrieval:
    files = night.catalog.replicas.files(sent.name.id)
    item: WorkItem = replace(
        sent.item, origin=PLACE, destination="analysis", manifest_id=night.catalog.ledger.save_manifest(files)
    )
    run = replace(night, route="retrieve", believed={})
    shipment = RetrieveShipment("retrieve", item)
    promise = shipment.promise(run, item.manifest_id)
    requested = transfer_items(run, shipment, promise)
    assert {each.checksum_algorithm for each in requested.items} == {"SHA256"}
    submission = Submission(
        submission_id=uuid.UUID(run.hook.submission_id()),
        data_set_id=item.name.id,
        data_set=item.data_set,
        route="retrieve",
        source=PLACE,
        destination="analysis",
        manifest_id=item.manifest_id,
        items=promise.items,
        resumes=promise.resumes,
        label=shipment.label,
        run_id=run.run_id,
    )
    run.catalog.ledger.begin(submission, max_unfinished=100)
    request = TransferRequest(
        source_collection=str(run.place(PLACE).collection),
        destination_collection=str(run.place("analysis").collection),
        items=requested.items,
        label=shipment.label,
        verify_checksum=requested.verify_checksum,
    )
    task = run.hook.submit(request, submission_id=str(submission.submission_id))
    run.catalog.ledger.accept(submission.submission_id, uuid.UUID(task))
    accepted, _ = run.catalog.ledger.submission(submission.submission_id)
    while not isinstance(outcome := end(run, accepted), Outcome):
        pass
    assert outcome.succeeded, outcome.detail
    return verify_retrieval(run, item, Arrived(accepted, outcome))


def rot(stack: Stack, sent: SentDataSet) -> str:
    """A byte of the archive's copy flips; size and time stay."""
    path = sent.paths[0]
    file = stack.archive / "4ElectrodeRig_Ephys" / path
    times = file.stat()
    file.write_bytes(b"AS recorded")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    return path


def test_a_good_copy_is_proven_by_the_digest_that_both_places_compute(
    night: Run, archived: SentDataSet
) -> None:
    verified = retrieve(night, archived)
    assert verified.report.intact
    assert "2 by the checksum that Globus reported" in verified.method


def test_a_rotten_copy_is_noticed(night: Run, stack: Stack, archived: SentDataSet) -> None:
    path = rot(stack, archived)
    (difference,) = retrieve(night, archived).report.differences
    assert (difference.path, difference.problem) == (path, "checksum")
    assert "SHA256" in difference.detail


def test_a_digest_on_which_the_catalog_disagrees_proves_nothing(night: Run, archived: SentDataSet) -> None:
    keep_sha256(night, archived, wrong=True)
    verified = retrieve(night, archived)
    assert verified.report.intact
    assert "2 by size" in verified.method
