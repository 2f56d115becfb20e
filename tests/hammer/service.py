"""The local service as a walk sees it: what is unfinished, and when nothing more happens by itself."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from loopback_globus.testing import LoopbackGlobus

#: Failing passes of a task after which it counts as stuck: more than the faults of one use that a walk arms for a file.
FAILING_PASSES = 5
SETTLE_WITHIN = 60.0


class Service:
    """Reads the service's state file, so that no armed fault is used up by looking.

    globus : the running service
    """

    def __init__(self, globus: LoopbackGlobus) -> None:
        self.globus = globus
        self._state = globus.journal_path.with_name("state.sqlite")
        self._read = 0
        self._since = 0

    def _rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self._state}?mode=ro", uri=True, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, arguments)]

    def begin_walk(self) -> None:
        """What is in the journal now is of an earlier walk."""
        self._read = self.globus.journal_path.stat().st_size

    def unfinished(self) -> list[dict[str, Any]]:
        """The tasks that have not ended, in the order in which they were accepted."""
        return self._rows("SELECT * FROM task WHERE completion_time IS NULL ORDER BY request_time")

    def live_destinations(self) -> set[str]:
        """The paths that an unfinished task may still write."""
        rows = self._rows(
            "SELECT destination FROM entry JOIN task USING (task_id) WHERE task.completion_time IS NULL"
        )
        return {row["destination"] for row in rows}

    def settle(self) -> None:
        """Wait until each task has ended, or is held, or has failed so often that only a change can help it."""
        failures = {row["task_id"]: self._failures(row["task_id"]) for row in self.unfinished()}
        give_up = time.monotonic() + SETTLE_WITHIN
        while moving := [row for row in self.unfinished() if not self._rests(row, failures)]:
            assert time.monotonic() < give_up, f"the service does not come to rest: {moving}"
            time.sleep(0.005)

    def _rests(self, row: dict[str, Any], failures: dict[str, int]) -> bool:
        if row["pause_message"] or row["hold"] or row["status"] == "INACTIVE":
            return not row["working"]
        failed = self._failures(row["task_id"]) - failures.setdefault(row["task_id"], 0)
        return not row["working"] and failed >= FAILING_PASSES

    def _failures(self, task_id: str) -> int:
        (row,) = self._rows("SELECT COUNT(*) AS n FROM event WHERE task_id = ? AND is_error", task_id)
        return int(row["n"])

    def effects(self) -> Iterator[dict[str, Any]]:
        """The effects in the journal that were not read yet."""
        with self.globus.journal_path.open("rb") as journal:
            journal.seek(self._read)
            lines = journal.read()
        whole = lines.rpartition(b"\n")[0] + b"\n" if b"\n" in lines else b""
        self._read += len(whole)
        for line in whole.splitlines():
            if "effect" in (entry := json.loads(line)):
                yield entry

    def free(self) -> None:
        """Clear every fault, and let go what is paused or held."""
        self.globus.clear_faults()
        for row in self.unfinished():
            for do in ("resume", "activate", "unstick"):
                self.globus.change_task(row["task_id"], do)

    def end_all(self) -> None:
        """Cancel what is left, so that it is not in the way of the next walk."""
        self.globus.clear_faults()
        for row in self.unfinished():
            self.globus.change_task(row["task_id"], "admin_cancel")
