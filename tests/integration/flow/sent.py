"""One data set of two files on a rig, and its way into the archive by the functions that the tasks of a night call."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import uuid
from dataclasses import replace
from pathlib import Path

from archive_flow.routes import UPLOAD
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.submissions.outcome import end
from globus_provider.request import TransferItem, TransferRequest
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import DataSetName, SessionName
from session_archive.transfers.ending import Arrived
from session_archive.transfers.submission import Outcome, Submission
from support.stack import Stack

PLACE = "archive-ephys"
DAY = dt.date(2021, 1, 1)
RECORDED = 1_609_500_000
#: Each test has its own subject in the catalog and on the rigs that the tests of a file share.
_NUMBERS = itertools.count(100)


class SentDataSet:
    """A data set from its listing on a rig to its record.

    origin  : 'rig', which this machine can read, or 'far-rig', which only Globus can list
    subject : one of the lab's, so that a session claims it; '' for one that no test has used
    """

    def __init__(self, night: Run, stack: Stack, *, origin: str, subject: str = "") -> None:
        self.night, self.stack, self.origin = night, stack, origin
        subject = subject or f"SC{next(_NUMBERS)}"
        self.name = DataSetName("raw-ephys", SessionName(subject, DAY))
        self.directory = f"{subject}/catgt_{subject}_010121_g0"
        self.root = {"rig": stack.rig, "far-rig": stack.far_rig}[origin]
        self.paths = [f"{self.directory}/{subject}_010121_g0_t0.nidq.{end}" for end in ("bin", "meta")]
        for path in self.paths:
            self.write(path, b"as recorded", at=RECORDED)
        self.item = WorkItem(
            data_set=str(self.name),
            directory=self.directory,
            origin=origin,
            destination=PLACE,
            manifest_id="",
            session_id=str(self.name.id),
            session=str(self.name.session),
        )
        manifest = night.list_origin(self.item).manifest
        assert [file.path for file in manifest.files] == self.paths
        self.item = replace(self.item, manifest_id=night.catalog.ledger.save_manifest(manifest))

    @property
    def folder(self) -> Path:
        """Its folder on the rig."""
        return self.root / self.directory

    def write(self, path: str, content: bytes, *, at: int) -> None:
        """Write a file on the rig, with a time of its own."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (at, at))

    def rewrite(self, number: int = 0, *, at: int = RECORDED + 500) -> None:
        """Another version of a file, of the same size."""
        self.write(self.paths[number], b"AS RECORDED", at=at)

    def remove(self) -> None:
        """The rig is cleaned up."""
        shutil.rmtree(self.folder)

    def begin(self, *, items: tuple[str, ...] = (), resumes: bool = False) -> Submission:
        """Commit the submission, as before it is posted; of all files unless `items` names some."""
        submission = Submission(
            submission_id=uuid.UUID(self.night.hook.submission_id()),
            data_set_id=self.name.id,
            data_set=str(self.name),
            route=UPLOAD.name,
            source=self.origin,
            destination=PLACE,
            manifest_id=self.item.manifest_id,
            items=items or tuple(self.paths),
            resumes=resumes,
            label=f"upload {self.name}",
            run_id=self.night.run_id,
        )
        self.night.catalog.ledger.begin(submission, max_unfinished=100)
        return submission

    def post(self, begun: Submission) -> uuid.UUID:
        """Post it to the service."""
        source, place = self.night.place(self.origin), self.night.place(PLACE)
        request = TransferRequest(
            source_collection=str(source.collection),
            destination_collection=str(place.collection),
            items=tuple(TransferItem(source.absolute(path), place.absolute(path)) for path in begun.items),
            label=begun.label,
            sync_level="checksum" if begun.resumes else None,
        )
        return uuid.UUID(self.night.hook.submit(request, submission_id=str(begun.submission_id)))

    def wait(self, task: uuid.UUID) -> None:
        """Until the service says that the transfer is over."""
        while self.night.hook.task(str(task))["status"] == "ACTIVE":
            pass

    def send(self, *, items: tuple[str, ...] = (), resumes: bool = False) -> Submission:
        """The whole transfer, which has ended, though nobody has read how."""
        begun = self.begin(items=items, resumes=resumes)
        task = self.post(begun)
        self.night.catalog.ledger.accept(begun.submission_id, task)
        self.wait(task)
        return self.night.catalog.ledger.submission(begun.submission_id)[0]

    def arrive(self, *, items: tuple[str, ...] = (), resumes: bool = False) -> Arrived:
        """The whole transfer, whose end is in the ledger."""
        submission = self.send(items=items, resumes=resumes)
        outcome = end(self.night, submission)
        assert isinstance(outcome, Outcome) and outcome.succeeded
        return Arrived(submission, outcome)

    def record(self, arrived: Arrived) -> Result:
        """What the record task does."""
        return UPLOAD.verify_and_record(self.night, self.item, arrived)

    def cataloged(self) -> tuple[FileEntry, ...]:
        """Its files, as the catalog has them; none where it has no row."""
        replicas = self.night.catalog.replicas
        return replicas.files(self.name.id).files if self.name.id in replicas.at(PLACE) else ()

    def archived(self) -> Manifest:
        """What lies in the archive."""
        return self.night.list_destination(self.item).manifest
