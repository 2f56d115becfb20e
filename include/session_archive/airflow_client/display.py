"""A run's progress: one line that changes in a terminal, and a line for each change anywhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import rich.console
from rich.live import Live
from rich.text import Text

from printable_text import message
from session_archive.airflow_client.responses import Json
from session_archive.terminal import Console


def progress(dag_id: str, state: str, tasks: Iterable[Mapping[str, Any]]) -> str:
    """`retrieve_sessions: running  select 1 success  submit 2 running, 3 success`."""
    by_task: dict[str, Counter[str]] = {}
    for task in tasks:
        name = str(task["task_id"]).rpartition(".")[2]
        by_task.setdefault(name, Counter())[task["state"] or "waiting"] += 1
    counted = [
        f"{name} " + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        for name, states in by_task.items()
    ]
    return "  ".join([f"{dag_id}: {state}", *counted])


class Display(AbstractContextManager["Display"]):
    """Shows a run to a person: lines that stay, and the progress.

    console : None to show nothing
    """

    def __init__(self, console: rich.console.Console | None) -> None:
        self._console = console or Console(quiet=True)
        # A notebook would need widgets for a line that changes.
        changes = self._console.is_terminal and not self._console.is_jupyter
        self._live = Live(Text(), console=self._console, transient=True) if changes else None
        self._last = ""

    def __enter__(self) -> Self:
        """Begin the line that changes, if there is one."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the line that changes."""
        if self._live:
            self._live.stop()

    def say(self, line: str) -> None:
        """Print a line that stays."""
        self._console.print(Text(message(line)), soft_wrap=True)

    def update(self, line: str) -> None:
        """Show the current progress."""
        if line == self._last:
            return
        self._last = line
        if self._live:
            self._live.update(Text(message(line), style="cyan"))
        else:
            self.say(line)


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
