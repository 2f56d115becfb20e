"""How an operator waits for the transfer task that it has submitted itself: by the trigger, or in its worker."""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from airflow.sdk.configuration import conf

from globus_provider.arguments import seconds
from globus_provider.errors import (
    GlobusProviderError,
    GlobusUnavailableError,
    TransferFailedError,
)
from globus_provider.polling import Sighting, Watch
from globus_provider.task_status import TransferState
from globus_provider.triggers.transfer import GlobusTransferTrigger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow.triggers.base import BaseTrigger

    from globus_provider.hooks.globus import GlobusHook

log = logging.getLogger(__name__)

#: Seconds beyond the time limit after which Airflow itself ends the wait, in case no triggerer is running.
BACKSTOP = 600.0
#: What providers of Airflow wait at most where nobody says how long.
WEEK = 7 * 24 * 3600.0


def deferrable_by_default() -> bool:
    """What `[operators] default_deferrable` says."""
    return bool(conf.getboolean("operators", "default_deferrable", fallback=False))


class Waiting(Protocol):
    """What a Wait needs of an operator; a template may have made a number a text."""

    globus_conn_id: str
    deferrable: bool
    poll_interval: float
    patience: float
    timeout: float | dt.timedelta
    unreachable_limit: float
    cancel_on_kill: bool

    @property
    def hook(self) -> GlobusHook:
        """That of its task."""

    def defer(
        self, *, trigger: BaseTrigger, method_name: str, kwargs: dict[str, Any], timeout: dt.timedelta
    ) -> NoReturn:
        """As every operator of Airflow has it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How to wait.

    deferrable        : by the trigger, which holds no worker slot
    poll_interval     : seconds
    patience          : seconds for which a fault that only a person can fix is tolerated
    timeout           : seconds from the begin of the wait
    unreachable_limit : seconds without any answer after which the task fails, to be retried
    cancel_on_kill    : cancel the transfer task when a user ends the deferred Airflow task by hand
    """

    deferrable: bool
    poll_interval: float
    patience: float
    timeout: float
    unreachable_limit: float
    cancel_on_kill: bool

    @classmethod
    def of(cls, operator: Waiting) -> Wait:
        """As an operator's arguments say. Raises GlobusRequestError, with the name of a wrong one."""
        return cls(
            deferrable=operator.deferrable,
            poll_interval=seconds(operator.poll_interval, name="poll_interval"),
            patience=seconds(operator.patience, name="patience"),
            timeout=seconds(operator.timeout, name="timeout"),
            unreachable_limit=operator.unreachable_limit,
            cancel_on_kill=operator.cancel_on_kill,
        )

    def until_over(self, operator: Waiting, *, transfer_task_id: str) -> Sighting:
        """The sighting that ends the wait; raises TaskDeferred if the trigger is to wait.

        Its event reaches `execute_complete` of the operator, with the transfer task's id.
        """
        now = dt.datetime.now(dt.UTC)
        watch = Watch(
            patience=self.patience,
            unreachable_limit=self.unreachable_limit,
            until=now + dt.timedelta(seconds=self.timeout),
        )
        sighting = _look(watch, operator.hook, transfer_task_id)
        if sighting is None and self.deferrable:
            operator.defer(
                trigger=GlobusTransferTrigger(
                    transfer_task_id=transfer_task_id,
                    globus_conn_id=operator.globus_conn_id,
                    patience=self.patience,
                    poll_interval=self.poll_interval,
                    until=watch.until,
                    unreachable_limit=self.unreachable_limit,
                    cancel_on_kill=self.cancel_on_kill,
                ),
                method_name="execute_complete",
                kwargs={"transfer_task_id": transfer_task_id},
                timeout=dt.timedelta(seconds=self.timeout + BACKSTOP),
            )
        while sighting is None:
            time.sleep(watch.pause(self.poll_interval, now=dt.datetime.now(dt.UTC)))
            sighting = _look(watch, operator.hook, transfer_task_id)
        return sighting

    def document_of(self, sighting: Sighting, *, hook: GlobusHook, transfer_task_id: str) -> dict[str, Any]:
        """The document of a transfer task that has done everything.

        raises : TransferFailedError if it has not; GlobusUnavailableError if Globus did not answer for too long
        """
        if sighting.error and not sighting.time_is_up:
            raise (GlobusUnavailableError if sighting.retryable else TransferFailedError)(sighting.error)
        progress = sighting.progress(patience=self.patience)
        document = sighting.document or {}
        if progress is not None and progress.state is TransferState.FAILED:
            raise TransferFailedError(failure_in_detail(progress.reason, document, hook))
        if progress is None or not progress.over:
            reason = progress.with_words("") if progress is not None else sighting.error
            raise TransferFailedError(
                f"transfer task {transfer_task_id} is not over after {self.timeout:g} s and goes on"
                f"{f': {reason}' if reason else ''}; clear this task to wait for it again, or cancel it"
            )
        return document


def failure_in_detail(reason: str, document: Mapping[str, Any], hook: GlobusHook) -> str:
    """The reason of a failure, with the file that caused it if the service names one."""
    transfer_task_id = str(document.get("task_id"))
    try:
        if document.get("subtasks_skipped_errors"):
            skipped = next(hook.skipped_errors(transfer_task_id), {})
            words = f"{skipped.get('error_code', '')} {skipped.get('source_path', '')}".strip()
        else:
            words = hook.last_fault(transfer_task_id)
    except GlobusProviderError as error:
        log.warning("Could not find out more about the failure: %s", error)
        return reason
    return f"{reason}; {words}" if words else reason


def _look(watch: Watch, hook: GlobusHook, transfer_task_id: str) -> Sighting | None:
    try:
        document = hook.task(transfer_task_id)
    except GlobusUnavailableError as error:
        log.warning("No answer; trying again: %s", error)
        return watch.unanswered(str(error), now=dt.datetime.now(dt.UTC))
    return watch.saw(document, now=dt.datetime.now(dt.UTC))
