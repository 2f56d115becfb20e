"""Airflow's REST API, as far as runs of the DAGs need it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx

from session_archive.airflow_client.answers import (
    AirflowRequestError,
    Json,
    document,
    not_airflow,
    require_good,
    unreachable,
)
from session_archive.airflow_client.login import AirflowLogin
from session_archive.errors import ArchiveError, ServiceUnavailableError

#: Rows of one page; Airflow gives no more.
PAGE = 100
TIMEOUT = 30  # seconds
#: How often a run is asked for whose answer was lost, and seconds between.
TRIES, PAUSE = 3, 1.0


class AirflowApi:
    """The calls of one login. Every call raises ServiceUnavailableError or ArchiveError, one clear line.

    transport : of another way to Airflow than the network
    """

    def __init__(self, login: AirflowLogin, *, transport: httpx.BaseTransport | None = None) -> None:
        self.url, self.user = login.url, login.user
        self._login = login
        self._http = httpx.Client(base_url=login.url, timeout=TIMEOUT, transport=transport)
        self._token = ""

    def dag(self, dag_id: str) -> Json:
        """The DAG, with `params` and `is_paused`. Raises ArchiveError, with its import errors, where there is none."""
        try:
            return self._call("GET", f"/dags/{dag_id}/details", doing=f"look up the DAG {dag_id}")
        except AirflowRequestError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
        told = "; ".join(self._import_errors(dag_id))
        raise ArchiveError(
            f"Airflow at {self.url} has no DAG {dag_id!r}"
            + (f": {told}" if told else "; is session-archive's dags/ in its DAGs folder?")
        )

    def trigger(self, dag_id: str, conf: Json) -> str:
        """Start a run with these params; returns its id. Raises ArchiveError that says which param is wrong."""
        # An id of our own: where an answer is lost, the same run is asked for again, and never two of them.
        run_id = f"manual__{uuid.uuid4()}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        for again in range(TRIES):
            try:
                self._call("POST", f"/dags/{dag_id}/dagRuns", doing=f"start {dag_id}", json=body)
            except AirflowRequestError as error:
                if not again or error.status != httpx.codes.CONFLICT:
                    raise
            except ServiceUnavailableError:
                if again == TRIES - 1:
                    raise
                time.sleep(PAUSE)
                continue
            break
        return run_id

    def run(self, dag_id: str, run_id: str) -> Json:
        """The run; `state` is queued, running, success or failed."""
        return self._of_run(dag_id, run_id, "", doing=f"look at run {run_id}")

    def task_instances(self, dag_id: str, run_id: str) -> list[Json]:
        """Every task instance of a run, mapped ones each."""
        return list(self._pages(f"/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances", "task_instances"))

    def approvals(self, dag_id: str, run_id: str) -> list[Json]:
        """What a run asks a person and nobody has answered yet."""
        told = self._of_run(dag_id, run_id, "/hitlDetails", doing="look for questions to a person")
        return [each for each in told["hitl_details"] if not each["response_received"]]

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str) -> Any:
        """What a task left behind under `key`; None where it left nothing."""
        path = f"/taskInstances/{task_id}/xcomEntries/{key}"
        try:
            return self._of_run(
                dag_id, run_id, path, doing=f"read what {task_id} left", params={"deserialize": True}
            )["value"]
        except AirflowRequestError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def log(self, dag_id: str, run_id: str, task: Json) -> list[Json]:
        """The events of a task instance's last try."""
        path = f"/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        params = {"map_index": task["map_index"], "full_content": True}
        told = self._of_run(dag_id, run_id, path, doing=f"read the log of {task['task_id']}", params=params)
        return [event for event in told["content"] if isinstance(event, dict)]

    def _import_errors(self, dag_id: str) -> list[str]:
        try:
            told = self._call("GET", "/importErrors", doing="look for import errors")
        except AirflowRequestError:  # not everyone may see them
            return []
        errors = [error for error in told["import_errors"] if dag_id in error["filename"]]
        return [f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}" for error in errors]

    def _of_run(self, dag_id: str, run_id: str, path: str, *, doing: str, params: Json | None = None) -> Json:
        return self._call(
            "GET", f"/dags/{dag_id}/dagRuns/{_quoted(run_id)}{path}", doing=doing, params=params
        )

    def _pages(self, path: str, key: str) -> Iterator[Json]:
        offset = 0
        while True:
            params = {"limit": PAGE, "offset": offset, "order_by": "id"}
            rows = self._call("GET", path, doing="list the tasks of a run", params=params)[key]
            yield from rows
            if len(rows) < PAGE:
                return
            offset += PAGE

    def _call(self, method: str, path: str, *, doing: str, **request: Any) -> Json:
        answer = self._ask(method, path, **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # The token has expired, in a wait of days.
            self._token = ""
            answer = self._ask(method, path, **request)
        require_good(answer, url=self.url, user=self.user, doing=doing)
        return document(answer, url=self.url)

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        self._token = self._token or self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            return self._http.request(method, f"/api/v2{path}", headers=headers, **request)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    def _new_token(self) -> str:
        login = {"username": self.user, "password": self._login.password}
        try:
            answer = self._http.post("/auth/token", json=login)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
            raise not_airflow(self.url, f"{answer.status_code} for /auth/token")
        require_good(answer, url=self.url, user=self.user, doing="log in")
        token = document(answer, url=self.url).get("access_token")
        if not token:
            raise not_airflow(self.url, "no token in the answer to a login")
        return str(token)


def _quoted(run_id: str) -> str:
    return quote(run_id, safe="")
