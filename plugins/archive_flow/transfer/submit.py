"""Connects the submit operator with the ledger: which files to send, and which submission sends them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.retrieve.scratch_place import plan_at_submit
from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.run.work_item_pages import Part, only_work_item_of
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.resume import answered, promised_before
from archive_flow.submissions.unfinished_limit import TRY_AGAIN_AFTER, not_now, require_room
from archive_flow.transfer.proof import provable
from archive_flow.transfer.source_digests import source_digests
from globus_provider.errors import NotNow
from globus_provider.request import TransferItem, TransferItems
from globus_provider.store import StoredSubmission
from session_archive.errors import MissingDirectoryError, RefusedError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.routes import Route
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from session_archive.transfers.destination_plan import TransferPlan, plan_transfer
from session_archive.transfers.submission import Submission

if TYPE_CHECKING:
    from airflow.sdk import Context


@dataclass(slots=True)
class Sending:
    """What the submit operator of one route needs: its items and its submission store."""

    route: Route
    plan: TransferPlan | None = field(default=None, repr=False)

    def items(self, context: Context, *, part: Part) -> TransferItems:
        """The files to send: those of an attempt under way, else those that a listing of the destination allows.

        Where some of them exist there already, Globus compares checksums before it copies.
        """
        with airflow_errors(), open_run(self.route, context) as run:
            work_item = only_work_item_of(context, part)
            try:
                self.plan = _under_way(run, work_item) or _new_plan(run, work_item)
                self.plan.require_free()
            except RefusedError as error:
                context["ti"].xcom_push(key="refused", value=str(error))
                raise
            context["ti"].xcom_push(key="n_items", value=len(self.plan.items))
            source, destination = run.origin(work_item), run.destination(work_item)
            digests = source_digests(run, work_item, read=True)
            return TransferItems(
                items=tuple(
                    TransferItem(
                        source.absolute(file.path),
                        destination.absolute(file.path),
                        external_checksum=digest,
                        checksum_algorithm=algorithm,
                    )
                    for file in self.plan.items
                    for algorithm, digest in [digests.get(file.path, (_algorithm(run, file), ""))]
                ),
                sync_level="checksum" if self.plan.resumes else None,
                deadline=dt.timedelta(seconds=run.settings.limits.transfer_deadline),
            )

    def store(self, context: Context, *, part: Part) -> LedgerStore:
        """The ledger as the operator's submission store."""
        return LedgerStore(self, context, only_work_item_of(context, part))


@dataclass(frozen=True, slots=True)
class LedgerStore:
    """A submission store over the ledger in the catalog database, which is the decisive record of all submissions."""

    sending: Sending
    context: Context
    work_item: WorkItem

    def load(self) -> StoredSubmission | None:
        """The attempt to attach to, None for a new one. Raises NotNow while too many transfers are unfinished."""
        with airflow_errors(), open_run(self.sending.route, self.context) as run:
            promised = promised_before(run, self.work_item)
            if promised is not None:
                still_right = partial(_still_right, run, self.work_item, promised)
                promised = answered(run, promised, still_right=still_right)
            if promised is None:
                require_room(run)
                return None
            if _of_other_files(run, self.work_item, promised):
                # Another retrieval chose other files of this data set; its run may have died.
                settle(run)
                raise NotNow(
                    TRY_AGAIN_AFTER,
                    f"run {promised.run_id} retrieves other files of {self.work_item.data_set}",
                )
        task = promised.transfer_task_id
        return StoredSubmission(
            submission_id=str(promised.submission_id), task_id=str(task) if task else None
        )

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Commit the submission before the call, and the task's id after it.

        Raises NotNow while too many transfers are unfinished.
        """
        with airflow_errors(), open_run(self.sending.route, self.context) as run:
            if task_id is None:
                self._begin(run, uuid.UUID(submission_id))
            else:
                run.catalog.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
            if run.route.keeps == "replica":
                submitted = self.work_item.state(
                    State.SUBMITTED, "on its way to the archive", run_id=run.run_id
                )
                run.catalog.record_states([submitted])

    def _begin(self, run: Run, submission_id: uuid.UUID) -> None:
        plan, work_item = self.sending.plan, self.work_item
        assert plan is not None, "the operator asks for the items before it stores a submission"
        submission = Submission(
            submission_id=submission_id,
            data_set_id=work_item.name.id,
            data_set=work_item.data_set,
            route=run.route.name,
            source=work_item.origin,
            destination=work_item.destination,
            manifest_id=work_item.manifest_id,
            items=tuple(file.path for file in plan.items),
            resumes=plan.resumes,
            label=transfer_label(run.route.name, work_item),
            run_id=run.run_id,
            begun_at=dt.datetime.now(dt.UTC),
        )
        with not_now():
            run.catalog.begin(submission, max_unfinished=run.settings.limits.max_unfinished)


def _of_other_files(run: Run, work_item: WorkItem, promised: Submission) -> bool:
    return run.route.keeps == "retrieval" and promised.manifest_id != work_item.manifest_id


def _still_right(run: Run, work_item: WorkItem, promised: Submission) -> bool:
    """Whether a new plan has exactly the promised items, and none of them exists at the destination."""
    if _of_other_files(run, work_item, promised):
        return False
    plan = _new_plan(run, replace(work_item, manifest_id=promised.manifest_id))
    paths = tuple(file.path for file in plan.items)
    return paths == promised.items and not (plan.conflicts or plan.resumes or promised.resumes)


def _under_way(run: Run, work_item: WorkItem) -> TransferPlan | None:
    """Exactly the items that were promised; `LedgerStore.load` has checked that they are still right."""
    promised = run.catalog.open_submission(work_item.name.id, run.route.name, work_item.destination)
    if promised is None:
        return None
    files = {file.path: file for file in run.catalog.manifest(promised.manifest_id).files}
    return TransferPlan(tuple(files[path] for path in promised.items), (), (), promised.resumes)


def _algorithm(run: Run, file: FileEntry) -> str:
    """In a retrieval: the catalog's algorithm, so that Globus' checksum can be compared; '' leaves it to Globus.

    The catalog's digest itself is not sent: one file that does not match the catalog would end the whole transfer.
    """
    return file.checksum_algorithm if run.route.origin == "catalog" and file.checksum else ""


def _new_plan(run: Run, work_item: WorkItem) -> TransferPlan:
    """List the destination before submitting, since Globus overwrites existing files."""
    if run.route.destination == "scratch":
        return plan_at_submit(run, work_item)
    known = run.catalog.is_proven(work_item.name.id, work_item.destination)
    proven = {file.path: file for file in run.catalog.files(work_item.name.id).files} if known else {}
    plan = plan_transfer(
        promised=run.catalog.manifest(work_item.manifest_id),
        present=_present(run, work_item),
        attempts=accepted_attempts(run, work_item.name.id, work_item.destination),
        proven=proven,
        accepted=accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=work_item.manifest_id).covers,
    )
    return plan.proving(provable(run, work_item, plan.unproven)) if plan.unproven else plan


def _present(run: Run, work_item: WorkItem) -> Manifest:
    try:
        return run.list_destination(work_item).manifest
    except MissingDirectoryError:
        return Manifest(())
