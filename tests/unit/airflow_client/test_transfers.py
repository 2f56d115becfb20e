"""A run's progress from what its waits report: one XCom for each wait, read again every few minutes."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from rich.console import Console
from tests.unit.airflow_client.test_api import Served

from session_archive.airflow_client import run as run_module
from session_archive.airflow_client.run import Run
from session_archive.airflow_client.transfers import RunTransfers

NIGHT = "GET /dags/upload_sessions/dagRuns/RUN"
SELECTED = f"{NIGHT}/taskInstances/select/xcomEntries/return_value"
REPORTED = f"{NIGHT}/taskInstances/data_set.wait/xcomEntries/progress"
NOW = dt.datetime(2026, 11, 26, 22, 0, tzinfo=dt.UTC)


def group(n_files: int | None, n_bytes: int | None) -> dict[str, Any]:
    order = {"n_files": n_files, "n_bytes": n_bytes, "deadline": "2026-11-27T18:00:00+00:00"}
    return {"part": {}, "label": "raw-ephys/SC022/2021-01-01", "order": order}


def report(**fields: Any) -> dict[str, Any]:
    return {
        "files": 1,
        "files_skipped": 0,
        "n_bytes": 400,
        "expected_files": 2,
        "expected_bytes": 1000,
        "rate": 0.1,
        "faults": 1,
        **fields,
    }


def wait(map_index: int, state: str | None) -> dict[str, Any]:
    return {"task_id": "data_set.wait", "map_index": map_index, "state": state}


class Airflow(Served):
    """A run whose select handed on these groups, and whose waits have reported this."""

    def __init__(self, groups: object, reports: dict[int, object]) -> None:
        super().__init__()
        self.reports = reports
        if groups is not None:
            self.answers[SELECTED] = ("200 OK", {"value": groups})

    def __call__(self, environ: dict[str, Any], respond: Any) -> Any:
        query = dict(part.split("=") for part in environ["QUERY_STRING"].split("&") if part)
        self.answers.pop(REPORTED, None)
        if (index := int(query.get("map_index", -1))) in self.reports:
            self.answers[REPORTED] = ("200 OK", {"value": self.reports[index]})
        return super().__call__(environ, respond)

    @property
    def xcoms(self) -> int:
        return sum("xcomEntries" in call for call, _ in self.requests)


def transfers(airflow: Airflow) -> RunTransfers:
    return RunTransfers(airflow.api, "upload_sessions", "manual__1")


def test_what_is_over_under_way_and_ahead_adds_up_to_the_run() -> None:
    airflow = Airflow([group(2, 1000)] * 4, {1: report()})
    tasks = [wait(0, "success"), wait(1, "deferred"), wait(2, None), wait(3, "failed")]
    seen = transfers(airflow).look(tasks)
    assert (seen.under_way, seen.total.files, seen.total.total_files) == (1, 3, 6)
    assert (seen.total.n_bytes, seen.total.total_bytes, seen.total.rate) == (1400, 3000, 0.1)
    assert {index: each.n_bytes for index, each in seen.reports.items()} == {1: 400}
    line = seen.line(now=NOW)
    assert line == (
        "1 transfer under way: 3 of 6 files, 1.4 of 3.0 kB, 0 bytes/s, 1 fault, ends about 02:26 UTC"
    )


def test_what_select_handed_on_is_read_once() -> None:
    airflow = Airflow([group(2, 1000)] * 2, {0: report(), 1: report()})
    seen = transfers(airflow)
    for _ in range(3):
        seen.look([wait(0, "deferred"), wait(1, "deferred")])
    assert airflow.xcoms == 1 + 3 * 2


def test_nothing_is_read_while_no_transfer_is_under_way() -> None:
    airflow = Airflow([group(2, 1000)], {})
    seen = transfers(airflow).look([wait(0, "success"), wait(-1, "deferred")])
    assert (seen.line(now=NOW), airflow.xcoms) == ("", 0)


@pytest.mark.parametrize(
    "odd", [None, "text", ["text"], [{}], [{"order": "text"}], [{"order": {"n_bytes": "x"}}]]
)
def test_odd_values_and_an_older_version_make_the_totals_unknown_and_no_error(odd: object) -> None:
    seen = transfers(Airflow(odd, {0: "no report"})).look([wait(0, "deferred")])
    assert (
        seen.line(now=NOW)
        == "1 transfer under way: 0 files, 0 bytes, rate unknown, 0 faults, its end is unknown"
    )


def test_a_run_shows_it_for_its_own_end_and_forgets_it_when_the_transfers_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_module, "SHORTEST", 0.0)
    airflow = Airflow([group(2, 1000)], {0: report()})
    airflow.answers[NIGHT] = [("200 OK", {"state": state}) for state in ("running", "running", "success")]
    airflow.answers[f"{NIGHT}/taskInstances"] = [
        ("200 OK", {"task_instances": [wait(0, state)]}) for state in ("deferred", "deferred", "success")
    ]
    shown = io.StringIO()
    Run(airflow.api, "upload_sessions", "manual__1").wait(console=Console(file=shown, width=300))
    lines = shown.getvalue().splitlines()
    assert [("1 transfer under way: 1 of 2 files" in line) for line in lines] == [True, False], lines


def test_a_login_that_may_not_read_xcoms_still_waits_for_its_run() -> None:
    airflow = Airflow(None, {})
    airflow.answers[SELECTED] = ("403 Forbidden", {"detail": "Forbidden"})
    run = Run(airflow.api, "upload_sessions", "manual__1")
    assert run._transfers_line([wait(0, "deferred")]) == ""
