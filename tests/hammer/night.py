"""One run of a route without Airflow's processes: the tasks' own bodies, in the order of their start."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, TaskDeferred
from tests.hammer.crash import DiedError
from tests.hammer.service import Service

from archive_flow.routes import AUDIT, REPAIR, REPLICATE, UPLOAD
from archive_flow.routes.route import Route
from archive_flow.run.work_item import GROUP, RECORD, SELECT, SUBMIT, SUMMARY, WAIT
from archive_flow.spine import tasks
from archive_flow.spine.select_operator import select_data_sets
from archive_flow.transfer.operators import SubmitOperator, WaitOperator
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.errors import ArchiveError

#: Tries of a task; Airflow's own number is 4, with pauses between them.
TRIES = 2
LONG_AGO = dt.datetime(2021, 1, 1, tzinfo=dt.UTC).isoformat()


class TaskInstance:
    """What the bodies of the tasks use of Airflow's task instance."""

    def __init__(self, night: Night, task_id: str, map_index: int, try_number: int) -> None:
        self._night, self.task_id, self.map_index = night, task_id, map_index
        self.try_number, self.max_tries = try_number, TRIES - 1
        self.task = SimpleNamespace(dag=SimpleNamespace(task_ids=()), retries=TRIES - 1)

    def xcom_push(self, key: str, value: Any) -> None:
        self._night.xcoms[self.task_id, self.map_index][key] = value

    def xcom_pull(
        self, task_ids: str | list[str], key: str = "return_value", map_indexes: int | None = None
    ) -> Any:
        if isinstance(task_ids, list):
            found = sorted(place for place in self._night.xcoms if place[0] in task_ids)
            return [self._night.xcoms[place].get(key) for place in found]
        return self._night.xcoms[task_ids, -1 if map_indexes is None else map_indexes].get(key)


class Night:
    """One run.

    gives_up : the wait ends transfers with a fault, instead of leaving them to the next run
    retries  : a task that dies is tried again; else the whole run has died with it
    """

    dag_id = "upload_sessions"
    route: Route = UPLOAD

    def __init__(
        self, service: Service, run_id: str, *, gives_up: bool = False, retries: bool = False
    ) -> None:
        self._service, self.run_id = service, run_id
        self.params: dict[str, Any] = {}
        self._gives_up, self._retries = gives_up, retries
        self._begun = clock.utc_now()
        self.xcoms: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
        self.context: Context | None = None

    def run(self) -> None:
        """Select, then submit, wait and record for each data set, then the summary. Raises DiedError."""
        groups = (
            self._task(SELECT, -1, lambda context: select_data_sets(self.route, context, may_wait=False))
            or []
        )
        deferred = [self._submit(index, group) for index, group in enumerate(groups)]
        for index, later in enumerate(deferred):
            if later is not None:
                self._submit_again(index, groups[index], later)
        self._service.settle()
        for index, group in enumerate(groups):
            self._wait(index, group)
        for index, group in enumerate(groups):
            self._task(f"{GROUP}.{RECORD}", index, partial(_record, self.route, group))
        self._task(SUMMARY, -1, lambda _: tasks.summarize(self.route))

    def current_context(self) -> Context:
        """The context of the task that runs now, as `get_current_context` returns it."""
        assert self.context is not None, "a task runs"
        return self.context

    def _submit(self, index: int, group: dict[str, Any]) -> TaskDeferred | None:
        done = self._task(
            f"{GROUP}.{SUBMIT}", index, lambda context: self._operator(group, context).execute(context)
        )
        return done if isinstance(done, TaskDeferred) else None

    def _submit_again(self, index: int, group: dict[str, Any], deferred: TaskDeferred) -> None:
        def resume(context: Context) -> Any:
            operator = self._operator({**group, "order": {**group["order"], "deadline": LONG_AGO}}, context)
            return getattr(operator, deferred.method_name)(context, **(deferred.kwargs or {}))

        done = self._task(f"{GROUP}.{SUBMIT}", index, resume)
        assert not isinstance(done, TaskDeferred), "the night is over"

    def _operator(self, group: dict[str, Any], context: Context) -> SubmitOperator:
        operator = SubmitOperator(
            task_id=SUBMIT,
            order=group["order"],
            route=self.route.name,
            shipment=self.route.shipment,
            op_kwargs={"part": group["part"]},
        )
        operator.render_template_fields(context)
        return operator

    def _wait(self, index: int, group: dict[str, Any]) -> None:
        """Once the service has come to rest, more time changes nothing: the run's deadline has come."""
        task = self.xcoms[f"{GROUP}.{SUBMIT}", index].get("return_value")
        over = str(task) not in {row["task_id"] for row in self._service.unfinished()}
        order = dict(group["order"])
        if not over:
            order["deadline"] = LONG_AGO
            order["patience"] = 0.0 if self._gives_up else order["patience"]

        # Each is a look of the trigger: where the service does not answer, the wait goes on until the run's deadline.
        for look in (order, {**order, "deadline": LONG_AGO}):
            wait = partial(_wait, self.route, task, look, group["part"])
            if not isinstance(self._task(f"{GROUP}.{WAIT}", index, wait), TaskDeferred):
                return
        raise AssertionError("the run's deadline has come, and the wait goes on")

    def _task(self, task_id: str, map_index: int, body: Callable[[Context], Any]) -> Any:
        """Run the body of a task as often as Airflow would; its result, None if it failed, or how it is deferred."""
        for number in range(1, TRIES + 1):
            self.xcoms[task_id, map_index].clear()
            task = TaskInstance(self, task_id, map_index, number)
            self.context = self._context(task)
            try:
                value = body(self.context)
            except DiedError:
                if not self._retries:
                    raise
            except TaskDeferred as deferred:
                return deferred
            except AirflowFailException:
                return None
            except (AirflowException, ArchiveError, GlobusProviderError):
                continue
            else:
                task.xcom_push("return_value", value)
                return value
        return None

    def _context(self, task: TaskInstance) -> Context:
        values = {
            "params": self.params,
            "dag": SimpleNamespace(dag_id=self.dag_id),
            "run_id": self.run_id,
            "dag_run": SimpleNamespace(start_date=self._begun, triggering_user_name=None),
            "ti": task,
            "outlet_events": defaultdict(
                lambda: SimpleNamespace(add=lambda *_, **__: None, add_partitions=lambda _: None)
            ),
        }
        return cast("Context", values)


class AuditRun(Night):
    """One run of the audit, which looks at all copies of a subject, and reads them where it can."""

    dag_id = "audit_archive"
    route = AUDIT


def _record(route: Route, group: dict[str, Any], _: Context) -> None:
    tasks.record_data_sets(route, group["part"])


class ReplicateRun(Night):
    """One run that copies from one location to another."""

    dag_id = "replicate_archive"
    route = REPLICATE


class RepairRun(Night):
    """One run of a repair, to which a person said yes."""

    dag_id = "repair_archive"
    route = REPAIR


def _wait(
    route: Route, transfer_task_id: str | None, order: dict[str, Any], part: Any, context: Context
) -> Any:
    operator = WaitOperator(
        task_id=WAIT,
        transfer_task_id=transfer_task_id,
        order=order,
        route=route.name,
        shipment=route.shipment,
        op_kwargs={"part": part},
    )
    operator.render_template_fields(context)
    return operator.execute(context)
