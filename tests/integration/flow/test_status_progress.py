"""`session-archive status` says how far transfers are, as their waits report to Airflow; Globus is not contacted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.flow.sent import SentDataSet
from tests.unit.airflow_client.test_transfers import Airflow, group, report, wait

from archive_flow.run.context import Run
from session_archive import clock
from session_archive.airflow_client.login import PREFIX
from session_archive.cli.status_progress import progress_lines
from session_archive.states.state import State
from support.stack import Stack

BACKLOG = "backlog: 1 data set, 22 bytes"


@pytest.fixture(scope="module")
def under_way(night: Run, stack: Stack) -> Run:
    """A night with a transfer that Globus works on."""
    sent = SentDataSet(night, stack, origin="rig")
    stack.globus.fault(file=f"*{sent.paths[1]}", do="permission_denied", times=0)
    begun = sent.begin()
    night.catalog.ledger.accept(begun.submission_id, sent.post(begun))
    night.catalog.states.record([sent.item.state(State.SUBMITTED, run_id="r", n_files=2, n_bytes=22)])
    return night


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"URL": "https://airflow.lab.edu", "USER": "ann", "PASSWORD": "s3cret"}.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def airflow(**changed: Any) -> Airflow:
    served = Airflow([group(2, 1000)], {0: report()})
    for dag_id in ("upload_sessions", "retrieve_sessions", "discover_sessions"):
        runs = [{"dag_run_id": "manual__1"}] if dag_id == "upload_sessions" else []
        served.answers[f"GET /dags/{dag_id}/dagRuns"] = ("200 OK", {"dag_runs": runs})
    tasks = {"task_instances": [wait(0, "deferred")]}
    served.answers["GET /dags/upload_sessions/dagRuns/RUN/taskInstances"] = ("200 OK", tasks)
    served.answers.update(changed)
    return served


def shown_lines(run: Run, transport: httpx.BaseTransport | None = None) -> list[str]:
    throughput, now = run.catalog.throughput, clock.utc_now().astimezone()
    return progress_lines(
        under_way=throughput.transfers_under_way(),
        backlog=throughput.backlog(now=now),
        now=now,
        transport=transport,
    )


def test_without_a_login_only_the_backlog_is_known(
    under_way: Run, console: Callable[..., Any], stack: Stack
) -> None:
    before = len(stack.globus.requests())
    assert [line[: len(BACKLOG)] for line in shown_lines(under_way)] == [BACKLOG]
    shown = json.loads(console("status", "--json").stdout)
    assert [line[: len(BACKLOG)] for line in shown["progress"]] == [BACKLOG]
    assert BACKLOG in console("status").stdout
    assert len(stack.globus.requests()) == before


def test_a_running_night_says_how_far_it_is_and_when_it_ends(under_way: Run, logged_in: None) -> None:
    night, backlog = shown_lines(under_way, transport=airflow().transport)
    assert night.startswith("upload_sessions: 1 transfer under way: 1 of 2 files, 400 bytes of 1.0 kB")
    assert "ends about" in night and backlog.startswith(BACKLOG)


def test_a_dag_that_is_not_installed_has_no_runs(under_way: Run, logged_in: None) -> None:
    missing = {"GET /dags/discover_sessions/dagRuns": ("404 Not Found", {"detail": "no such DAG"})}
    assert len(shown_lines(under_way, transport=airflow(**missing).transport)) == 2


@pytest.mark.parametrize("status", ["403 Forbidden", "500 Internal Server Error"])
def test_trouble_with_airflow_is_one_line_and_the_rest_is_shown(
    under_way: Run, logged_in: None, status: str
) -> None:
    troubled = {"GET /dags/upload_sessions/dagRuns": (status, {"detail": "no"})}
    why, backlog = shown_lines(under_way, transport=airflow(**troubled).transport)
    assert why.startswith("how far the transfers are is not known: ") and backlog.startswith(BACKLOG)


def test_half_a_login_is_said(under_way: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}USER", "ann")
    assert f"{PREFIX}URL" in shown_lines(under_way)[0]
