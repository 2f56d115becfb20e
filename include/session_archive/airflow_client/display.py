"""A run's progress: one line that changes in a terminal, and a line for each change anywhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text


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

    def __init__(self, console: Console | None) -> None:
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
        self._console.print(Text(line), soft_wrap=True)

    def update(self, line: str) -> None:
        """Show the current progress."""
        if line == self._last:
            return
        self._last = line
        if self._live:
            self._live.update(Text(line, style="cyan"))
        else:
            self.say(line)
