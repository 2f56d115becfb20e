"""One task of an upload in a process of its own, as a worker of Airflow runs it.

Run: `python -m support.one_task STEP [params as JSON]`, with the environment of `task_environment`. Reads the XComs of
the tasks before it from standard input; prints, in one line of JSON, the XComs that it pushed, how it was deferred, and
the modules that it imported beyond those of Airflow. The step `choose` is what a retrieval does instead of `select`.
"""

from __future__ import annotations

import datetime as dt
import json
import runpy
import sys
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from airflow.dag_processing import dagbag
from airflow.sdk import Context
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.context import set_current_context

AIRFLOW = dagbag, task_runner
DAG_FILE = Path(__file__).resolve().parents[2] / "dags" / "upload_sessions.py"
GROUP = "data_set"


class TaskInstance:
    """What a task uses of Airflow's; `xcoms` holds task id -> key -> value."""

    try_number, max_tries, map_index = 1, 3, 0

    def __init__(self, task_id: str, xcoms: dict[str, dict[str, Any]]) -> None:
        self._task_id, self._xcoms = task_id, xcoms
        self.task = SimpleNamespace(retries=3)

    def xcom_push(self, key: str, value: Any) -> None:
        self._xcoms.setdefault(self._task_id, {})[key] = value

    def xcom_pull(self, task_ids: str, key: str = "return_value", map_indexes: int | None = None) -> Any:
        return self._xcoms.get(task_ids, {}).get(key)


def main() -> None:
    """Read the DAG file as Airflow does, then run the task."""
    step, xcoms = sys.argv[1], json.load(sys.stdin)
    params = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {"kinds": ["raw-ephys"]}
    before = set(sys.modules)
    runpy.run_path(str(DAG_FILE), run_name="dag_file")
    ti = TaskInstance(step if step == "select" else f"{GROUP}.{step}", xcoms)
    context = cast(
        "Context",
        {
            "params": params,
            "dag": SimpleNamespace(dag_id="upload_sessions"),
            "run_id": "night",
            "dag_run": SimpleNamespace(start_date=dt.datetime.now(dt.UTC), triggering_user_name=None),
            "ti": ti,
            "outlet_events": defaultdict(
                lambda: SimpleNamespace(add=lambda *_, **__: None, add_partitions=lambda _: None)
            ),
        },
    )
    deferred = None
    with set_current_context(context):
        try:
            ti.xcom_push("return_value", STEPS[step](context, xcoms))
        except TaskDeferred as error:
            deferred = error.method_name
    modules = sorted(set(sys.modules) - before)
    print(json.dumps({"xcoms": xcoms, "deferred": deferred, "modules": modules}))


def _select(context: Context, xcoms: dict[str, Any]) -> Any:
    from archive_flow.routes import UPLOAD
    from archive_flow.spine.select_operator import SelectOperator

    return SelectOperator(task_id="select", route=UPLOAD).execute(context)


def _choose(context: Context, xcoms: dict[str, Any]) -> Any:
    from archive_flow.routes import RETRIEVE
    from archive_flow.spine.select_operator import SelectOperator

    return SelectOperator(task_id="select", route=RETRIEVE).execute(context)


def _submit(context: Context, xcoms: dict[str, Any]) -> Any:
    from archive_flow.transfer.operators import SubmitOperator

    operator = SubmitOperator(task_id="submit", **_arguments(xcoms))
    operator.render_template_fields(context)
    return operator.execute(context)


def _wait(context: Context, xcoms: dict[str, Any]) -> Any:
    operator = _wait_operator(xcoms)
    operator.render_template_fields(context)
    return operator.execute(context)


def _wait_resumed(context: Context, xcoms: dict[str, Any]) -> Any:
    operator = _wait_operator(xcoms)
    operator.render_template_fields(context)
    now = dt.datetime.now(dt.UTC).isoformat()
    document = {"task_id": operator.transfer_task_id, "status": "SUCCEEDED", "request_time": now}
    return operator.execute_complete(context, {"at": now, "document": document})


def _wait_operator(xcoms: dict[str, Any]) -> Any:
    from archive_flow.transfer.operators import WaitOperator

    task = xcoms[f"{GROUP}.submit"]["return_value"]
    return WaitOperator(task_id="wait", transfer_task_id=task, **_arguments(xcoms))


def _arguments(xcoms: dict[str, Any]) -> dict[str, Any]:
    from archive_flow.routes import UPLOAD

    (group,) = xcoms["select"]["return_value"]
    return {
        "order": group["order"],
        "route": UPLOAD.name,
        "shipment": UPLOAD.shipment,
        "op_kwargs": {"part": group["part"]},
    }


def _record(context: Context, xcoms: dict[str, Any]) -> None:
    from archive_flow.routes import UPLOAD
    from archive_flow.spine.tasks import record_data_sets

    (group,) = xcoms["select"]["return_value"]
    record_data_sets(UPLOAD, group["part"])


STEPS = {
    "select": _select,
    "choose": _choose,
    "submit": _submit,
    "wait": _wait,
    "wait_resumed": _wait_resumed,
    "record": _record,
}


if __name__ == "__main__":
    main()
