"""Postgres and Redis from Debian's packages, for one cluster: on their own ports, as an unprivileged user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from support.airflow_settings import clean_environment
from support.mariadb import UNPRIVILEGED
from support.processes import Process, Processes


@dataclass(frozen=True)
class Postgres:
    """A server with the database `airflow`, whose owner is `airflow`.

    folder : of its data; made by `start_new`
    log    : its output

    Its methods raise RuntimeError if it is not installed or refuses, ProcessError if it does not start.
    """

    processes: Processes
    folder: Path
    log: Path
    port: int
    password: str = field(repr=False)

    def start_new(self) -> Process:
        """Make it, and start it; returns when it answers."""
        programs = _postgres_programs()
        _make(self.folder)
        secret = _secret_file(self.folder / "password", self.password)
        _run(self.folder, [
            programs / "initdb", f"--pgdata={self.folder / 'data'}", "--username=airflow", f"--pwfile={secret}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync",
        ])  # fmt: skip
        secret.unlink()
        server = self.start()
        self._call("createdb")
        return server

    def start(self) -> Process:
        """Start it over the data that it has; returns when it answers."""
        programs = _postgres_programs()
        server = self.processes.start(
            "postgres",
            [programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-h", "127.0.0.1",
             "-k", self.folder, "-c", "fsync=off"],
            log=self.log,
            cwd=self.folder,
            user=_user(),
            # SIGTERM waits until every client has gone.
            stop_signal=signal.SIGINT,
        )  # fmt: skip
        ready = [str(programs / "pg_isready"), "--quiet", *self._address]
        server.wait_until(lambda: subprocess.run(ready).returncode == 0, timeout=60)
        return server

    def dump(self) -> str:
        """Everything in the database, as SQL."""
        return self._call("pg_dump")

    @property
    def _address(self) -> list[str]:
        return ["--host=127.0.0.1", f"--port={self.port}", "--username=airflow"]

    def _call(self, program: str) -> str:
        command: list[str | Path] = [_postgres_programs() / program, *self._address, "airflow"]
        return _run(self.folder, command, PGPASSWORD=self.password)


def start_redis(processes: Processes, folder: Path, *, log: Path, port: int, password: str) -> Process:
    """A new server that stores nothing on disk; returns when it answers.

    folder : made for it
    log    : its output
    raises : RuntimeError if it is not installed, ProcessError if it does not start
    """
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("redis-server is not installed; on Debian: redis-server")
    _make(folder)
    settings = _secret_file(
        folder / "redis.conf",
        f"bind 127.0.0.1\nport {port}\ndir {folder}\nsave ''\nrequirepass {password}\n",
    )
    server = processes.start("redis", [program, settings], log=log, cwd=folder, user=_user())
    server.wait_until(lambda: "Ready to accept connections" in log.read_text(), timeout=60)
    return server


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    if (user := _user()) is not None:
        shutil.chown(folder, user)


def _run(folder: Path, command: list[str | Path], **environment: str) -> str:
    user = _user()
    done = subprocess.run(
        [str(part) for part in command],
        env=clean_environment() | environment,
        cwd=folder,
        user=user,
        extra_groups=None if user is None else [],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _secret_file(path: Path, text: str) -> Path:
    """Write a file that only the unprivileged user can read."""
    path.touch(mode=0o600)
    path.write_text(text)
    if (user := _user()) is not None:
        shutil.chown(path, user)
    return path


def _user() -> str | None:
    """The user to run as; None for our own. Postgres refuses to run as root."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def _postgres_programs() -> Path:
    """The folder of the newest version; Debian keeps each version in its own."""
    programs = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3])
    )
    if not programs:
        raise RuntimeError("Postgres is not installed; on Debian: postgresql")
    return programs[-1].parent
