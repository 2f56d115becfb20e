"""GlobusTransferSensor: waits for one transfer, holding no worker slot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowSensorTimeout

from globus_provider import lineage
from globus_provider.arguments import count, timestamp
from globus_provider.errors import (
    GlobusProviderError,
    GlobusUnavailableError,
    TransferFailedError,
    fail_without_retry,
)
from globus_provider.links import TRANSFER_TASK_ID, GlobusTaskLink
from globus_provider.polling import Sighting, Watch, waits_for
from globus_provider.task_status import Progress, TransferState
from globus_provider.triggers.transfer import GlobusTransferTrigger
from globus_provider.waiting import BACKSTOP, failure_in_detail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context

    from globus_provider.hooks.globus import GlobusHook

    OnChange = Callable[[Context, Mapping[str, Any], Progress], bool]

#: XCom key of the summary of a transfer whose failure failed this task, which then has no return value.
FAILURE = "transfer_failure"
#: Status if nothing was submitted, since there was nothing to move.
NOTHING = "NOTHING_TO_MOVE"


class GlobusTransferSensor(BaseSensorOperator):
    """Wait until a transfer has ended; always deferred, so thousands can wait at once.

    Returns `{"verdict", "status", "reason", "transfer_task_id", "files", "files_skipped", "bytes"}`. A failed
    transfer fails the task without an Airflow retry, which could not help; retries are for a service that
    does not answer. A cleared or retried wait attaches to the same transfer again.

    transfer_task_id  : from GlobusTransferOperator; None (nothing to move) succeeds immediately (templated)
    poll_interval     : seconds; 30 or more in production (templated)
    patience          : seconds for which a fault that only a person can fix is tolerated; give more than 900, since
                        Globus shows a fault for so long after it is over (templated)
    timeout           : seconds, or a span, from the start of this try; as for every sensor
    deadline          : a timestamp, or its ISO text, at which the wait ends at the latest (templated)
    fail_on_timeout   : False returns the verdict "waiting" at the time limit, so that a later run can continue
    fail_on_failure   : False returns the verdict "failed", for a later task to handle
    cancel_on_kill    : cancel the transfer when a user marks or clears the waiting task; a stopped worker or
                        triggerer never cancels
    unreachable_limit : seconds without an answer after which the task fails, to be retried
    expected_files, expected_bytes : of the whole transfer, for the progress that the task's log and its XCom
                        `progress` show every few minutes; None where they are not known (templated)
    on_change         : called from a worker when the transfer begins to wait for a person, and when it goes on, with
                        the context, the task document and its progress; False has it called again at the next poll
    """

    template_fields: Sequence[str] = (
        "transfer_task_id",
        "poll_interval",
        "patience",
        "deadline",
        "expected_files",
        "expected_bytes",
        "globus_conn_id",
    )
    operator_extra_links = (GlobusTaskLink(),)
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        transfer_task_id: str | None,
        poll_interval: float = 30.0,
        patience: float = 1800.0,
        deadline: dt.datetime | str | None = None,
        fail_on_timeout: bool = True,
        fail_on_failure: bool = True,
        cancel_on_kill: bool = True,
        unreachable_limit: float = 6 * 3600.0,
        expected_files: int | None = None,
        expected_bytes: int | None = None,
        on_change: OnChange | None = None,
        globus_conn_id: str = "globus_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.transfer_task_id = transfer_task_id
        self.poll_interval = poll_interval
        self.patience = patience
        self.deadline = deadline
        self.fail_on_timeout = fail_on_timeout
        self.fail_on_failure = fail_on_failure
        self.cancel_on_kill = cancel_on_kill
        self.unreachable_limit = unreachable_limit
        self.expected_files = expected_files
        self.expected_bytes = expected_bytes
        self.on_change = on_change
        self.globus_conn_id = globus_conn_id
        self._report_for_lineage: lineage.TransferReport | None = None

    def execute(self, context: Context) -> dict[str, Any]:
        """Look once, and defer unless the transfer is over."""
        # As a resumed sensor begins, so that `soft_fail` means the same for the first look.
        summary: dict[str, Any] = self.resume_execution("first_look", None, context)
        return summary

    def first_look(self, context: Context) -> dict[str, Any]:
        """Ask Globus from the worker."""
        if self.transfer_task_id in (None, "", "None"):
            return _summary(NOTHING, Progress(TransferState.DONE, "nothing had to be moved"))
        context["ti"].xcom_push(key=TRANSFER_TASK_ID, value=self.transfer_task_id)
        now = dt.datetime.now(dt.UTC)
        with fail_without_retry():
            watch = Watch(
                patience=float(self.patience),
                unreachable_limit=self.unreachable_limit,
                until=self._until(now),
                reported=None if self.on_change is None else "",
            )
            try:
                sighting = watch.saw(self.hook.task(self.transfer_task_id), now=now)
            except GlobusUnavailableError as error:
                self.log.warning("No answer; the trigger tries again: %s", error)
                sighting = watch.unanswered(str(error), now=now)
            if sighting is None:
                self._defer(watch.until, reported=watch.reported, now=now)
            return self._conclude(context, sighting, self.hook)

    def execute_complete(self, context: Context, event: Any = None) -> dict[str, Any]:
        """Judge what the trigger saw."""
        with fail_without_retry():
            return self._conclude(context, Sighting.of(event), self.hook)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage[Any, Any] | None:
        """Data sets, files, bytes and checksums for Airflow's OpenLineage provider."""
        return lineage.operator_lineage(self._report_for_lineage) if self._report_for_lineage else None

    #: What arrived of a transfer that failed.
    get_openlineage_facets_on_failure = get_openlineage_facets_on_complete

    def _report(self, context: Context, sighting: Sighting, progress: Progress) -> NoReturn:
        """Report that the transfer waits for a person, or no longer, and wait on."""
        assert self.on_change is not None, "the trigger fires for a change only where somebody wants to know"
        reported = self.on_change(context, sighting.document or {}, progress)
        until = dt.datetime.fromisoformat(sighting.until) if sighting.until else None
        self._defer(
            until,
            reported=waits_for(progress) if reported else sighting.reported,
            now=dt.datetime.now(dt.UTC),
        )

    def _conclude(self, context: Context, sighting: Sighting, hook: GlobusHook) -> dict[str, Any]:
        if sighting.error and not sighting.time_is_up:
            raise (GlobusUnavailableError if sighting.retryable else TransferFailedError)(sighting.error)
        progress = sighting.progress(patience=float(self.patience))
        if progress is None:
            progress = Progress(TransferState.WAITING, sighting.error)
        if sighting.changed:
            self._report(context, sighting, progress)
        document = sighting.document or {}
        self._report_for_lineage = lineage.of_end(document, hook)
        status = document.get("status", "UNKNOWN")
        if progress.state is TransferState.FAILED:
            progress = Progress(TransferState.FAILED, failure_in_detail(progress.reason, document, hook))
            if self.fail_on_failure:
                summary = _summary(status, progress, self.transfer_task_id, document)
                context["ti"].xcom_push(key=FAILURE, value=summary)
                raise TransferFailedError(progress.reason)
        elif not progress.over:
            words = f"transfer task {self.transfer_task_id} is not over at this task's time limit"
            reason = self._in_words(progress, document, hook)
            progress = Progress(progress.state, f"{words}; {reason}" if reason else words)
            if self.fail_on_timeout:
                raise AirflowSensorTimeout(progress.reason)
        self.log.info("Transfer task %s: %s %s", self.transfer_task_id, progress.state, progress.reason)
        return _summary(status, progress, self.transfer_task_id, document)

    def _in_words(self, progress: Progress, document: dict[str, Any], hook: GlobusHook) -> str:
        """The reason of a transfer that is not over; with the service's own words if a person has to act."""
        if progress.state is not TransferState.NEEDS_PERSON:
            return progress.reason
        try:
            return progress.with_words(hook.why_it_waits(document))
        except GlobusProviderError as error:
            self.log.warning("Could not find out more about why it waits: %s", error)
            return progress.with_words("")

    def _until(self, now: dt.datetime) -> dt.datetime:
        """The time limit: the earlier of `timeout` from now and `deadline`."""
        limit = now + dt.timedelta(seconds=self.timeout)
        if not self.deadline:
            return limit
        return min(limit, timestamp(self.deadline, name="deadline"))

    def _defer(self, until: dt.datetime | None, *, reported: str | None, now: dt.datetime) -> NoReturn:
        left = (until - now).total_seconds() if until else 0.0
        self.defer(
            trigger=GlobusTransferTrigger(
                transfer_task_id=str(self.transfer_task_id),
                globus_conn_id=self.globus_conn_id,
                patience=float(self.patience),
                poll_interval=float(self.poll_interval),
                until=until,
                unreachable_limit=self.unreachable_limit,
                cancel_on_kill=self.cancel_on_kill,
                reported=reported,
                expected_files=count(self.expected_files),
                expected_bytes=count(self.expected_bytes),
            ),
            method_name="execute_complete",
            timeout=dt.timedelta(seconds=left + BACKSTOP),
        )

    @cached_property
    def hook(self) -> GlobusHook:
        """The one of this task: each further one would log in again."""
        from globus_provider.hooks.globus import GlobusHook

        return GlobusHook(globus_conn_id=self.globus_conn_id)


def _summary(
    status: str,
    progress: Progress,
    transfer_task_id: str | None = None,
    document: dict[str, Any] | None = None,
) -> dict[str, Any]:
    counts = document or {}
    return {
        "verdict": str(progress.state),
        "status": status,
        "reason": progress.reason,
        "transfer_task_id": transfer_task_id,
        "files": counts.get("files_transferred") or 0,
        "files_skipped": counts.get("files_skipped") or 0,
        "bytes": counts.get("bytes_transferred") or 0,
    }
