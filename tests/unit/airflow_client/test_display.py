"""A run's progress as one line, and a line only for each change."""

import io

import pytest
from rich.console import Console

from session_archive.airflow_client.display import Display, progress


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
