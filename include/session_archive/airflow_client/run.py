"""A run of a DAG in Airflow, for scripts and notebooks."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote

import rich.console

from session_archive import clock
from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.dag_ids import CANCEL
from session_archive.airflow_client.display import Display, failures, progress, question, reason
from session_archive.airflow_client.responses import AirflowRequestError, Json
from session_archive.airflow_client.transfers import RunProgress, RunTransfers, deferred_waits
from session_archive.errors import ArchiveError, ServiceUnavailableError
from session_archive.terminal import Console

FINISHED = frozenset({"success", "failed"})

#: Seconds between two polls, which grow.
SHORTEST, LONGEST, GROWTH = 1.0, 15.0, 1.2
#: Seconds for which Airflow may be unreachable during a wait, since it may be restarted.
UNREACHABLE_AT_MOST = 900.0

#: Seconds between two looks at the transfers of a run: their tasks report every few minutes.
PROGRESS_EVERY = 120.0

#: XCom key of the last task of each run: `{"text": ..., "problems": [...]}`.
SUMMARY = "summary"
_LAST = {CANCEL: "cancel"}


class RunFailedError(ArchiveError):
    """A run failed; `problems` has the reasons, one line each."""

    def __init__(self, run: Run, problems: list[str]) -> None:
        self.run, self.problems = run, problems
        super().__init__(f"the run of {run.dag_id} failed: {run.url}", *problems)


class Run:
    """One run. It continues in Airflow whether or not anybody waits for it.

    id  : Airflow's run id
    url : its page in Airflow's UI
    """

    def __init__(self, api: AirflowApi, dag_id: str, run_id: str) -> None:
        self._api = api
        self.dag_id, self.id = dag_id, run_id
        self.url = f"{api.url}/dags/{dag_id}/runs/{quote(run_id, safe='')}"
        self._transfers = RunTransfers(api, dag_id, run_id)
        self._looked_at, self._progress_line = -math.inf, ""

    def __repr__(self) -> str:
        return f"<Run of {self.dag_id}: {self.url}>"

    @property
    def state(self) -> str:
        """The current state: queued, running, success or failed."""
        return str(self._api.run(self.dag_id, self.id)["state"])

    @property
    def questions(self) -> list[str]:
        """What the run waits for a person to approve: what, who may answer, and where; one line each."""
        pending = self._api.approvals(self.dag_id, self.id)
        return [question(each, url=self.url) for each in pending]

    @property
    def progress(self) -> RunProgress:
        """How far its transfers are, as of the last reports of their waits: files, bytes, rate, faults, and the end."""
        return self._transfers.look(self._api.task_instances(self.dag_id, self.id))

    @property
    def summary(self) -> str:
        """The run's own summary: the outcome of each data set, or the plan of a dry run."""
        return str((self._summary_xcom() or {}).get("text", ""))

    @property
    def problems(self) -> list[str]:
        """Why the run failed, one line each; empty unless it did."""
        if self.state != "failed":
            return []
        named = list((self._summary_xcom() or {}).get("problems", []))
        failed = failures(self._api.task_instances(self.dag_id, self.id), named=bool(named))
        logged = [(task["task_id"], reason(self._api.log(self.dag_id, self.id, task))) for task in failed]
        # The summary has the reason of a request that makes no sense; its task's log has it again.
        return named + [
            f"{task_id.rpartition('.')[2]}: {why}"
            for task_id, why in logged
            if not any(why in " ".join(line.split()) for line in named)
        ]

    def wait(self, *, show: bool = True, console: rich.console.Console | None = None) -> Run:
        """Return once the run has succeeded. Interrupting the wait (Ctrl-C) does not stop the run.

        show    : show the progress, and what has to be approved
        console : where to show it
        raises  : RunFailedError with the reasons; ServiceUnavailableError when Airflow stays unreachable
        """
        with Display((console or Console(highlight=False)) if show else None) as display:
            state = self._until_finished(display)
        if state == "failed":
            raise RunFailedError(self, self.problems)
        return self

    def _until_finished(self, display: Display) -> str:
        shown_lines: set[str] = set()
        last_answer = time.monotonic()
        for pause in _pauses():
            try:
                state = self._poll(display, shown_lines)
            except ServiceUnavailableError as error:
                if time.monotonic() - last_answer > UNREACHABLE_AT_MOST:
                    raise ServiceUnavailableError(
                        f"{error}; the run may still be going on: {self.url}"
                    ) from error
                display.update(f"{error} (retrying)")
            else:
                last_answer = time.monotonic()
                if state in FINISHED:
                    break
            time.sleep(pause)
        return state

    def _poll(self, display: Display, shown_lines: set[str]) -> str:
        """The state. Shows the progress, and each approval once."""
        state, tasks = self.state, self._api.task_instances(self.dag_id, self.id)
        if any(task["state"] == "awaiting_input" for task in tasks):
            new = [line for line in self.questions if line not in shown_lines]
            shown_lines.update(new)
            for line in new:
                display.say(line)
        line = progress(self.dag_id, state, tasks)
        display.update("  ".join(filter(None, [line, self._transfers_line(tasks)])))
        return state

    def _transfers_line(self, tasks: list[Json]) -> str:
        """How far the transfers are; read every few minutes, since outside a terminal each change is a line."""
        if not deferred_waits(tasks):
            return ""
        if time.monotonic() - self._looked_at >= PROGRESS_EVERY:
            self._looked_at = time.monotonic()
            try:
                self._progress_line = self._transfers.look(tasks).line(now=clock.utc_now().astimezone())
            except AirflowRequestError:  # a login that may start runs need not be able to read XComs
                self._progress_line = ""
        return self._progress_line

    def _summary_xcom(self) -> Json | None:
        return cast(
            "Json | None", self._api.xcom(self.dag_id, self.id, _LAST.get(self.dag_id, SUMMARY), SUMMARY)
        )


def _pauses() -> Iterator[float]:
    pause = SHORTEST
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST)
