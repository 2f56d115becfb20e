"""Why a run failed, and what it asks of a person, from Airflow's answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from session_archive.airflow_client.answers import Json

#: A person reads the first; a fault that they share is told by any.
LOGS_AT_MOST = 5

#: Tasks whose own failure the summary tells in words.
_TOLD = frozenset({"summary", "data_set.record"})


def failures(tasks: Iterable[Json], *, named: bool) -> list[Json]:
    """The failed tasks whose logs say more than is known.

    named : the summary has named the problems, so that only what came before it is of interest
    """
    failed = [task for task in tasks if task["state"] == "failed"]
    if named:
        failed = [task for task in failed if task["task_id"] not in _TOLD]
    return failed[:LOGS_AT_MOST]


def reason(events: Sequence[Json]) -> str:
    """The last error of a log, in one line."""
    for event in reversed(events):
        for detail in event.get("error_detail") or ():
            if words := " ".join(str(detail.get("exc_value", "")).split()):
                return words
    errors = [str(event.get("event", "")) for event in events if event.get("level") in ("error", "critical")]
    return errors[-1] if errors else "its log tells no reason"


def question(detail: Json, *, url: str) -> str:
    """`waits for approval: 12 TB to scratch; Ann may answer, at https://...`.

    url : of the run's page
    """
    who = " or ".join(user["name"] or user["id"] for user in detail["assigned_users"])
    task = detail["task_instance"]
    mapped = f"/mapped/{task['map_index']}" if task.get("map_index", -1) >= 0 else ""
    where = f"{url}/tasks/{task['task_id']}{mapped}/required_actions"
    who = who or "whoever may edit runs of this DAG"
    return f"waits for approval: {detail['subject']}; {who} can answer, at {where}"
