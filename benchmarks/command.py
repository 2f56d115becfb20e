"""Runs whole commands, imports included, and says what they cost here and in the database."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from support.mariadb import DatabaseServer
from support.stack import Stack

CONSOLE = (sys.executable, "-m", "session_archive.cli")


@dataclass
class Cost:
    """cpu : user and system seconds of the command; rows : that the database read for it."""

    wall: float = 0.0
    cpu: float = 0.0
    rows: int = 0
    output: str = field(default="", repr=False)


def best_of(rounds: int, run: Callable[[], Cost]) -> Cost:
    """The least of some rounds, after one that warms caches: a busy machine makes a round slower, never faster."""
    output = run().output
    costs = [run() for _ in range(rounds)]
    return Cost(
        min(each.wall for each in costs),
        min(each.cpu for each in costs),
        min(each.rows for each in costs),
        output,
    )


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    server: DatabaseServer | None = None,
    answers: Collection[int] = (0,),
    given: str = "",
) -> Cost:
    """One command in a process of its own. Raises RuntimeError if it fails.

    answers : exit codes that are no failure, as long as nothing stands on stderr
    given   : what it reads from its standard input
    """
    cost = Cost()
    with _counted(cost, resource.RUSAGE_CHILDREN, server):
        done = subprocess.run(command, env=dict(environment), input=given, capture_output=True, text=True)
    if done.returncode not in answers or (done.returncode and done.stderr):
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    cost.output = done.stdout
    return cost


def call(do: Callable[[], object], *, server: DatabaseServer | None = None) -> Cost:
    """One call in this process."""
    cost = Cost()
    with _counted(cost, resource.RUSAGE_SELF, server):
        do()
    return cost


@contextmanager
def _counted(cost: Cost, whose: int, server: DatabaseServer | None) -> Iterator[None]:
    rows, used, began = _rows_read(server), resource.getrusage(whose), time.perf_counter()
    yield
    cost.wall = time.perf_counter() - began
    now = resource.getrusage(whose)
    cost.cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    cost.rows = _rows_read(server) - rows


def _rows_read(server: DatabaseServer | None) -> int:
    return int(server.execute("SHOW GLOBAL STATUS LIKE 'Rows_read'")[0][1]) if server else 0


def own_login(stack: Stack) -> dict[str, str]:
    """What a person's shell, or cron, sets for the console: a login of its own, and no Airflow."""
    return {
        "PATH": os.environ["PATH"],
        "SESSION_ARCHIVE_CONFIG": str(stack.settings_file),
        "SESSION_ARCHIVE_CATALOG_USER": "session_archive",
        "SESSION_ARCHIVE_CATALOG_PASSWORD": stack.environment["SESSION_ARCHIVE_NIGHTLY_PASSWORD"],
        "SESSION_ARCHIVE_CATALOG_HOST": stack.database.host,
        "SESSION_ARCHIVE_CATALOG_PORT": str(stack.database.port),
    }
