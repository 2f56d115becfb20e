"""What a task's process needs: one connection to the catalog, one login at Globus, no import that it does not use."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.measured import MEASURED

from session_archive.states.state import State
from support.sample_rig import LabSession
from support.stack import Stack
from support.task_environment import ONE_TASK, task_environment

SESSION = LabSession(1, "SC500", 1, dt.date(2021, 1, 1), dt.time(10))
STEPS = ("select", "submit", "wait", "wait_resumed", "record")


@dataclass(frozen=True)
class Cost:
    """What one task's process did."""

    connections: int
    tokens: int
    modules: frozenset[str]
    deferred: str | None

    def imports(self, package: str) -> bool:
        return any(each == package or each.startswith(f"{package}.") for each in self.modules)


@pytest.fixture(scope="module")
def night() -> Iterator[dict[str, Cost]]:
    """The costs of the tasks of a night with one data set, each in a process of its own, one after the other."""
    with Stack(task_delay=0.0) as stack:
        folder = stack.rig / SESSION.subject / f"catgt_{SESSION.subject}_010121_g0"
        folder.mkdir(parents=True)
        for number in range(3):
            (folder / f"{number}.txt").write_text("x")
        text = stack.settings_file.read_text()
        begin, end = text.index("# Not mounted"), text.index("[locations.archive-ephys]")
        stack.settings_file.write_text(text[:begin] + text[end:])
        stack.enter_sessions([SESSION])
        stack.install_catalog()
        xcoms: dict[str, Any] = {}
        costs = {step: _run(stack, step, xcoms) for step in STEPS}
        (result,) = xcoms["data_set.record"]["results"]
        assert (result["state"], result["new"]) == (State.ARCHIVED, True)
        yield costs


def _run(stack: Stack, step: str, xcoms: dict[str, Any]) -> Cost:
    connections, tokens = _connections(stack), _tokens(stack)
    done = subprocess.run(
        [*ONE_TASK, step],
        input=json.dumps(xcoms),
        env=os.environ | MEASURED | task_environment(stack),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    xcoms |= answer["xcoms"]
    return Cost(
        # The question itself is asked over one more.
        connections=_connections(stack) - connections - 1,
        tokens=_tokens(stack) - tokens,
        modules=frozenset(answer["modules"]),
        deferred=answer["deferred"],
    )


def _connections(stack: Stack) -> int:
    return int(stack.database.execute("SHOW GLOBAL STATUS LIKE 'Connections'")[0][1])


def _tokens(stack: Stack) -> int:
    return sum(str(line.get("path", "")).endswith("/token") for line in stack.globus.journal())


@pytest.mark.parametrize(
    ("step", "connections", "tokens"),
    [("select", 1, 1), ("submit", 1, 1), ("wait_resumed", 0, 0), ("record", 1, 1)],
)
def test_a_task_opens_the_catalog_once_and_logs_in_once(
    night: dict[str, Cost], step: str, connections: int, tokens: int
) -> None:
    assert (night[step].connections, night[step].tokens) == (connections, tokens)


def test_a_wait_asks_globus_and_never_opens_the_catalog(night: dict[str, Cost]) -> None:
    assert (night["wait"].connections, night["wait"].tokens) == (0, 1)
    for step in ("wait", "wait_resumed"):
        for package in ("datajoint", "pymysql", "session_archive.catalog", "session_archive.listing"):
            assert not night[step].imports(package), (step, package)
    assert not night["wait_resumed"].imports("globus_sdk")


@pytest.mark.parametrize("step", ["submit", "wait", "wait_resumed", "record"])
def test_a_task_of_one_data_set_imports_nothing_of_the_others(night: dict[str, Cost], step: str) -> None:
    for package in (
        "archive_flow.select",
        "archive_flow.discover",
        "archive_flow.retrieve",
        "archive_flow.sidecar",
        "archive_flow.cli",
        "session_archive.cli",
    ):
        assert not night[step].imports(package), package
