"""Transfers of the archive's own small files, in the ledger beside those of data sets."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.submissions.room import not_now, require_room
from archive_flow.submissions.unanswered import answered
from globus_provider.store import StoredSubmission
from session_archive.errors import CatalogError
from session_archive.naming.session_name import NAMESPACE
from session_archive.routes import Route
from session_archive.transfers.submission import Outcome, Submission

if TYPE_CHECKING:
    from airflow.sdk import Context


def small_files_id(what: str) -> uuid.UUID:
    """The key in the ledger of the parcel of this name."""
    return uuid.uuid5(NAMESPACE, f"parcel {what}")


@dataclass(frozen=True, slots=True)
class SmallFiles:
    """Small files that go together.

    what        : names it in the ledger, `manifests for archive-ephys`; the same name, the same parcel
    route       : 'carry' or 'fetch'
    source      : name of a place
    destination : name of a place
    """

    what: str
    route: str
    source: str
    destination: str

    @property
    def id(self) -> uuid.UUID:
        """Its key in the ledger, where data sets have theirs."""
        return small_files_id(self.what)

    def under_way(self, run: Run) -> Submission | None:
        """Its unfinished submission, whichever run began it."""
        return run.catalog.open_submission(self.id, self.route, self.destination)

    def attempts(self, run: Run) -> list[tuple[Submission, Outcome | None]]:
        """All its submissions, oldest first; None where one is unfinished."""
        return run.catalog.attempts(self.id, self.destination)

    def attempt(self, run: Run, transfer_task_id: str) -> tuple[Submission, Outcome | None]:
        """What the ledger knows of one transfer. Raises CatalogError where it is none of this parcel."""
        for submission, outcome in self.attempts(run):
            if str(submission.transfer_task_id) == transfer_task_id:
                return submission, outcome
        raise CatalogError(f"the ledger knows no transfer task {transfer_task_id} of {self.what}")


@dataclass(frozen=True, slots=True)
class Promise:
    """What one transfer of a parcel will move: paths of a manifest that the ledger has."""

    manifest_id: str
    items: tuple[str, ...]
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class SmallFilesStore:
    """A submission store over the ledger.

    promise     : called when a submission is about to begin
    still_right : whether a new look allows the very transfer of a submission whose answer nobody saw
    """

    route: Route
    context: Context
    parcel: SmallFiles
    label: str
    promise: Callable[[], Promise]
    still_right: Callable[[Run, Submission], bool]

    def load(self) -> StoredSubmission | None:
        """The attempt that is under way. Raises NotNow while the service has too much of ours."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            promised = self.parcel.under_way(run)
            if promised is not None:
                promised = answered(run, promised, still_right=partial(self.still_right, run, promised))
            if promised is None:
                require_room(run)
                return None
        task = promised.transfer_task_id
        return StoredSubmission(
            submission_id=str(promised.submission_id), task_id=str(task) if task else None
        )

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Commit the promise before the call, and the task's id after it."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            if task_id is not None:
                run.catalog.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
                return
            promise = self.promise()
            submission = Submission(
                submission_id=uuid.UUID(submission_id),
                data_set_id=self.parcel.id,
                data_set=self.parcel.what,
                route=self.parcel.route,
                source=self.parcel.source,
                destination=self.parcel.destination,
                manifest_id=promise.manifest_id,
                items=promise.items,
                resumes=promise.resumes,
                label=self.label,
                run_id=run.run_id,
                begun_at=dt.datetime.now(dt.UTC),
            )
            with not_now():
                run.catalog.begin(submission, max_unfinished=run.settings.limits.max_unfinished)
