"""How far the transfers of a run are, read from what its tasks report to Airflow; Globus is not asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from printable_text.amounts import counted
from session_archive.transfers.progress import Progress, together

SELECT, WAIT = "select", "data_set.wait"
#: XCom key of the newest report of a wait.
PROGRESS = "progress"
#: States of a wait that sends nothing any more without having ended well.
_GIVEN_UP = frozenset({"failed", "upstream_failed", "skipped", "removed"})


class RunReports(Protocol):
    """Who answers: Airflow's REST API, as `AirflowApi`, or for a part of Airflow its own database."""

    def running(self, dag_id: str) -> list[str]:
        """The ids of the runs that have begun and not ended, newest first."""

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Every task instance of a run, with `task_id`, `map_index` and `state`."""

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str, *, map_index: int = -1) -> Any:
        """A task's XCom value; None if there is none."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """The transfers of one run.

    under_way : how many are waited for
    total     : all of them together, also those that have not begun; those that failed do not count
    deadline  : when this run ends whatever its transfers do; None where it is not known
    reports   : map index of a wait -> what it has reported, of those that are under way
    """

    under_way: int
    total: Progress
    deadline: dt.datetime | None = None
    reports: Mapping[int, Progress] = field(default_factory=dict)

    def line(self, *, now: dt.datetime) -> str:
        """In one line; '' where nothing is on its way.

        now : aware; times are shown in its zone
        """
        if not self.under_way:
            return ""
        words = self.total.line(now=now, deadline=self.deadline)
        return f"{counted(self.under_way, 'transfer')} under way: {words}"


def deferred_waits(tasks: Iterable[Mapping[str, Any]]) -> list[int]:
    """The map indexes of the waits for a transfer that is under way."""
    return [
        task["map_index"]
        for task in tasks
        if task["task_id"] == WAIT and task["state"] == "deferred" and task["map_index"] >= 0
    ]


class RunTransfers:
    """Looks at the transfers of one run, again and again; what select handed on is read once."""

    def __init__(self, airflow: RunReports, dag_id: str, run_id: str) -> None:
        self._airflow, self._dag_id, self._run_id = airflow, dag_id, run_id
        self._orders: list[Mapping[str, Any]] | None = None

    def look(self, tasks: Iterable[Mapping[str, Any]]) -> RunProgress:
        """By the task instances of the run, and one XCom for each wait that is deferred."""
        tasks = list(tasks)
        waits = {task["map_index"]: task["state"] for task in tasks if task["task_id"] == WAIT}
        deferred = deferred_waits(tasks)
        if not deferred:
            return RunProgress(0, Progress())
        orders = self._selected()
        found = {index: self._report(index) for index in deferred}
        reports = {index: report for index, report in found.items() if report}
        parts = []
        for index in sorted({*range(len(orders)), *deferred}):
            order = orders[index] if index < len(orders) else {}
            files, n_bytes = _number(order, "n_files"), _number(order, "n_bytes")
            state = waits.get(index)
            if state == "success":
                parts.append(Progress.over(files, n_bytes))
            elif state not in _GIVEN_UP:
                parts.append(reports.get(index) or Progress.ahead(files, n_bytes))
        return RunProgress(len(deferred), together(parts), _deadline(orders), reports)

    def _report(self, map_index: int) -> Progress | None:
        return Progress.of(
            self._airflow.xcom(self._dag_id, self._run_id, WAIT, PROGRESS, map_index=map_index)
        )

    def _selected(self) -> Sequence[Mapping[str, Any]]:
        if self._orders is None:
            groups = self._airflow.xcom(self._dag_id, self._run_id, SELECT, "return_value")
            found = [group.get("order") if isinstance(group, Mapping) else None for group in groups or ()]
            self._orders = [order if isinstance(order, Mapping) else {} for order in found]
        return self._orders


def _number(order: Mapping[str, Any], key: str) -> int | None:
    value = order.get(key)
    return value if isinstance(value, int) else None


def _deadline(orders: Sequence[Mapping[str, Any]]) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(orders[0]["deadline"]))
    except (LookupError, ValueError):
        return None
