"""Tells people how far a transfer is while its task is deferred: a line in the task's log, and an XCom of the task."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from globus_provider.pace import Pace, PaceReport

#: XCom key of the newest report of a waiting task; Airflow removes it when the task is tried again.
PROGRESS = "progress"
#: Seconds after which Airflow is not asked to keep a report any more: a message that its triggerer does not know is
#: never answered.
PATIENCE = 60.0

#: Runs a blocking call in a thread.
InThread = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]


class ProgressReports:
    """Reports every few minutes, from the documents that the trigger polls anyway. Its trouble never ends a wait.

    Airflow 3.3 has a store for each task, but its triggerer cannot write it; an XCom it can.

    task : the waiting task instance, as Airflow gives it to its trigger; None outside a triggerer, where only the log
           is written
    log  : of the trigger
    """

    def __init__(self, pace: Pace, *, task: Any, log: Any, in_thread: InThread) -> None:
        self._pace, self._task, self._log, self._in_thread = pace, task, log, in_thread

    async def saw(self, transfer_task_id: str, document: Mapping[str, Any], *, now: dt.datetime) -> None:
        """Take in the answer to a poll, and report if it is time."""
        report = self._pace.saw(document, now=now)
        if report is None:
            return
        self._log.info("Transfer task %s: %s", transfer_task_id, report.line)
        if self._task is None:
            return
        try:
            await asyncio.wait_for(self._in_thread(lambda: _push(self._task, report)), PATIENCE)
        except TimeoutError:
            # Each further one would hold a thread of the triggerer for good.
            self._task = None
            self._log.warning("Airflow did not take the progress within %g s; it stays in this log", PATIENCE)
        except Exception as error:  # noqa: BLE001  # whatever Airflow's database says, the wait goes on
            self._log.warning("The progress was not kept, only logged: %s", error)


def _push(task: Any, report: PaceReport) -> None:
    from airflow.sdk.bases.xcom import BaseXCom

    BaseXCom.set(
        key=PROGRESS,
        value=report.as_xcom(),
        dag_id=task.dag_id,
        task_id=task.task_id,
        run_id=task.run_id,
        map_index=task.map_index,
    )
