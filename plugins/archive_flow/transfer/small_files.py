"""Transfers of the archive's own small files; the ledger has them next to those of data sets."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.submissions.resume import answered
from archive_flow.submissions.unfinished_limit import not_now, require_room
from globus_provider.store import StoredSubmission
from session_archive.errors import CatalogError
from session_archive.naming.session_name import NAMESPACE
from session_archive.routes import Route
from session_archive.transfers.submission import Outcome, Submission

if TYPE_CHECKING:
    from airflow.sdk import Context


def small_files_id(what: str) -> uuid.UUID:
    """The ledger's key of the small files of this name."""
    # The ledger has rows under this text: it must never change.
    return uuid.uuid5(NAMESPACE, f"parcel {what}")


@dataclass(frozen=True, slots=True)
class SmallFiles:
    """Small files that are transferred together.

    what        : their name in the ledger, `manifests for archive-ephys`; the same name has the same key
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
        """Their key in the ledger, in the place of a data set's."""
        return small_files_id(self.what)

    def under_way(self, run: Run) -> Submission | None:
        """Their unfinished submission, no matter which run began it."""
        return run.catalog.open_submission(self.id, self.route, self.destination)

    def attempts(self, run: Run) -> list[tuple[Submission, Outcome | None]]:
        """All their submissions with their outcomes, oldest first; None as outcome of an unfinished one."""
        return run.catalog.attempts(self.id, self.destination)

    def attempt(self, run: Run, transfer_task_id: str) -> tuple[Submission, Outcome | None]:
        """One transfer, as the ledger has it. Raises CatalogError where it is not a transfer of these files."""
        for submission, outcome in self.attempts(run):
            if str(submission.transfer_task_id) == transfer_task_id:
                return submission, outcome
        raise CatalogError(f"the ledger has no transfer task {transfer_task_id} of {self.what}")


@dataclass(frozen=True, slots=True)
class Promise:
    """What one transfer of small files will move: paths in a manifest that the ledger has."""

    manifest_id: str
    items: tuple[str, ...]
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class SmallFilesStore:
    """A submission store over the ledger.

    promise     : called just before a submission begins
    still_right : whether a new listing allows exactly the transfer of a submission whose answer was never seen
    """

    route: Route
    context: Context
    small_files: SmallFiles
    label: str
    promise: Callable[[], Promise]
    still_right: Callable[[Run, Submission], bool]

    def load(self) -> StoredSubmission | None:
        """The attempt that is under way. Raises NotNow while too many of our transfers are unfinished."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            promised = self.small_files.under_way(run)
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
        """Commit the submission before the call, and the task's id after it."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            if task_id is not None:
                run.catalog.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
                return
            promise = self.promise()
            submission = Submission(
                submission_id=uuid.UUID(submission_id),
                data_set_id=self.small_files.id,
                data_set=self.small_files.what,
                route=self.small_files.route,
                source=self.small_files.source,
                destination=self.small_files.destination,
                manifest_id=promise.manifest_id,
                items=promise.items,
                resumes=promise.resumes,
                label=self.label,
                run_id=run.run_id,
                begun_at=dt.datetime.now(dt.UTC),
            )
            with not_now():
                run.catalog.begin(submission, max_unfinished=run.settings.limits.max_unfinished)
