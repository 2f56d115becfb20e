"""The links between the submit operator and the ledger: what to send, and what was promised of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.retrieve.existing import look_again
from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.run.pages import Part, only_work_item_of
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.room import TRY_AGAIN_AFTER, not_now, require_room
from archive_flow.submissions.unanswered import answered
from archive_flow.transfer.proof import provable
from archive_flow.transfer.source_digests import source_digests
from globus_provider.errors import NotNow
from globus_provider.request import TransferItem, TransferItems
from globus_provider.store import StoredSubmission
from session_archive.errors import NotThereError, RefusedError
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
    """What the submit operator of one route asks: its items and its submission store."""

    route: Route
    plan: TransferPlan | None = field(default=None, repr=False)

    def items(self, context: Context, *, part: Part) -> TransferItems:
        """The files to send: as promised by an attempt under way, else what a look at the destination allows.

        Where some of them lie there already, Globus compares checksums before it copies.
        """
        with airflow_errors(), open_run(self.route, context) as run:
            work_item = only_work_item_of(context, part)
            try:
                self.plan = _under_way(run, work_item) or _look(run, work_item)
                self.plan.require_free()
            except RefusedError as error:
                context["ti"].xcom_push(key="refused", value=str(error))
                raise
            context["ti"].xcom_push(key="n_items", value=len(self.plan.items))
            source, destination = run.origin(work_item), run.destination(work_item)
            vouched = source_digests(run, work_item, read=True)
            return TransferItems(
                items=tuple(
                    TransferItem(
                        source.absolute(file.path),
                        destination.absolute(file.path),
                        external_checksum=digest,
                        checksum_algorithm=algorithm,
                    )
                    for file in self.plan.items
                    for algorithm, digest in [vouched.get(file.path, (_algorithm(run, file), ""))]
                ),
                sync_level="checksum" if self.plan.resumes else None,
                deadline=dt.timedelta(seconds=run.settings.limits.transfer_deadline),
            )

    def store(self, context: Context, *, part: Part) -> LedgerStore:
        """The ledger as the operator's submission store."""
        return LedgerStore(self, context, only_work_item_of(context, part))


@dataclass(frozen=True, slots=True)
class LedgerStore:
    """A submission store over the catalog database: the decisive record of what was asked for."""

    sending: Sending
    context: Context
    work_item: WorkItem

    def load(self) -> StoredSubmission | None:
        """The attempt to attach to, None for a new one. Raises NotNow while too much is under way."""
        with airflow_errors(), open_run(self.sending.route, self.context) as run:
            promised = promised_before(run, self.work_item)
            if promised is not None:
                still_right = partial(_still_right, run, self.work_item, promised)
                promised = answered(run, promised, still_right=still_right)
            if promised is None:
                require_room(run)
                return None
            if _of_other_files(run, self.work_item, promised):
                # Another choice of its files, by a retrieval whose run may have died.
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
        """Commit the promise before the call, and the task's id after it. Raises NotNow while too much is under way."""
        with airflow_errors(), open_run(self.sending.route, self.context) as run:
            if task_id is None:
                self._begin(run, uuid.UUID(submission_id))
            else:
                run.catalog.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
            if run.route.keeps == "replica":
                sent = self.work_item.state(State.SUBMITTED, "on its way to the archive", run_id=run.run_id)
                run.catalog.record_states([sent])

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


def promised_before(run: Run, work_item: WorkItem) -> Submission | None:
    """The attempt to attach to: what is under way, whoever began it, or what this run itself has brought already.

    A worker may die between the service's acceptance and its own end; until the task is tried again, another one that
    looks for room can have written down that the transfer succeeded.
    """
    if under_way := run.catalog.open_submission(work_item.name.id, run.route.name, work_item.destination):
        return under_way
    ours = (run.run_id, run.route.name, work_item.manifest_id)
    for submission, outcome in run.catalog.attempts(work_item.name.id, work_item.destination)[-1:]:
        mine = (submission.run_id, submission.route, submission.manifest_id) == ours
        if mine and outcome is not None and outcome.status == "SUCCEEDED":
            return submission
    return None


def _of_other_files(run: Run, work_item: WorkItem, promised: Submission) -> bool:
    return run.route.keeps == "retrieval" and promised.manifest_id != work_item.manifest_id


def _still_right(run: Run, work_item: WorkItem, promised: Submission) -> bool:
    """Whether a new look gives the very items that were promised, and none of them lies there."""
    if _of_other_files(run, work_item, promised):
        return False
    plan = _look(run, replace(work_item, manifest_id=promised.manifest_id))
    paths = tuple(file.path for file in plan.items)
    return paths == promised.items and not (plan.conflicts or plan.resumes or promised.resumes)


def _under_way(run: Run, work_item: WorkItem) -> TransferPlan | None:
    """The very items that were promised; `LedgerStore.load` has looked whether they are still right."""
    promised = run.catalog.open_submission(work_item.name.id, run.route.name, work_item.destination)
    if promised is None:
        return None
    files = {file.path: file for file in run.catalog.manifest(promised.manifest_id).files}
    return TransferPlan(tuple(files[path] for path in promised.items), (), (), promised.resumes)


def _algorithm(run: Run, file: FileEntry) -> str:
    """Of a retrieval: Globus computes what the catalog knows, so that both can be compared; '' leaves it to Globus.

    The catalog's digest itself does not go along: one file that is not as cataloged would end the whole transfer.
    """
    return file.checksum_algorithm if run.route.origin == "catalog" and file.checksum else ""


def _look(run: Run, work_item: WorkItem) -> TransferPlan:
    """Look before submit: Globus overwrites what is there."""
    if run.route.destination == "scratch":
        return look_again(run, work_item)
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
    except NotThereError:
        return Manifest(())
