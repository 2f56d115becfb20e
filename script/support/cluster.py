"""Airflow with several workers on this machine: the services of `topology`, each a process of its own."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from support.airflow import AirflowApi
from support.airflow_settings import clean_environment, fernet_key
from support.processes import Process, ProcessError, Processes, free_ports
from support.servers import Postgres, start_redis
from support.stack import ROOT, Stack
from support.topology import AIRFLOW, SERVICES, SETUP, Places

#: Not on .venv's own path: script/environment.sh says why.
PACKAGES = ROOT / ".venv" / "scale"
START_SECONDS = 240.0
ADMIN = "admin"

#: Timeouts after which Airflow considers a worker dead; the defaults are five and ten minutes.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "45",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "15",
}


class Cluster:
    """The services of Airflow over a stack's rig, Globus and catalog; `with Cluster(...)` starts and stops them.

    workers  : names of the Celery workers; without any, the scheduler runs the tasks (LocalExecutor), without Redis
    dags     : the folder of DAG files
    schedule : of the nightly upload; 'none' for no other runs than those that are triggered
    settings : further variables of every service
    raises   : ProcessError or RuntimeError when a program is missing or a service does not come up
    """

    def __init__(
        self,
        stack: Stack,
        processes: Processes,
        *,
        workers: tuple[str, ...] = ("worker-1", "worker-2"),
        dags: Path = ROOT / "dags",
        schedule: str = Places.schedule,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = stack.directory / "cluster"
        self.workers = workers
        self._services = tuple(name for name in SERVICES if name != "worker" or workers)
        self._stack, self._processes = stack, processes
        self._running: dict[str, Process] = {}
        ports = free_ports(5 + len(workers))
        self._postgres_port, self._redis_port, api, health, triggerer_logs, *worker_logs = ports
        self._worker_logs = dict(zip(workers, worker_logs, strict=True))
        self._admin_password = secrets.token_hex(12)
        self.places = Places(
            postgres=f"127.0.0.1:{self._postgres_port}",
            redis=f"127.0.0.1:{self._redis_port}",
            api=f"127.0.0.1:{api}",
            scheduler_health=f"127.0.0.1:{health}",
            settings=str(stack.settings_file),
            executor="CeleryExecutor" if workers else "LocalExecutor",
            schedule=schedule,
            postgres_password=secrets.token_hex(12),
            redis_password=secrets.token_hex(12),
            fernet_key=fernet_key(),
            api_secret_key=secrets.token_hex(32),
            jwt_secret=secrets.token_hex(64),
            worker_concurrency=4,
            base_url=f"http://127.0.0.1:{api}",
        )
        home = self.directory / "airflow"
        # What each container has for itself, while processes of one machine need different values.
        self._here = IMPATIENT | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(api),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(triggerer_logs),
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "PYTHONPATH": str(PACKAGES),
            "NO_COLOR": "1",
        }
        self._settings = dict(settings or {})
        self.postgres = Postgres(
            processes,
            stack.servers / "postgres",
            log=self.directory / "postgres.log",
            port=self._postgres_port,
            password=self.places.postgres_password,
        )
        self.api = AirflowApi(url=f"http://{self.places.api}", username=ADMIN, password=self._admin_password)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never appear in a log."""
        places = self.places
        return (
            self._admin_password, places.postgres_password, places.redis_password, places.fernet_key,
            places.api_secret_key, places.jwt_secret,
        )  # fmt: skip

    def __enter__(self) -> Self:
        """Start everything, in the order of docker-compose.yaml."""
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything, the last started first, before the stack removes its folders and its database."""
        for name in reversed(tuple(self._running)):
            self.stop(name)

    def _start(self) -> None:
        (self.directory / "airflow" / "plugins").mkdir(parents=True)
        places = self.places
        self._running["postgres"] = self.postgres.start_new()
        if self.workers:
            self._running["redis"] = start_redis(
                self._processes,
                self._stack.servers / "redis",
                log=self.directory / "redis.log",
                port=self._redis_port,
                password=places.redis_password,
            )
        for step in SETUP.values():
            self._set_up(step)
        for name in self._services:
            for each in self.workers if name == "worker" else (name,):
                self.start_service(each)
        for name in self._services:
            for each in self.workers if name == "worker" else (name,):
                self.wait_until_healthy(each)

    def start_ended(self) -> list[str]:
        """Start the services that have ended, as the containers' restart policy does; returns their names."""
        ended = [name for name, process in self._running.items() if process.popen.poll() is not None]
        for name in ended:
            self.kill(name)  # what it started may live on
            self.start_service(name)
        for name in ended:
            self.wait_until_healthy(name)
        return ended

    def start_service(self, name: str) -> None:
        """Start one service again, or a worker by its name; `wait_until_healthy` waits for it."""
        if name == "postgres":
            self._running[name] = self.postgres.start()
            return
        service = SERVICES["worker" if name in self.workers else name]
        _, *arguments = service.command
        command = [sys.executable, "-m", "airflow", *arguments]
        if name in self.workers:
            command += ["--celery-hostname", f"celery@{name}"]
        self._running[name] = self._processes.start(
            name,
            command,
            log=self.directory / f"{name}.log",
            environment=self.environment(name),
            cwd=self.directory,
            patience=60,
        )

    def wait_until_healthy(self, name: str) -> None:
        """Return when its health check passes. Raises ProcessError."""
        self._running[name].wait_until(lambda: self.healthy(name), timeout=START_SECONDS, interval=1)

    def healthy(self, name: str) -> bool:
        """The result of the container's health check now."""
        health = self.places.fill(SERVICES["worker" if name in self.workers else name].health)
        # Console scripts break if the path holds a blank.
        celery = f'celery() {{ "{sys.executable}" -m celery "$@"; }}'
        done = subprocess.run(
            ["bash", "-c", f"{celery}\n{health}"],
            env=self.environment(name),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return done.returncode == 0

    def stop(self, name: str) -> None:
        """Stop one service as an operator does."""
        self._processes.stop(self._running.pop(name))

    def kill(self, name: str) -> None:
        """Kill a service with everything that it started, as a power cut does."""
        self._processes.kill(self._running.pop(name))

    def process(self, name: str) -> Process:
        """The process of a service, as it runs now."""
        return self._running[name]

    def at_work(self) -> list[str]:
        """The tasks that the workers are running now, one text each."""
        done = subprocess.run(
            [sys.executable, "-m", "celery", "--app", "airflow.providers.celery.executors.celery_executor.app",
             "inspect", "active", "--json", "--timeout", "20"],
            env=self.environment(self.workers[0]),
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        answers = json.loads(done.stdout[done.stdout.index("{") :])
        missing = {f"celery@{name}" for name in self.workers} - answers.keys()
        if missing:
            raise RuntimeError(f"no answer from {sorted(missing)}: {done.stdout}{done.stderr}")
        return [f"{worker}: {task['args']}" for worker, tasks in answers.items() for task in tasks]

    def environment(self, name: str = "") -> dict[str, str]:
        """The whole environment of a service, or of a command of Airflow's."""
        table = {key: self.places.fill(value) for key, value in AIRFLOW.items()}
        own: Mapping[str, str] = {}
        if name in self.workers:
            own = {
                **SERVICES["worker"].environment,
                "HOSTNAME": name,
                "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self._worker_logs[name]),
            }
        return clean_environment() | self._here | table | self._settings | dict(own)

    def _set_up(self, step: str) -> None:
        environment = self._stack.environment | {
            "AIRFLOW_ADMIN_USER": ADMIN,
            "AIRFLOW_ADMIN_EMAIL": "admin@localhost.localdomain",
            "AIRFLOW_ADMIN_PASSWORD": self._admin_password,
            "SESSION_ARCHIVE_ADMIN_USER": "root",
            "CATALOG_HOST": self._stack.database.host,
            "CATALOG_HOST_PORT": str(self._stack.database.port),
        }
        # Not `subprocess.run`: Ctrl-C would leave behind what the script has started.
        process = self._running[step] = self._processes.start(
            f"container-setup {step}",
            ["bash", ROOT / "script" / "container-setup", step],
            log=self.directory / f"setup-{step}.log",
            environment=self.environment() | environment,
            cwd=self.directory,
        )
        if process.popen.wait(START_SECONDS):
            raise ProcessError(f"{process.name} failed{process.tail()}")
        self.stop(step)
