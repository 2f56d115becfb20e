"""Airflow's refusals, each as one clear line. The answers are those of Airflow 3.3, served by a small application."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest
from rich.console import Console

from session_archive.airflow_client import api as api_module
from session_archive.airflow_client import run as run_module
from session_archive.airflow_client.api import AirflowApi
from session_archive.airflow_client.login import AirflowLogin
from session_archive.airflow_client.run import Run, RunFailedError
from session_archive.airflow_client.start import start
from session_archive.errors import ArchiveError, ServiceUnavailableError

LOGIN = AirflowLogin("http://airflow.lab.edu", "ann", "s3cret")
TOKEN = ("201 Created", {"access_token": "token"})
DAG = {
    "dag_id": "retrieve_sessions",
    "is_paused": False,
    "params": {"data_sets": {"value": [], "description": "Exactly these.", "schema": {}}},
}
ANSWERS: dict[str, Any] = {
    "POST /auth/token": TOKEN,
    "GET /dags/retrieve_sessions/details": ("200 OK", DAG),
    "POST /dags/retrieve_sessions/dagRuns": ("200 OK", {}),
}


class Served:
    """Answers by method and path; a list is given one after the other, its last one for ever."""

    def __init__(self, **changed: Any) -> None:
        self.answers = {**ANSWERS, **changed.get("answers", {})}
        self.requests: list[tuple[str, Any]] = []

    def __call__(self, environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].removeprefix("/api/v2")
        # The id of a run is made up by the client.
        run_id = next((part for part in path.split("/") if part.startswith("manual__")), "")
        call = f"{environ['REQUEST_METHOD']} {path.replace(run_id, 'RUN') if run_id else path}"
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.requests.append((call, json.loads(body) if body else environ["QUERY_STRING"]))
        answer = self.answers.get(call, ("404 Not Found", {"detail": f"nothing at {call}"}))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        status, payload, *headers = answer
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        respond(status, [("Content-Type", "application/json"), *headers])
        return [content]

    @property
    def transport(self) -> httpx.WSGITransport:
        return httpx.WSGITransport(app=self)

    @property
    def api(self) -> AirflowApi:
        return AirflowApi(LOGIN, transport=self.transport)


def served(answers: dict[str, Any] | None = None) -> Served:
    return Served(answers=answers or {})


def started(airflow: Served, **params: Any) -> Run:
    quiet = Console(file=io.StringIO())
    return start(
        "retrieve_sessions", params or {"data_sets": ["a"]}, wait=False, console=quiet, api=airflow.api
    )


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "PAUSE", 0)
    monkeypatch.setattr(run_module, "SHORTEST", 0)
    monkeypatch.setattr(run_module, "LONGEST", 0)


def test_a_run_is_started_with_what_was_given_and_nothing_else() -> None:
    airflow = served()
    run = started(airflow, data_sets=["raw-ephys/SC022/2021-01-01"], limit=None, subjects=[])
    call, body = airflow.requests[-1]
    assert call == "POST /dags/retrieve_sessions/dagRuns"
    assert body["conf"] == {"data_sets": ["raw-ephys/SC022/2021-01-01"]}
    assert body["logical_date"] is None
    assert run.id == body["dag_run_id"]
    assert run.url == f"http://airflow.lab.edu/dags/retrieve_sessions/runs/{run.id}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"subject_id": math.nan}, "param restriction: nan is not a number"),
        ({"a": [1, {"b": -math.inf}]}, "param restriction: -inf is not a number"),
        ({"subject": "\ud800"}, r"param restriction: '\ud800' is not valid text"),
        ({"\udcff": 1}, r"param restriction: '\udcff' is not valid text"),
        ("\udcff" * 1000, "is not valid text"),
        ("x" * 1025, "param restriction: a text of 1025 characters; expected at most 1024"),
        ({"a": ["b", "x" * 1025]}, "param restriction: a text of 1025 characters"),
        ({"x" * 70_000: 1}, "param restriction: a text of 70000 characters"),
    ],
)
def test_a_value_that_no_run_takes_is_one_clear_line(value: Any, words: str) -> None:
    airflow = served()
    with pytest.raises(ArchiveError) as raised:
        started(airflow, restriction=value)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300
    str(raised.value).encode()
    assert not airflow.requests


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "wrong password": (
        {"POST /auth/token": ("401 Unauthorized", {"detail": "Invalid credentials"})},
        "Airflow at http://airflow.lab.edu refuses the login 'ann'; check its name and password",
    ),
    "no Airflow": (
        {"POST /auth/token": ("404 Not Found", b"<html>")},
        "the server at http://airflow.lab.edu is not Airflow 3 (404 for /auth/token)",
    ),
    "a page": ({"POST /auth/token": ("200 OK", b"<html>")}, "its response is not JSON"),
    "another place": (
        {
            "POST /auth/token": (
                "307 Temporary Redirect",
                b"",
                ("Location", "https://airflow.lab.edu/auth/token"),
            )
        },
        "it redirects to https://airflow.lab.edu/auth/token",
    ),
    "no right": (
        {"POST /dags/retrieve_sessions/dagRuns": ("403 Forbidden", {"detail": "Forbidden"})},
        "the login 'ann' may not start retrieve_sessions at http://airflow.lab.edu; ask an administrator of Airflow",
    ),
    "no DAG": (
        {
            "GET /dags/retrieve_sessions/details": ("404 Not Found", {"detail": "The Dag was not found"}),
            "GET /importErrors": ("200 OK", {"import_errors": []}),
        },
        "has no DAG 'retrieve_sessions'; is session-archive's dags/ in its DAGs folder?",
    ),
    "a DAG that does not import": (
        {
            "GET /dags/retrieve_sessions/details": ("404 Not Found", {"detail": "The Dag was not found"}),
            "GET /importErrors": (
                "200 OK",
                {
                    "import_errors": [
                        {"filename": "other.py", "stack_trace": "x"},
                        {
                            "filename": "retrieve_sessions.py",
                            "stack_trace": "Traceback\nModuleNotFoundError: No module named 'archive_flow'\n",
                        },
                    ]
                },
            ),
        },
        "has no DAG 'retrieve_sessions': retrieve_sessions.py: ModuleNotFoundError: No module named 'archive_flow'",
    ),
    "a paused DAG": (
        {"GET /dags/retrieve_sessions/details": ("200 OK", {**DAG, "is_paused": True})},
        "retrieve_sessions is paused in Airflow: a new run would only wait. Unpause it at "
        "http://airflow.lab.edu/dags/retrieve_sessions, or with `airflow dags unpause retrieve_sessions`",
    ),
    "an older DAG, which would take all for these": (
        {"GET /dags/retrieve_sessions/details": ("200 OK", {**DAG, "params": {"subjects": {}}})},
        "has no param 'data_sets'; it has subjects. Is the session-archive on that host older than this one?",
    ),
    "a wrong param": (
        {
            "POST /dags/retrieve_sessions/dagRuns": (
                "400 Bad Request",
                {
                    "detail": "Invalid input for param data_sets: 'a' does not match '^b$'\n\n"
                    "Failed validating 'pattern' in schema['items']:\n    {'pattern': '^b$'}"
                },
            )
        },
        "could not start retrieve_sessions: param data_sets: 'a' does not match '^b$'. data_sets: Exactly these.",
    ),
    "a wrong form": (
        {
            "POST /dags/retrieve_sessions/dagRuns": (
                "422 Unprocessable Entity",
                {
                    "detail": [
                        {"loc": ["body", "conf"], "msg": "Input should be a valid dictionary", "type": "x"}
                    ]
                },
            )
        },
        "Airflow could not start retrieve_sessions: body.conf: Input should be a valid dictionary",
    ),
}


@pytest.mark.parametrize(("answers", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_is_one_clear_line(answers: dict[str, Any], message: str) -> None:
    with pytest.raises(ArchiveError) as raised:
        started(served(answers))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert LOGIN.password not in str(raised.value)
    assert not raised.value.retryable


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            httpx.ConnectError("[Errno 111] Connection refused"),
            "does not answer: [Errno 111] Connection refused",
        ),
        (httpx.ConnectTimeout(""), "does not answer in time"),
    ],
)
def test_an_airflow_that_is_down_is_unavailable(error: Exception, message: str) -> None:
    with pytest.raises(ServiceUnavailableError, match=r"Airflow at http://airflow.lab.edu") as raised:
        started(served({"POST /auth/token": error}))
    assert message in str(raised.value)


def test_a_lost_answer_starts_one_run_and_not_two() -> None:
    start_run = "POST /dags/retrieve_sessions/dagRuns"
    airflow = served({start_run: [httpx.ReadTimeout(""), ("409 Conflict", {"detail": "exists"})]})
    run = started(airflow)
    assert [body["dag_run_id"] for call, body in airflow.requests if call == start_run] == [run.id, run.id]


def test_an_id_that_is_there_at_the_first_try_is_no_success() -> None:
    with pytest.raises(ArchiveError, match="exists"):
        started(served({"POST /dags/retrieve_sessions/dagRuns": ("409 Conflict", {"detail": "exists"})}))


def test_an_expired_token_is_renewed() -> None:
    details = "GET /dags/retrieve_sessions/details"
    airflow = served({details: [("401 Unauthorized", {}), ("200 OK", DAG)]})
    started(airflow)
    assert [call for call, _ in airflow.requests].count("POST /auth/token") == 2


def task(task_id: str, state: str | None, map_index: int = -1) -> dict[str, Any]:
    return {"task_id": task_id, "state": state, "map_index": map_index, "try_number": 1}


RUN = "/dags/retrieve_sessions/dagRuns/RUN"


def waited(state: str, tasks: list[dict[str, Any]], **answers: Any) -> tuple[Run, io.StringIO, Served]:
    airflow = served(
        {
            f"GET {RUN}": [("200 OK", {"state": "queued"}), ("200 OK", {"state": state})],
            f"GET {RUN}/taskInstances": ("200 OK", {"task_instances": tasks}),
            **answers,
        }
    )
    output = io.StringIO()
    run = started(airflow)
    return run, output, airflow


def test_progress_is_a_line_for_each_change_where_there_is_no_terminal() -> None:
    tasks = [
        task("select", "success"),
        task("data_set.submit", "running", 0),
        task("data_set.submit", None, 1),
    ]
    run, output, _ = waited("success", tasks)
    assert run.wait(console=Console(file=output, width=200)) is run
    assert output.getvalue().splitlines() == [
        f"retrieve_sessions: {state}  select 1 success  submit 1 running, 1 waiting"
        for state in ("queued", "success")
    ]


def test_a_run_that_waits_for_a_person_says_who_and_where_and_says_it_once() -> None:
    detail = {
        "subject": "12 TB to scratch",
        "response_received": False,
        "assigned_users": [{"id": "7", "name": "Ann"}, {"id": "8", "name": "Bob"}],
        "task_instance": {"task_id": "approve", "map_index": -1},
    }
    answered = {**detail, "subject": "earlier", "response_received": True}
    run, output, _ = waited(
        "success",
        [task("approve", "awaiting_input")],
        **{f"GET {RUN}/hitlDetails": ("200 OK", {"hitl_details": [answered, detail]})},
    )
    run.wait(console=Console(file=output, width=300))
    lines = [line for line in output.getvalue().splitlines() if "approval" in line]
    assert lines == [
        f"waits for approval: 12 TB to scratch; Ann or Bob can answer, at {run.url}/tasks/approve/required_actions"
    ]


def test_a_failed_run_tells_what_its_summary_names() -> None:
    left = {"value": {"text": "failed: 1", "problems": ["SC022: failed: no quota"]}}
    run, _, airflow = waited(
        "failed",
        [task("data_set.record", "failed", 0), task("summary", "failed")],
        **{f"GET {RUN}/taskInstances/summary/xcomEntries/summary": ("200 OK", left)},
    )
    with pytest.raises(RunFailedError) as raised:
        run.wait(show=False)
    assert str(raised.value).splitlines() == [
        f"the run of retrieve_sessions failed: {run.url}",
        "SC022: failed: no quota",
    ]
    assert run.summary == "failed: 1"
    assert not [call for call, _ in airflow.requests if "/logs/" in call]


def test_a_run_without_a_summary_tells_the_last_error_of_the_failed_tasks_log() -> None:
    log = {
        "content": [
            {"event": "begun", "level": "info"},
            {
                "event": "Task failed with exception",
                "level": "error",
                "error_detail": [{"exc_type": "E", "exc_value": "archive.toml: catalog:\n missing"}],
            },
            {"event": "bye", "level": "info"},
        ]
    }
    run, _, _ = waited(
        "failed",
        [task("select", "failed"), task("data_set.record", "upstream_failed", 0)],
        **{f"GET {RUN}/taskInstances/select/logs/1": ("200 OK", log)},
    )
    with pytest.raises(RunFailedError) as raised:
        run.wait(show=False)
    assert str(raised.value).splitlines()[1:] == ["select: archive.toml: catalog: missing"]


def test_a_request_that_makes_no_sense_is_one_line_and_another_fault_has_its_own() -> None:
    why = "param dates: '2021-02-30' is not a date"

    def log(reason: str) -> tuple[str, Any]:
        return "200 OK", {
            "content": [{"event": "", "level": "error", "error_detail": [{"exc_value": reason}]}]
        }

    run, _, _ = waited(
        "failed",
        [task("select", "failed"), task("data_set.submit", "failed", 0), task("summary", "failed")],
        **{
            f"GET {RUN}/taskInstances/summary/xcomEntries/summary": (
                "200 OK",
                {"value": {"problems": [why]}},
            ),
            f"GET {RUN}/taskInstances/select/logs/1": log(why),
            f"GET {RUN}/taskInstances/data_set.submit/logs/1": log("no room"),
        },
    )
    with pytest.raises(RunFailedError) as raised:
        run.wait(show=False)
    assert str(raised.value).splitlines()[1:] == [why, "submit: no room"]


def test_an_airflow_that_restarts_meanwhile_is_waited_for() -> None:
    run, output, airflow = waited("success", [])
    airflow.answers[f"GET {RUN}"] = [
        httpx.ConnectError("refused"),
        ("502 Bad Gateway", b"<html>"),
        ("200 OK", {"state": "success"}),
    ]
    run.wait(console=Console(file=output, width=200))
    assert "does not answer: refused" in output.getvalue()
    assert "502 Bad Gateway" in output.getvalue()


def test_it_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "UNREACHABLE_AT_MOST", -1)
    run, _, airflow = waited("success", [])
    airflow.answers[f"GET {RUN}"] = httpx.ConnectError("refused")
    with pytest.raises(ServiceUnavailableError, match=f"the run may still be going on: {run.url}"):
        run.wait(show=False)


def test_a_run_of_many_tasks_is_read_page_by_page() -> None:
    pages = [[task("t", "success", number) for number in range(100)], [task("t", "success", 100)]]
    run = waited("success", [])[0]
    api = served({f"GET {RUN}/taskInstances": [("200 OK", {"task_instances": page}) for page in pages]}).api
    assert len(api.task_instances("retrieve_sessions", run.id)) == 101
