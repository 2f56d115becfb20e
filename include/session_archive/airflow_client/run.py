"""A run of a DAG in Airflow, as a script or a notebook holds it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast
from urllib.parse import quote

from rich.console import Console

from session_archive.airflow_client.answers import Json
from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.reasons import failures, question, reason
from session_archive.airflow_client.show import Shown, progress
from session_archive.errors import ArchiveError, ServiceUnavailableError

FINISHED = frozenset({"success", "failed"})

#: Seconds between two looks: the first soon, the later ones seldom.
SHORTEST, LONGEST, GROWTH = 1.0, 15.0, 1.2
#: Seconds for which Airflow may not answer while a run is waited for; it may be restarted meanwhile.
PATIENCE = 900.0

#: What the last task of each run leaves behind: `{"text": ..., "problems": [...]}`.
SUMMARY = "summary"
_LAST = {"cancel_transfers": "cancel"}


class RunFailedError(ArchiveError):
    """A run ended failed; `problems` has its reasons, one line each."""

    def __init__(self, run: Run, problems: list[str]) -> None:
        self.run, self.problems = run, problems
        super().__init__("\n".join([f"the run of {run.dag_id} failed: {run.url}", *problems]))


class Run:
    """One run; it goes on in Airflow whether anybody waits for it or not.

    id  : Airflow's
    url : of its page in Airflow's UI
    """

    def __init__(self, api: AirflowApi, dag_id: str, run_id: str) -> None:
        self._api = api
        self.dag_id, self.id = dag_id, run_id
        self.url = f"{api.url}/dags/{dag_id}/runs/{quote(run_id, safe='')}"

    def __repr__(self) -> str:
        return f"<Run of {self.dag_id}: {self.url}>"

    @property
    def state(self) -> str:
        """queued, running, success or failed, as it is now."""
        return str(self._api.run(self.dag_id, self.id)["state"])

    @property
    def questions(self) -> list[str]:
        """What the run waits for a person to approve: what, who may, and where; a line each."""
        asked = self._api.approvals(self.dag_id, self.id)
        return [question(each, url=self.url) for each in asked]

    @property
    def summary(self) -> str:
        """What the run says of itself at its end: what became of each data set, or the plan of a dry run."""
        return str((self._left() or {}).get("text", ""))

    @property
    def problems(self) -> list[str]:
        """Why the run failed, a line each; none unless it did."""
        if self.state != "failed":
            return []
        named = list((self._left() or {}).get("problems", []))
        return named + [
            f"{task['task_id'].rpartition('.')[2]}: {reason(self._api.log(self.dag_id, self.id, task))}"
            for task in failures(self._api.task_instances(self.dag_id, self.id), named=bool(named))
        ]

    def wait(self, *, show: bool = True, console: Console | None = None) -> Run:
        """Return once the run has ended well. Leaving off (Ctrl-C) does not stop the run.

        show    : the progress, and what has to be approved
        console : to show it on
        raises  : RunFailedError with the reasons; ServiceUnavailableError when Airflow does not answer for long
        """
        with Shown((console or Console(highlight=False)) if show else None) as video_trials_of:
            state = self._until_finished(video_trials_of)
        if state == "failed":
            raise RunFailedError(self, self.problems)
        return self

    def _until_finished(self, video_trials_of: Shown) -> str:
        told: set[str] = set()
        answered = time.monotonic()
        for pause in _pauses():
            try:
                state = self._look(video_trials_of, told)
            except ServiceUnavailableError as error:
                if time.monotonic() - answered > PATIENCE:
                    raise ServiceUnavailableError(
                        f"{error}; nobody knows here how the run goes on: {self.url}"
                    ) from error
                video_trials_of.update(f"{error} (asked again)")
            else:
                answered = time.monotonic()
                if state in FINISHED:
                    break
            time.sleep(pause)
        return state

    def _look(self, video_trials_of: Shown, told: set[str]) -> str:
        """The state, with the progress shown, and each question once."""
        state, tasks = self.state, self._api.task_instances(self.dag_id, self.id)
        if any(task["state"] == "awaiting_input" for task in tasks):
            new = [line for line in self.questions if line not in told]
            told.update(new)
            for line in new:
                video_trials_of.say(line)
        video_trials_of.update(progress(self.dag_id, state, tasks))
        return state

    def _left(self) -> Json | None:
        return cast(
            "Json | None", self._api.xcom(self.dag_id, self.id, _LAST.get(self.dag_id, SUMMARY), SUMMARY)
        )


def _pauses() -> Iterator[float]:
    pause = SHORTEST
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST)
