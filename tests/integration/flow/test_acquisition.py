"""The acquisition program's checksums where the archive's storage cannot compute them: read at the rig, once."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from tests.integration.flow.earlier import on_rig

from archive_flow.retrieve.shipment import RetrieveShipment
from archive_flow.run.context import Run
from archive_flow.submissions.outcome import read_outcome
from archive_flow.transfer.shipment import transfer_items
from archive_flow.upload.acquisition import require_as_acquired
from archive_flow.upload.shipment import UploadShipment
from archive_flow.upload.verify import verify_upload
from globus_provider.request import TransferRequest
from session_archive import clock
from session_archive.errors import RefusedError
from session_archive.fixity.file_digest import Basis, Computer, FileDigest
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.place_checksums import ALGORITHMS, ChecksumAnswer
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.state import State
from session_archive.transfers.ending import Arrived
from session_archive.transfers.submission import Outcome, Promise, Submission
from support.stack import Stack

PLACE = "archive-ephys"
_DAYS = itertools.count(1)


@pytest.fixture
def recording(night: Run, stack: Stack) -> Recording:
    """A recording of its own for each test; the archive computes everything until the test says otherwise."""
    recording = Recording(night, stack)
    recording.answer(*ALGORITHMS, computes=True, notices=True)
    return recording


class Recording:
    """One recording with SpikeGLX' SHA-1, on the rig."""

    def __init__(self, night: Run, stack: Stack) -> None:
        self.night, self.stack = night, stack
        day = dt.date(2021, 3, next(_DAYS))
        self.work_item = on_rig(night, stack, day)
        self.files = night.catalog.ledger.manifest(self.work_item.manifest_id)
        self.binaries = [file for file in self.files.files if file.path.endswith(".bin")]

    def answer(self, *algorithms: str, computes: bool | None, notices: bool | None = None) -> None:
        collection = self.night.settings.locations[PLACE].collection
        self.night.catalog.place_checksums.record(
            ChecksumAnswer(PLACE, collection, algorithm, computes, notices) for algorithm in algorithms
        )

    def compare(self) -> None:
        require_as_acquired(self.night, self.work_item, self.files.files)

    def decide(self, verdict: Verdict) -> None:
        name = self.work_item.data_set
        self.night.catalog.decisions.decide(
            [
                Decision(
                    verdict,
                    data_set=name,
                    data_set_type="raw-ephys",
                    manifest_id=self.files.id,
                    decided_by="ann",
                    why="test",
                    decided_at=clock.utc_now(),
                )
            ]
        )

    @property
    def digests(self) -> list[FileDigest]:
        return self.night.catalog.file_digests.of(self.work_item.name.id)

    @property
    def readings(self) -> list[FileDigest]:
        return [each for each in self.digests if each.basis is Basis.READ]

    def path(self, number: int) -> Path:
        return self.stack.rig / self.binaries[number].path

    def rot(self, number: int) -> Path:
        """Flip a byte; size and whole second stay."""
        path = self.path(number)
        status, content = path.stat(), bytearray(path.read_bytes())
        content[0] ^= 1
        path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns // 10**9 * 10**9 + 7))
        return path

    def send(self) -> Arrived:
        """Send it as the flow would."""
        shipment = UploadShipment("upload", self.work_item)
        promise = shipment.promise(self.night, self.files.id)
        requested = transfer_items(self.night, shipment, promise)
        hook, settings = self.night.hook, self.night.settings
        request = TransferRequest(
            source_collection=str(settings.sources["rig"].collection),
            destination_collection=str(settings.locations[PLACE].collection),
            items=requested.items,
            label=shipment.label,
            sync_level=requested.sync_level,
            verify_checksum=requested.verify_checksum,
        )
        submission = Submission(
            submission_id=uuid.UUID(hook.submission_id()),
            data_set_id=self.work_item.name.id,
            data_set=self.work_item.data_set,
            route="upload",
            source="rig",
            destination=PLACE,
            manifest_id=promise.manifest_id,
            items=promise.items,
            resumes=promise.resumes,
            label=shipment.label,
            run_id="night 1",
            begun_at=clock.utc_now(),
        )
        ledger = self.night.catalog.ledger
        ledger.begin(submission, max_unfinished=100)
        task = uuid.UUID(hook.submit(request, submission_id=str(submission.submission_id)))
        ledger.accept(submission.submission_id, task)
        submission = ledger.submission(submission.submission_id)[0]
        outcome = self._ended(submission)
        ledger.finish(submission.submission_id, outcome)
        return Arrived(submission, outcome)

    def _ended(self, submission: Submission) -> Outcome:
        while not isinstance(outcome := read_outcome(self.night, submission), Outcome):
            pass
        assert outcome.succeeded, outcome.detail
        return outcome


def test_a_place_that_computes_sha1_is_left_to_compare_it(recording: Recording) -> None:
    recording.rot(0)
    recording.compare()
    assert recording.readings == []


@pytest.mark.fault(63, 65)
@pytest.mark.parametrize(("computes", "notices"), [(False, True), (None, None), (True, False)])
def test_else_each_recording_is_read_at_the_rig_once(
    recording: Recording, computes: bool | None, notices: bool | None
) -> None:
    recording.answer("SHA1", computes=computes, notices=notices)
    recording.compare()
    recording.compare()
    sha1 = [
        hashlib.sha1(recording.path(n).read_bytes(), usedforsecurity=False).hexdigest()
        for n in range(len(recording.binaries))
    ]
    assert sorted((each.path, each.algorithm, each.value) for each in recording.readings) == sorted(
        (file.path, "SHA1", digest) for file, digest in zip(recording.binaries, sha1, strict=True)
    )
    assert {(each.place, each.computed_by) for each in recording.readings} == {("rig", Computer.WORKER)}


@pytest.mark.fault(20)
def test_a_file_that_was_written_since_is_read_again_and_refused_by_name(recording: Recording) -> None:
    recording.answer("SHA1", computes=False)
    recording.compare()
    rotten = [recording.rot(n).name for n in range(2)]
    with pytest.raises(RefusedError) as refused:
        recording.compare()
    assert str(refused.value).startswith("read at the rig, files do not have the checksum")
    assert all(name in str(refused.value) for name in rotten)
    count = len(recording.readings)
    with pytest.raises(RefusedError):
        UploadShipment("upload", recording.work_item).promise(recording.night, recording.files.id)
    assert len(recording.readings) == count, "nothing is read twice"


def test_a_person_has_it_read_again_or_accepts_it(recording: Recording) -> None:
    recording.answer("SHA1", computes=False)
    recording.rot(0)
    with pytest.raises(RefusedError):
        recording.compare()
    count = len(recording.readings)
    recording.decide(Verdict.SEND_AGAIN)
    for _ in range(2):
        with pytest.raises(RefusedError):
            recording.compare()
    assert len(recording.readings) == count + len(recording.binaries), "each once, since the decision"
    recording.decide(Verdict.ACCEPT_WITHOUT_CHECKSUM)
    recording.compare()


def test_a_rig_that_cannot_be_read_here_has_nothing_to_compare(recording: Recording) -> None:
    recording.answer("SHA1", computes=False)
    recording.work_item = replace(recording.work_item, origin="far-rig")
    recording.compare()
    assert recording.readings == []


def test_our_own_digest_of_the_source_is_not_compared_with_itself(recording: Recording) -> None:
    recording.answer("SHA1", "SHA256", computes=False)
    fixity = recording.night.settings.fixity.model_copy(update={"source_sha256": True})
    settings = recording.night.settings.model_copy(update={"fixity": fixity})
    recording.night = replace(recording.night, settings=settings)
    arrived = recording.send()
    assert {algorithm for algorithm, _ in arrived.outcome.checksums.values()} == {"MD5"}
    sha256 = [each.path for each in recording.readings if each.algorithm == "SHA256"]
    rest = [file.path for file in recording.files.files if file not in recording.binaries]
    assert sha256 == rest
    recording.compare()
    assert [each.path for each in recording.readings if each.algorithm == "SHA256"] == rest


def test_a_retrieval_requests_only_what_both_places_compute(recording: Recording) -> None:
    files = Manifest.of(
        replace(file, checksum="ab" * 20, checksum_algorithm="SHA1", vouched_by="spikeglx")
        for file in recording.binaries
    )
    night = recording.night
    night.catalog.ledger.save_manifest(files)
    back = replace(recording.work_item, origin=PLACE, destination="analysis", manifest_id=files.id)
    shipment = RetrieveShipment("retrieve", back)
    promise = Promise(files.id, tuple(file.path for file in files.files))

    def algorithms() -> set[str]:
        return {item.checksum_algorithm for item in transfer_items(night, shipment, promise).items}

    assert algorithms() == {"SHA1"}
    recording.answer("SHA1", computes=False)
    assert algorithms() == {""}


def test_what_is_archived_already_is_not_read_again(recording: Recording) -> None:
    recording.answer("SHA1", computes=False)
    require_as_acquired(recording.night, recording.work_item, [])
    assert recording.readings == []


def test_globus_compares_by_its_own_algorithm_and_every_digest_is_known(recording: Recording) -> None:
    recording.answer("SHA1", computes=False)
    arrived = recording.send()
    assert {algorithm for algorithm, _ in arrived.outcome.checksums.values()} == {"MD5"}
    verified = verify_upload(recording.night, recording.work_item, recording.files, arrived)
    assert verified.state is State.ARCHIVED
    first = recording.binaries[0].path
    found = {
        (each.algorithm, each.place, each.computed_by, each.basis)
        for each in verified.digests
        if each.path == first
    }
    assert found == {
        ("SHA1", "rig", Computer.ACQUISITION, Basis.STORED),
        ("MD5", PLACE, Computer.GLOBUS, Basis.NOT_KNOWN),
    }
    assert [each.path for each in recording.readings] == [file.path for file in recording.binaries]


def test_a_storage_without_md5_is_compared_by_another_algorithm(recording: Recording) -> None:
    recording.answer("MD5", "SHA1", computes=False)
    recording.answer("SHA256", computes=True, notices=True)
    arrived = recording.send()
    assert {algorithm for algorithm, _ in arrived.outcome.checksums.values()} == {"SHA256"}


@pytest.mark.fault(65)
def test_where_nothing_can_prove_the_bytes_they_are_unverified_not_refused(
    recording: Recording, stack: Stack
) -> None:
    recording.answer(*ALGORITHMS, computes=False)
    arrived = recording.send()
    assert arrived.outcome.checksums == {}
    verified = verify_upload(recording.night, recording.work_item, recording.files, arrived)
    assert verified.state is State.UNVERIFIED
    assert "The storage there computes no checksum that Globus could compare" in verified.reason
    # No transfer that would have to compare is made afterwards.
    promise = UploadShipment("upload", recording.work_item).promise(recording.night, recording.files.id)
    assert promise.items == ()
    location = recording.night.settings.locations[PLACE]
    local = location.model_copy(update={"declared_local_path": str(stack.archive / "4ElectrodeRig_Ephys")})
    settings = recording.night.settings.model_copy(
        update={"locations": {**recording.night.settings.locations, PLACE: local}}
    )
    mounted = replace(recording.night, settings=settings)
    read = verify_upload(mounted, recording.work_item, recording.files, arrived)
    assert read.state is State.ARCHIVED
    assert {file.vouched_by for file in read.manifest.files} == {"spikeglx", "read"}
    assert {each.computed_by for each in read.digests if each.place == PLACE} == {Computer.WORKER}
