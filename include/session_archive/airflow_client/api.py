"""The part of Airflow's REST API that starts and follows runs of the DAGs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx

from session_archive.airflow_client.login import AirflowLogin
from session_archive.airflow_client.responses import (
    AirflowRequestError,
    Json,
    document,
    not_airflow,
    require_good,
    unreachable,
)
from session_archive.errors import ArchiveError, ServiceUnavailableError

#: Rows per page; the most that Airflow returns.
PAGE = 100
TIMEOUT = 30  # seconds
#: How often the start of a run is requested if the response is lost, and the seconds between two tries.
TRIES, PAUSE = 3, 1.0


class AirflowApi:
    """Calls with one login. Every call raises ServiceUnavailableError or ArchiveError, with one clear line.

    timeout   : seconds for one response
    transport : replaces the network
    """

    def __init__(
        self,
        login: AirflowLogin,
        *,
        timeout: float = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url, self.user = login.url, login.user
        self._login = login
        self._http = httpx.Client(base_url=login.url, timeout=timeout, transport=transport)
        self._token = ""

    def dag(self, dag_id: str) -> Json:
        """The DAG, with `params` and `is_paused`. If it is missing, raises ArchiveError with its import errors."""
        try:
            return self._call("GET", f"/dags/{dag_id}/details", doing=f"look up the DAG {dag_id}")
        except AirflowRequestError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
        import_errors = "; ".join(self._import_errors(dag_id))
        raise ArchiveError(
            f"Airflow at {self.url} has no DAG {dag_id!r}"
            + (f": {import_errors}" if import_errors else "; is session-archive's dags/ in its DAGs folder?")
        )

    def trigger(self, dag_id: str, conf: Json) -> str:
        """Start a run with these params; returns its id. Raises ArchiveError that says which param is wrong."""
        # With an id of our own, a retry after a lost response requests the same run, never a second one.
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
        """Every task instance of a run, each mapped one separately."""
        return list(self._pages(f"/dags/{dag_id}/dagRuns/{_quoted(run_id)}/taskInstances", "task_instances"))

    def approvals(self, dag_id: str, run_id: str) -> list[Json]:
        """The approvals that a run waits for."""
        details = self._of_run(dag_id, run_id, "/hitlDetails", doing="look for pending approvals")
        return [each for each in details["hitl_details"] if not each["response_received"]]

    def running(self, dag_id: str) -> list[str]:
        """The ids of the runs that have begun and not ended, newest first; none where there is no such DAG."""
        params = {"state": "running", "order_by": "-run_after", "limit": PAGE}
        try:
            answer = self._call(
                "GET", f"/dags/{dag_id}/dagRuns", doing=f"list the runs of {dag_id}", params=params
            )
        except AirflowRequestError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return []
            raise
        return [str(run["dag_run_id"]) for run in answer["dag_runs"]]

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str, *, map_index: int = -1) -> Any:
        """A task's XCom value under `key`; None if there is none."""
        path = f"/taskInstances/{task_id}/xcomEntries/{key}"
        try:
            return self._of_run(
                dag_id,
                run_id,
                path,
                doing=f"read an XCom value of {task_id}",
                params={"deserialize": True, "map_index": map_index},
            )["value"]
        except AirflowRequestError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def log(self, dag_id: str, run_id: str, task: Json) -> list[Json]:
        """The events of a task instance's last try."""
        path = f"/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        params = {"map_index": task["map_index"], "full_content": True}
        page = self._of_run(dag_id, run_id, path, doing=f"read the log of {task['task_id']}", params=params)
        return [event for event in page["content"] if isinstance(event, dict)]

    def _import_errors(self, dag_id: str) -> list[str]:
        try:
            response = self._call("GET", "/importErrors", doing="look for import errors")
        except AirflowRequestError:  # not every login may see them
            return []
        errors = [error for error in response["import_errors"] if dag_id in error["filename"]]
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
        response = self._send(method, path, **request)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            # The token has expired; a run can take days.
            self._token = ""
            response = self._send(method, path, **request)
        require_good(response, url=self.url, user=self.user, doing=doing)
        return document(response, url=self.url)

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        self._token = self._token or self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            return self._http.request(method, f"/api/v2{path}", headers=headers, **request)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error

    def _new_token(self) -> str:
        login = {"username": self.user, "password": self._login.password}
        try:
            response = self._http.post("/auth/token", json=login)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
            raise not_airflow(self.url, f"{response.status_code} for /auth/token")
        require_good(response, url=self.url, user=self.user, doing="log in")
        token = document(response, url=self.url).get("access_token")
        if not token:
            raise not_airflow(self.url, "its response to the login has no token")
        return str(token)


def _quoted(run_id: str) -> str:
    return quote(run_id, safe="")
