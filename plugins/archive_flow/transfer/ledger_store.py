"""The submission store of every shipment: what is promised, kept in the ledger before and after it is posted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from sys import intern
from typing import TYPE_CHECKING, Self

from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.run.work_item import EXPECTED
from archive_flow.submissions.resume import answered, promised_before
from archive_flow.submissions.unfinished_limit import TRY_AGAIN_AFTER, not_now, require_room
from archive_flow.transfer.last_look import require_unchanged
from archive_flow.transfer.shipment import Shipment, transfer_items
from globus_provider.errors import NotNow
from globus_provider.request import TransferItems
from globus_provider.store import StoredSubmission
from session_archive import clock
from session_archive.errors import CatalogUnavailableError, RefusedError
from session_archive.states.refusal import Refusal
from session_archive.transfers.submission import End, Outcome, Promise, Submission

if TYPE_CHECKING:
    from types import TracebackType

    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook


@dataclass
class LedgerStore:
    """The submission store of every shipment: the ledger in the catalog, the decisive record of all submissions.

    It opens the catalog once for a try, and again only if the connection was lost while Globus was waited for.

    route : its name
    hook  : the one that submits, so that a task logs in once
    """

    context: Context
    route: str
    shipment: Shipment
    hook: GlobusHook | None = None
    _run: Run | None = None
    _opened: ExitStack = field(default_factory=ExitStack)
    _begun: list[uuid.UUID] = field(default_factory=list)
    _attached: list[uuid.UUID] = field(default_factory=list)
    _known: set[uuid.UUID] = field(default_factory=set)

    def __enter__(self) -> Self:
        """Nothing is opened before the first use, which can fail."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the catalog."""
        self._run = None
        self._opened.__exit__(kind, error, trace)

    @contextmanager
    def _open(self) -> Iterator[Run]:
        """The open run of this try, with the errors that Airflow understands."""
        with airflow_errors():
            yield self._still_open() or self._open_again()

    def _still_open(self) -> Run | None:
        if self._run is None:
            return None
        try:
            self._run.catalog.stay_connected()
        except CatalogUnavailableError:
            self._close()
        return self._run

    def _open_again(self) -> Run:
        self._run = self._opened.enter_context(open_run(self.route, self.context, hook=self.hook))
        return self._run

    def _close(self) -> None:
        self._run = None
        self._opened.close()

    def load(self) -> StoredSubmission | None:
        """The attempt to attach to, None for a new one. Raises NotNow while too many transfers are unfinished."""
        with self._open() as run:
            if not self.shipment.sends:
                return None
            promised = promised_before(run, self.shipment.name)
            if promised is not None:
                promised = answered(
                    run, promised, still_right=partial(self.shipment.still_right, run, promised)
                )
            if promised is None:
                if not self.shipment.only_records:
                    require_room(run)
                return None
            self.shipment.require_same(run, promised)
            self._expect(run, promised)
        self._attached.append(promised.submission_id)
        task = promised.transfer_task_id
        return StoredSubmission(
            submission_id=str(promised.submission_id), task_id=str(task) if task else None
        )

    def items(self) -> TransferItems:
        """The files to send; where some of them exist already, Globus compares checksums before it copies."""
        return self._promised[1]

    @cached_property
    def _promised(self) -> tuple[Promise, TransferItems]:
        """What this task promises, and the same as the operator sends it; looked up once."""
        with self._open() as run:
            promise = self._promise(run)
            self.context["ti"].xcom_push(key="n_items", value=len(promise.items))
            self._expect(run, promise)
            return promise, transfer_items(run, self.shipment, promise)

    def _expect(self, run: Run, promise: Promise | Submission) -> None:
        """Tell the wait how much is to move, for the progress that it shows."""
        n_bytes = promise.n_bytes if isinstance(promise, Promise) else None
        if n_bytes is None and (manifest := run.catalog.ledger.find_manifest(promise.manifest_id)):
            n_bytes = manifest.bytes_of(promise.items)
        value = {"files": len(promise.items), "bytes": n_bytes}
        self.context["ti"].xcom_push(key=EXPECTED, value=value)

    def _promise(self, run: Run) -> Promise:
        """Exactly the items of an attempt under way, which `load` has checked; else those that a new look allows."""
        name = self.shipment.name
        # Before the look: what another task sends after it is not in what was seen.
        earlier = run.catalog.ledger.attempts(name.id, name.destination)
        self._known.update(submission.submission_id for submission, _ in earlier)
        if under_way := run.catalog.ledger.open_submission(name.id, name.route, name.destination):
            return Promise(under_way.manifest_id, under_way.items, under_way.resumes)
        try:
            return self.shipment.promise(run, name.manifest_id)
        except RefusedError as error:
            self._refused(run, error)
            raise

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Commit the submission before the call, and the task's id after it.

        Raises NotNow while too many transfers are unfinished.
        """
        promise, _ = self._promised
        with self._open() as run:
            if task_id is None:
                self._begin(run, uuid.UUID(submission_id), promise)
            else:
                run.catalog.ledger.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
            self.shipment.submitted(run)

    def look_again(self) -> None:
        """Look at the destination on this worker's disk, in the last moment before the transfer is posted.

        Raises for what has come into the way since it was listed; a submission of this try, which nobody has posted,
        is then recorded as lost. Raises NotNow where another task has gone on in place of this one, which was taken for
        dead.
        """
        promise, requested = self._promised
        name = self.shipment.name
        with self._open() as run:
            self._require_open(run)
            place = run.place(name.destination)
            # Interned, since the promise has the same paths.
            paths = [intern(place.relative(item.destination_path)) for item in requested.items]
            try:
                require_unchanged(
                    run,
                    name.destination,
                    paths,
                    existing=promise.existing,
                    ours_alone=self.shipment.ours_alone,
                )
            except RefusedError as error:
                for submission_id in self._begun:
                    run.catalog.ledger.finish(submission_id, Outcome(End.LOST, f"never posted: {error}"))
                self._refused(run, error)
                raise

    def _require_open(self, run: Run) -> None:
        name = self.shipment.name
        under_way = run.catalog.ledger.open_submission(name.id, name.route, name.destination)
        if under_way is None or under_way.submission_id not in (*self._begun, *self._attached):
            raise NotNow(
                TRY_AGAIN_AFTER,
                f"another task has begun to send {name.what} to {name.destination}, or has given up the submission of "
                "this one",
            )

    def _refused(self, run: Run, error: RefusedError) -> None:
        name = self.shipment.name
        refusal = Refusal(name.id, name.what, name.destination, str(error), error.files, run.run_id)
        run.catalog.refusals.record([refusal])
        self.context["ti"].xcom_push(key="refused", value=str(error))

    def _begin(self, run: Run, submission_id: uuid.UUID, promise: Promise) -> None:
        name = self.shipment.name
        submission = Submission(
            submission_id=submission_id,
            data_set_id=name.id,
            data_set=name.what,
            route=name.route,
            source=name.origin,
            destination=name.destination,
            manifest_id=promise.manifest_id,
            items=promise.items,
            resumes=promise.resumes,
            label=self.shipment.label,
            run_id=run.run_id,
            begun_at=clock.utc_now(),
        )
        with not_now():
            run.catalog.ledger.begin(
                submission, max_unfinished=run.settings.limits.max_unfinished, known=self._known
            )
        self._begun.append(submission_id)
