"""GlobusTransferOperator: submits one transfer, once; and waits for it if asked to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from globus_provider import lineage
from globus_provider.arguments import seconds, timestamp
from globus_provider.errors import GlobusUnavailableError, NotNow, fail_without_retry
from globus_provider.links import TRANSFER_TASK_ID, GlobusTaskLink
from globus_provider.next_try import lacks_room, next_try
from globus_provider.polling import Sighting
from globus_provider.request import SyncLevel, TransferItems, TransferRequest
from globus_provider.store import ShipmentStore, SubmissionStore, TaskStateStore, submit_once
from globus_provider.waiting import WEEK, Wait, deferrable_by_default

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook

#: XCom key of the reason why a failed task submitted nothing.
FAILURE = "submission_failure"


class GlobusTransferOperator(BaseOperator):
    """Submit a transfer between two collections; returns its transfer task id, or None if there is nothing to move.

    With `wait_for_completion` it succeeds when every file has arrived, and a failed transfer fails the task without an
    Airflow retry; a cleared or retried task attaches to the same transfer again.

    A crash at any moment leaves one transfer: the submission id is stored before it is used, and a retry
    posts it again. Globus accepts the same id only once. Give the task `retries` of 2 or more.

    source_collection, destination_collection : ids (templated)
    items            : TransferItems, or a sequence of TransferItem, (source, destination) pairs or mappings
                       (templated), or a callable `items(context, **op_kwargs)` that returns one of these; left out
                       where the submission store names them (a ShipmentStore)
    transfer_label   : deterministic, up to 128 characters (templated): an unfinished transfer is found by it
    submission_store : a SubmissionStore, or a callable `submission_store(context, **op_kwargs)` that returns
                       one; the default is Airflow's store of the task instance. One that is a context manager is
                       entered for each try
    sync_level       : "exists", "size", "mtime", "checksum"; None overwrites existing files (templated)
    deadline         : a timestamp, or a span from the submission on; None means Globus' own 24 h
    op_kwargs        : for the callables (templated, so that mapped values reach them)
    unreachable_limit : seconds for which a try waits while Globus does not answer; it is deferred meanwhile, holds
                       no worker slot, and tries again. 0 fails immediately, to be retried
    poll_interval    : seconds between these tries, and between two looks at the transfer; 30 or more in production
                       (templated)
    give_up_at       : a timestamp, or its ISO text, after which it fails instead; None for never (templated). Until
                       then it also waits while the store or Globus has no room for one more transfer
    wait_for_completion : wait until the transfer has ended; else return as soon as it is accepted
    deferrable       : wait in the triggerer, which holds no worker slot; by default as `[operators] default_deferrable`
                       says
    patience         : seconds for which the wait tolerates a fault that only a person can fix (templated)
    timeout          : seconds, or a span, after which the wait fails; the transfer goes on (templated)
    cancel_on_kill   : cancel the transfer when a user marks or clears the deferred task; a stopped worker never cancels
    """

    template_fields: Sequence[str] = (
        "source_collection",
        "destination_collection",
        "items",
        "transfer_label",
        "sync_level",
        "globus_conn_id",
        "op_kwargs",
        "poll_interval",
        "give_up_at",
        "patience",
        "timeout",
    )
    operator_extra_links = (GlobusTaskLink(),)
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        source_collection: str,
        destination_collection: str,
        transfer_label: str,
        items: Iterable[Any] | Callable[..., Any] | None = None,
        submission_store: SubmissionStore | Callable[..., SubmissionStore] | None = None,
        sync_level: SyncLevel | None = None,
        deadline: dt.datetime | dt.timedelta | None = None,
        globus_conn_id: str = "globus_default",
        op_kwargs: Mapping[str, Any] | None = None,
        unreachable_limit: float = 6 * 3600.0,
        poll_interval: float = 60.0,
        give_up_at: dt.datetime | str | None = None,
        wait_for_completion: bool = False,
        deferrable: bool | None = None,
        patience: float = 1800.0,
        timeout: float | dt.timedelta = WEEK,
        cancel_on_kill: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source_collection = source_collection
        self.destination_collection = destination_collection
        # Airflow calls a callable in a template field itself, with other arguments and at each resume.
        self.items = None if callable(items) else items
        self._ask_items = items if callable(items) else None
        self.transfer_label = transfer_label
        self.submission_store = submission_store
        self.sync_level = sync_level
        self.deadline = deadline
        self.globus_conn_id = globus_conn_id
        self.op_kwargs = op_kwargs or {}
        self.unreachable_limit = unreachable_limit
        self.poll_interval = poll_interval
        self.give_up_at = give_up_at
        self.wait_for_completion = wait_for_completion
        self.deferrable = deferrable_by_default() if deferrable is None else deferrable
        self.patience = patience
        self.timeout = timeout
        self.cancel_on_kill = cancel_on_kill
        self._report: lineage.TransferReport | None = None

    @cached_property
    def hook(self) -> GlobusHook:
        """The one of this task: each further one would log in again."""
        from globus_provider.hooks.globus import GlobusHook

        return GlobusHook(globus_conn_id=self.globus_conn_id)

    def execute(self, context: Context) -> str | None:
        """Submit, or find what an earlier try submitted; and wait for it if asked to."""
        return self.execute_again(context)

    def execute_again(
        self, context: Context, event: Any = None, silent_since: str | None = None
    ) -> str | None:
        """Start over, after the store raised NotNow or Globus did not answer.

        silent_since : ISO 8601 time of the first of the consecutive tries without an answer
        """
        try:
            with fail_without_retry():
                if self.wait_for_completion:
                    Wait.of(self)  # what is wrong with its values is said before anything is sent
                transfer_task_id = self._submit_once(context, self.hook)
        except (NotNow, GlobusUnavailableError) as problem:
            self._try_later(context, problem, silent_since)
        except AirflowException as error:
            context["ti"].xcom_push(key=FAILURE, value=str(error))
            raise
        if transfer_task_id is not None:
            self._go_on(context, transfer_task_id)
        return transfer_task_id

    def _go_on(self, context: Context, transfer_task_id: str) -> None:
        context["ti"].xcom_push(key=TRANSFER_TASK_ID, value=transfer_task_id)
        if self.wait_for_completion:
            with fail_without_retry():
                sighting = Wait.of(self).until_over(self, transfer_task_id=transfer_task_id)
                self._conclude(sighting, transfer_task_id)

    def execute_complete(self, context: Context, event: Any, transfer_task_id: str) -> str:
        """Judge what the trigger saw."""
        with fail_without_retry():
            self._conclude(Sighting.of(event), transfer_task_id)
        return transfer_task_id

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any] | None:
        """Data sets, files, bytes and checksums for Airflow's OpenLineage provider."""
        return lineage.operator_lineage(self._report) if self._report else None

    #: What arrived of a transfer that failed.
    get_openlineage_facets_on_failure = get_openlineage_facets_on_complete

    def _conclude(self, sighting: Sighting, transfer_task_id: str) -> None:
        self._report = lineage.of_end(sighting.document or {}, self.hook)
        Wait.of(self).document_of(sighting, hook=self.hook, transfer_task_id=transfer_task_id)

    def _submit_once(self, context: Context, hook: GlobusHook) -> str | None:
        store = self._store(context, hook)
        with store if isinstance(store, AbstractContextManager) else nullcontext():
            return self._submit_with(store, context, hook)

    def _submit_with(self, store: SubmissionStore, context: Context, hook: GlobusHook) -> str | None:
        stored = store.load()
        if stored is not None and stored.task_id is not None:
            self.log.info("Submitted by an earlier try as transfer task %s", stored.task_id)
            return stored.task_id
        requested = self._requested(context, store)
        if not requested.items:
            self.log.info("Nothing to move for '%s'", self.transfer_label)
            # A transfer that began before a crash leaves nothing to move, but has to be waited for.
            return hook.find_unfinished(self.transfer_label) if stored else None
        request = self._request(requested)
        transfer_task_id = submit_once(
            store,
            stored,
            hook=hook,
            submit=lambda submission_id: hook.submit(request, submission_id=submission_id),
        )
        self._report = lineage.of_submission(transfer_task_id, request)
        return transfer_task_id

    def _requested(self, context: Context, store: SubmissionStore) -> TransferItems:
        if self._ask_items:
            return TransferItems.of(self._ask_items(context, **self.op_kwargs))
        if self.items is None and isinstance(store, ShipmentStore):
            return store.items()
        return TransferItems.of(self.items)

    def _store(self, context: Context, hook: GlobusHook) -> SubmissionStore:
        if self.submission_store is None:
            return TaskStateStore(context["task_state_store"], hook=hook)
        if callable(self.submission_store):
            return self.submission_store(context, **self.op_kwargs)
        return self.submission_store

    def _request(self, requested: TransferItems) -> TransferRequest:
        deadline = requested.deadline or self.deadline
        return TransferRequest(
            source_collection=self.source_collection,
            destination_collection=self.destination_collection,
            items=requested.items,
            label=self.transfer_label,
            sync_level=requested.sync_level or self.sync_level,
            verify_checksum=requested.verify_checksum,
            deadline=dt.datetime.now(dt.UTC) + deadline if isinstance(deadline, dt.timedelta) else deadline,
        )

    def _try_later(
        self, context: Context, problem: NotNow | GlobusUnavailableError, silent_since: str | None
    ) -> NoReturn:
        """Defer until the next try. Without time for one, a lack of room fails for good, an outage is retried."""
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        with fail_without_retry():
            later = next_try(
                problem,
                now=dt.datetime.now(dt.UTC),
                poll_interval=seconds(self.poll_interval, name="poll_interval"),
                unreachable_limit=self.unreachable_limit,
                give_up_at=timestamp(self.give_up_at, name="give_up_at") if self.give_up_at else None,
                silent_since=dt.datetime.fromisoformat(silent_since) if silent_since else None,
            )
        reason = problem.reason if isinstance(problem, NotNow) else str(problem)
        if later is None or not lacks_room(problem):
            context["ti"].xcom_push(key=FAILURE, value=reason)
        if later is None:
            raise AirflowFailException(reason) if lacks_room(problem) else problem
        self.log.info("Not submitted yet; trying again in %g s: %s", later.pause, reason)
        since = later.silent_since
        self.defer(
            trigger=TimeDeltaTrigger(dt.timedelta(seconds=later.pause)),
            method_name="execute_again",
            kwargs={"silent_since": since.isoformat()} if since else None,
        )
