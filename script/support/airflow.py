"""A whole Airflow on this machine, started by `airflow standalone`, and its REST API."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from support.airflow_settings import airflow_settings, clean_environment
from support.processes import Process, Processes, free_ports

Json = dict[str, Any]
FINISHED = frozenset({"success", "failed"})
COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
PAGE = 100
LOST_RACES = 10
#: Airflow's log servers listen on every address of the machine, and no setting changes that. None is needed: the API
#: reads the logs from this disk.
_PROGRAM = """\
#!/bin/sh
case "$1" in scheduler | triggerer) set -- "$@" --skip-serve-logs ;; esac
exec {python} -m airflow "$@"
"""


class AirflowError(RuntimeError):
    """Airflow refused a call, or did not act in time."""


class AirflowApi:
    """The REST API of a running Airflow, used with a person's login."""

    def __init__(self, *, url: str, username: str, password: str) -> None:
        self.url, self.username, self.password = url, username, password
        # Ours is on loopback: the machine's proxy is not used.
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def ready(self) -> bool:
        """True when scheduler, DAG processor, triggerer and database all report that they are healthy."""
        try:
            health = self._http.get("/api/v2/monitor/health").json()
        except (httpx.HTTPError, json.JSONDecodeError):
            return False
        return all(health.get(name, {}).get("status") == "healthy" for name in COMPONENTS)

    def unpause(self, dag_id: str, *, timeout: float = 90) -> None:
        """Unpause a DAG once it has been parsed. Raises AirflowError, with import errors, if it never is."""
        deadline = time.monotonic() + timeout
        while (answer := self._ask("PATCH", f"/dags/{dag_id}", json={"is_paused": False})).status_code != 200:
            errors = self.import_errors()
            if any(dag_id in error for error in errors) or time.monotonic() > deadline:
                raise AirflowError(f"DAG {dag_id} did not appear: {errors or answer.text}")
            time.sleep(1)

    def trigger(self, dag_id: str, conf: Json | None = None) -> str:
        """Start a run with these params and return its id. Raises AirflowError, e.g. for a wrong param."""
        body = {"logical_date": None, "conf": conf or {}}
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def scheduled_run(self, dag_id: str, *, timeout: float = 60) -> str:
        """The id of the newest run that the scheduler started by itself; waits for one. Raises AirflowError."""
        deadline = time.monotonic() + timeout
        while True:
            runs = self.call("GET", f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after"})["dag_runs"]
            if scheduled := [run["dag_run_id"] for run in runs if run["run_type"] == "scheduled"]:
                return str(scheduled[0])
            if time.monotonic() > deadline:
                raise AirflowError(f"the scheduler started no run of {dag_id} within {timeout:.0f} s")
            time.sleep(0.5)

    def run(self, dag_id: str, run_id: str) -> Json:
        """The run, as Airflow describes it; `state` is queued, running, success or failed."""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def wait(
        self,
        dag_id: str,
        run_id: str,
        *,
        on_progress: Callable[[Json, list[Json]], None] | None = None,
        timeout: float = 600,
        interval: float = 2,
    ) -> Json:
        """Return the run once it has ended, whether it succeeded or failed.

        on_progress : called with the run and its task instances, every `interval` seconds and at the end
        timeout     : seconds; AirflowError names the tasks that have not ended by then
        """
        deadline = time.monotonic() + timeout
        while True:
            run = self.run(dag_id, run_id)
            if on_progress is not None:
                on_progress(run, self.task_instances(dag_id, run_id))
            if run["state"] in FINISHED:
                return run
            if time.monotonic() > deadline:
                open_ones = [
                    f"{each['task_id']}[{each['map_index']}] {each['state']}"
                    for each in self.task_instances(dag_id, run_id)
                    if each["state"] not in FINISHED
                ]
                raise AirflowError(
                    f"run {run_id} of {dag_id} is still {run['state']} after {timeout:.0f} s: {open_ones}"
                )
            time.sleep(interval)

    def task_instances(self, dag_id: str, run_id: str) -> list[Json]:
        """Every task instance of a run, including each mapped one."""
        return list(self._pages(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances"))

    def xcom(
        self, dag_id: str, run_id: str, task_id: str, *, key: str = "return_value", map_index: int = -1
    ) -> Any:
        """The XCom of a task under `key`."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.call("GET", path, params={"map_index": map_index, "deserialize": True})["value"]

    def task_log(
        self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, try_number: int = 1
    ) -> str:
        """The log of one try, one line for each event."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        content = self.call("GET", path, params={"map_index": map_index, "full_content": True})["content"]
        return "\n".join(line if isinstance(line, str) else _log_line(line) for line in content)

    def set_connection(self, connection_id: str, conn_type: str, **fields: str | int | Json) -> None:
        """Make or replace a connection, which the UI shows; `extra` may be given as a dict."""
        body: Json = {"connection_id": connection_id, "conn_type": conn_type} | fields
        if isinstance(body.get("extra"), dict):
            body["extra"] = json.dumps(body["extra"])
        self._ask("DELETE", f"/connections/{connection_id}")
        self.call("POST", "/connections", json=body)

    def pool(self, name: str, *, slots: int, include_deferred: bool = True) -> None:
        """Make a pool, or change its slots."""
        body = {"slots": slots, "include_deferred": include_deferred}
        if self._ask("PATCH", f"/pools/{name}", json={"pool": name} | body).status_code == 404:
            self.call("POST", "/pools", json={"name": name} | body)

    def import_errors(self) -> list[str]:
        """The import errors of DAG files and plugins, one text each."""
        dags = self._pages("/importErrors", "import_errors")
        plugins = self._pages("/plugins/importErrors", "import_errors")
        return [f"{each['filename']}: {each['stack_trace']}" for each in dags] + [
            f"{each['source']}: {each['error']}" for each in plugins
        ]

    def asset_events(self, **filters: str) -> list[Json]:
        """Every asset event, the oldest first; filters such as source_dag_id, source_run_id."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return list(self._pages("/assets/events", "asset_events", order_by="timestamp", **filters))
            except AirflowError as error:
                # Airflow 3.3.2 answers 500 while a run that an event started is queued and has no start date.
                if ": 500 " not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(1)

    def archived(self, run_id: str) -> list[str]:
        """The data sets that a run has announced, sorted. Raises AirflowError unless both assets tell the same."""
        by_asset: dict[str, list[str]] = {"archived_data_sets": [], "archived_by_data_set": []}
        for event in self.asset_events(source_run_id=run_id):
            # Of the asset with partitions, a task that archived nothing new emits an event without a key.
            if data_set := event["extra"].get("data_set") or event["partition_key"]:
                by_asset[event["name"]].append(data_set)
        each, partitions = (sorted(data_sets) for data_sets in by_asset.values())
        if each != partitions:
            raise AirflowError(f"run {run_id} announced {each}, and as partitions {partitions}")
        return each

    def clear(
        self, dag_id: str, run_id: str, task_ids: Sequence[str | tuple[str, int]], *, downstream: bool = False
    ) -> None:
        """Let tasks of a run run again, as a person does in the UI; (task_id, map_index) for one of many."""
        body = {
            "dag_run_id": run_id,
            "task_ids": task_ids,
            "dry_run": False,
            "only_failed": False,
            "reset_dag_runs": True,
            "include_downstream": downstream,
        }
        self.call("POST", f"/dags/{dag_id}/clearTaskInstances", json=body)

    def call(self, method: str, path: str, **request: Any) -> Json:
        """One call of the REST API, by its path behind /api/v2. Raises AirflowError with Airflow's reason."""
        answer = self._ask(method, path, **request)
        for _ in range(LOST_RACES):
            # On SQLite a transaction that another one overtook fails immediately, whatever the timeout.
            if answer.status_code != 500 or "Database error" not in answer.text:
                break
            time.sleep(0.5)
            answer = self._ask(method, path, **request)
        if answer.is_error:
            raise AirflowError(f"{method} {path}: {answer.status_code} {answer.text}")
        return dict(answer.json()) if answer.content else {}

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        if "Authorization" not in self._http.headers:
            login = {"username": self.username, "password": self.password}
            token = self._http.post("/auth/token", json=login).raise_for_status().json()["access_token"]
            self._http.headers["Authorization"] = f"Bearer {token}"
        return self._http.request(method, f"/api/v2{path}", **request)

    def _pages(self, path: str, key: str, **params: str) -> Iterator[Json]:
        offset = 0
        while rows := self.call("GET", path, params={"limit": PAGE, "offset": offset} | params)[key]:
            yield from rows
            if len(rows) < PAGE:
                return
            offset += PAGE


class Airflow(AirflowApi):
    """One Airflow with a home, ports and a password of its own.

    home        : made if absent; database, logs and the password file lie here
    dags        : the folder of DAG files
    plugins     : the folder that Airflow scans for plugins, None for an empty one
    environment : further variables, such as AIRFLOW_CONN_... or SESSION_ARCHIVE_CONFIG
    parallelism : task instances that run at the same time; each is a process that is forked at the start
    """

    def __init__(
        self,
        home: Path,
        *,
        dags: Path,
        plugins: Path | None = None,
        environment: Mapping[str, str] | None = None,
        parallelism: int = 4,
    ) -> None:
        self.home = home
        self.log = home / "standalone.log"
        self._passwords = home / "passwords.json"
        api, worker_logs, triggerer_logs = free_ports(3)
        super().__init__(url=f"http://127.0.0.1:{api}", username="admin", password=secrets.token_urlsafe(12))
        settings = airflow_settings(
            home=home,
            dags=dags,
            plugins=plugins or home / "plugins",
            passwords=self._passwords,
            ports=(api, worker_logs, triggerer_logs),
            parallelism=parallelism,
        )
        self._programs = home / "bin"
        self.environment = clean_environment() | settings | dict(environment or {})
        self.environment["PATH"] = f"{self._programs}{os.pathsep}{self.environment['PATH']}"

    def start(self, processes: Processes, *, timeout: float = 240) -> Process:
        """Start it and return when every component is healthy. Raises ProcessError."""
        self.home.mkdir(parents=True, exist_ok=True)
        # Written here, so that Airflow does not make and print one.
        self._passwords.touch(mode=0o600)
        self._passwords.write_text(json.dumps({self.username: self.password}))
        self._write_program()
        process = processes.start(
            "Airflow",
            [sys.executable, "-m", "airflow", "standalone"],
            log=self.log,
            environment=self.environment,
            cwd=self.home,
            # On SIGTERM it would leave its components behind.
            stop_signal=signal.SIGINT,
            patience=60,
        )
        process.wait_until(self.ready, timeout=timeout, interval=0.5)
        return process

    def _write_program(self) -> None:
        """Write the `airflow` by which standalone starts its components, with a switch that it cannot pass on."""
        self._programs.mkdir(exist_ok=True)
        program = self._programs / "airflow"
        program.write_text(_PROGRAM.format(python=shlex.quote(sys.executable)))
        program.chmod(0o700)


def _log_line(event: Json) -> str:
    shown = ("timestamp", "level", "event")
    extra = {name: value for name, value in event.items() if name not in (*shown, "logger")}
    return " ".join(str(event.get(name, "")) for name in shown) + (f" {extra}" if extra else "")
