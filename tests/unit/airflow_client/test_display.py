"""A run's progress as one line, a line only for each change, and the logs of what failed."""

import io
from typing import Any

import pytest
from rich.console import Console

from session_archive.airflow_client.display import LOGS_AT_MOST, Display, failures, progress, question, reason


def test_progress_counts_the_states_of_each_task() -> None:
    tasks = [
        {"task_id": "select", "state": "success"},
        {"task_id": "data_set.submit", "state": "success"},
        {"task_id": "data_set.submit", "state": "running"},
        {"task_id": "data_set.submit", "state": "success"},
        {"task_id": "data_set.wait", "state": None},
    ]
    assert progress("retrieve_sessions", "running", tasks) == (
        "retrieve_sessions: running  select 1 success  submit 1 running, 2 success  wait 1 waiting"
    )
    assert progress("x", "queued", []) == "x: queued"


def shown(*, terminal: bool, jupyter: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, force_jupyter=jupyter, width=20, color_system=None)
    with Display(console) as display:
        for line in ("one [b]", "one [b]", "two", "one [b]"):
            display.update(line)
        display.say("a line that is longer than the terminal is wide")
    return file.getvalue()


def test_elsewhere_each_change_is_a_line_of_its_own() -> None:
    assert shown(terminal=False).splitlines() == [
        "one [b]",
        "two",
        "one [b]",
        "a line that is longer than the terminal is wide",
    ]


def test_in_a_terminal_one_line_changes_and_goes() -> None:
    text = shown(terminal=True)
    assert "\x1b[" in text
    assert "a line that is longer than the terminal is wide" in text
    assert text.count("two\n") == 0


@pytest.mark.parametrize("line", ["", "one"])
def test_without_a_console_nothing_is_shown(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Display(None) as display:
        display.update(line)
        display.say("x")
    assert capsys.readouterr() == ("", "")


def task(task_id: str, state: str = "failed") -> dict[str, Any]:
    return {"task_id": task_id, "state": state}


TASKS = [
    task("select"),
    task("summary"),
    task("data_set.record"),
    task("list", "success"),
    task("wait", "skipped"),
]


def test_failures_that_the_summary_explains_are_left_out() -> None:
    assert failures(TASKS, named=True) == [TASKS[0]]
    assert failures(TASKS, named=False) == TASKS[:3]


def test_only_the_first_failures_are_read() -> None:
    many = [task(f"t{number}") for number in range(9)]
    assert failures(many, named=False) == failures(many, named=True) == many[:LOGS_AT_MOST]
    assert LOGS_AT_MOST == 5


def failure(*values: str) -> dict[str, Any]:
    return {
        "event": "Task failed",
        "level": "error",
        "error_detail": [{"exc_value": value} for value in values],
    }


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([failure("the first"), {"event": "later", "level": "info"}, failure("the\n last ")], "the last"),
        ([failure("", "the cause"), {"event": "odd", "level": "critical"}], "the cause"),
        ([failure(""), {"event": "odd", "level": "critical"}, {"event": "x", "level": "info"}], "odd"),
        ([{"event": "one", "level": "error"}, {"event": "two", "level": "error"}], "two"),
        ([{"event": "x", "error_detail": None, "level": "error"}], "x"),
        ([{"event": "x", "error_detail": [{}], "level": "warning"}], None),
        ([], None),
    ],
)
def test_the_reason_is_the_last_error_of_a_log(events: list[dict[str, Any]], words: str | None) -> None:
    assert (reason(events) == words) if words else ("no reason" in reason(events))


def detail(*users: dict[str, Any], **instance: Any) -> dict[str, Any]:
    return {
        "subject": "12 TB to scratch",
        "assigned_users": users,
        "task_instance": {"task_id": "ask", **instance},
    }


ANN, BEN = {"id": "1", "name": "Ann"}, {"id": "ben", "name": ""}


@pytest.mark.parametrize(
    ("asks", "who", "where"),
    [
        (detail(ANN, BEN), "Ann or ben", "/tasks/ask/required_actions"),
        (detail(), "any user", "/tasks/ask/required_actions"),
        (detail(ANN, map_index=-1), "Ann", "/tasks/ask/required_actions"),
        (detail(ANN, map_index=0), "Ann", "/tasks/ask/mapped/0/required_actions"),
        (detail(ANN, map_index=3), "Ann", "/tasks/ask/mapped/3/required_actions"),
    ],
)
def test_a_question_says_what_who_and_where(asks: dict[str, Any], who: str, where: str) -> None:
    words = question(asks, url="https://airflow/runs/1")
    assert "12 TB to scratch" in words
    assert who in words
    assert words.endswith(f"https://airflow/runs/1{where}")
