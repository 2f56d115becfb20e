"""Why a run failed, and what it waits for a person to approve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from session_archive.airflow_client.responses import Json

#: Failed tasks often share a fault, and nobody reads more than the first few logs.
LOGS_AT_MOST = 5

#: Tasks whose failures the summary explains.
_IN_SUMMARY = frozenset({"summary", "data_set.record"})


def failures(tasks: Iterable[Json], *, named: bool) -> list[Json]:
    """The failed tasks whose logs are worth reading.

    named : the summary names the problems, so that the tasks that it explains are left out
    """
    failed = [task for task in tasks if task["state"] == "failed"]
    if named:
        failed = [task for task in failed if task["task_id"] not in _IN_SUMMARY]
    return failed[:LOGS_AT_MOST]


def reason(events: Sequence[Json]) -> str:
    """The last error of a log, in one line."""
    for event in reversed(events):
        for detail in event.get("error_detail") or ():
            if words := " ".join(str(detail.get("exc_value", "")).split()):
                return words
    errors = [str(event.get("event", "")) for event in events if event.get("level") in ("error", "critical")]
    return errors[-1] if errors else "its log gives no reason"


def question(detail: Json, *, url: str) -> str:
    """`waits for approval: 12 TB to scratch; Ann can answer, at https://...`.

    url : of the run's page
    """
    who = " or ".join(user["name"] or user["id"] for user in detail["assigned_users"])
    task = detail["task_instance"]
    mapped = f"/mapped/{task['map_index']}" if task.get("map_index", -1) >= 0 else ""
    where = f"{url}/tasks/{task['task_id']}{mapped}/required_actions"
    who = who or "any user who may edit runs of this DAG"
    return f"waits for approval: {detail['subject']}; {who} can answer, at {where}"
