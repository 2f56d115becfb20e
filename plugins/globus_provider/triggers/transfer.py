"""GlobusTransferTrigger: polls one transfer for a deferred task."""

from __future__ import annotations

import asyncio
import datetime as dt
import zlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from globus_provider.errors import GlobusPermanentError, GlobusUnavailableError
from globus_provider.pace import Pace
from globus_provider.polling import Watch
from globus_provider.triggers.progress import ProgressReports
from globus_provider.triggers.threads import in_thread

if TYPE_CHECKING:
    from globus_provider.hooks.globus import GlobusHook


class GlobusTransferTrigger(BaseTrigger):
    """Fires once: when the transfer is over, its time is up, Globus cannot be asked about it, or a change is reported.

    The event is a `polling.Sighting` as plain values; the task judges the document in it.

    patience          : seconds for which a lasting fault is tolerated
    poll_interval     : seconds
    until             : time after which it fires whatever the transfer does; None for never
    unreachable_limit : seconds without any answer after which it gives up
    cancel_on_kill    : cancel the transfer when a user ends the waiting task by hand (Airflow does so for
                        mark failed, mark success and clear alike)
    reported          : what the transfer was last reported to wait for, '' for nothing: it fires when that has changed;
                        None for never
    expected_files, expected_bytes : of the whole transfer, for the progress; None where the caller does not know
    report_interval   : seconds between two reports of the progress
    """

    def __init__(
        self,
        *,
        transfer_task_id: str,
        globus_conn_id: str,
        patience: float,
        poll_interval: float = 30.0,
        until: dt.datetime | None = None,
        unreachable_limit: float = 6 * 3600.0,
        cancel_on_kill: bool = True,
        reported: str | None = None,
        expected_files: int | None = None,
        expected_bytes: int | None = None,
        report_interval: float = 300.0,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow has no types on its triggers
        self.transfer_task_id = transfer_task_id
        self.globus_conn_id = globus_conn_id
        self.patience = patience
        self.poll_interval = poll_interval
        self.until = until
        self.unreachable_limit = unreachable_limit
        self.cancel_on_kill = cancel_on_kill
        self.reported = reported
        self.expected_files = expected_files
        self.expected_bytes = expected_bytes
        self.report_interval = report_interval
        self._made_hook: GlobusHook | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The values in Airflow's database from which the triggerer makes this trigger again."""
        names = (
            "transfer_task_id",
            "globus_conn_id",
            "patience",
            "poll_interval",
            "until",
            "unreachable_limit",
            "cancel_on_kill",
            "reported",
            "expected_files",
            "expected_bytes",
            "report_interval",
        )
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Poll, beginning with a pause: the task has just looked, and an early event can be lost."""
        watch = Watch(
            patience=self.patience,
            unreachable_limit=self.unreachable_limit,
            until=self.until,
            reported=self.reported,
        )
        reports = ProgressReports(
            Pace(self.expected_files, self.expected_bytes, self.report_interval),
            task=self.task_instance,
            log=self.log,
            in_thread=in_thread,
        )
        interval = self.poll_interval * spread(self.transfer_task_id)
        while True:
            await asyncio.sleep(watch.pause(interval, now=_now()))
            interval = self.poll_interval
            try:
                document = await in_thread(self._look)
                now = _now()
                sighting = watch.saw(document, now=now)
                if sighting is None:
                    await reports.saw(self.transfer_task_id, document, now=now)
            except GlobusUnavailableError as error:
                self.log.warning("No answer; trying again in %g s: %s", self.poll_interval, error)
                sighting = watch.unanswered(str(error), now=_now())
            except GlobusPermanentError as error:
                sighting = watch.refused(str(error), now=_now())
            if sighting is not None:
                yield TriggerEvent(sighting.as_event())  # type: ignore[no-untyped-call]  # nor on its events
                return

    async def on_kill(self) -> None:
        """A user ended the waiting task by hand."""
        if self.cancel_on_kill:
            await in_thread(lambda: self._hook().cancel(self.transfer_task_id))

    def _look(self) -> dict[str, Any]:
        return self._hook().task(self.transfer_task_id)

    def _hook(self) -> GlobusHook:
        from globus_provider.hooks.globus import GlobusHook

        if self._made_hook is None:
            self._made_hook = GlobusHook(globus_conn_id=self.globus_conn_id, polling=True)
        return self._made_hook


def spread(transfer_task_id: str) -> float:
    """The part of the interval before the first poll, at least a quarter: all waits begin together after a restart."""
    return 0.25 + 0.75 * zlib.crc32(transfer_task_id.encode()) / 2**32


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
