"""The console lists its commands on a machine that has neither Airflow nor Globus nor DataJoint."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from session_archive.cli import commands
from session_archive.cli.main import build
from session_archive.errors import ArchiveError


def modules_after(*words: str) -> set[str]:
    """What a process has imported when the console has answered; whole commands, in processes of their own."""
    script = (
        "import atexit, sys; from session_archive.cli.main import main; "
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr)); sys.argv[1:] = "
        f"{list(words)!r}; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return set(done.stderr.split())


def test_the_list_of_commands_imports_no_command():
    imported = modules_after("--help")
    assert {"typer", "session_archive.cli.main"} <= imported
    commands = {
        f"session_archive.cli.{name}" for name in ("status", "explain", "name", "upload", "write_off")
    }
    needed = {"airflow", "globus_sdk", "datajoint", "pymysql", "httpx", "pydantic"}
    assert not imported & (commands | needed)
    assert not [
        name for name in imported if name.startswith(("archive_flow.cli.", "session_archive.moving_over."))
    ]


def test_a_command_imports_no_other_command():
    imported = modules_after("status", "--help")
    assert "session_archive.cli.status" in imported
    assert not imported & {"session_archive.cli.name", "session_archive.cli.explain", "httpx"}


def test_the_list_says_what_each_command_says_of_itself():
    group: Any = typer.main.get_command(build())
    context = group.make_context("session-archive", ["status"])
    names = group.list_commands(context)
    assert names[:4] == ["explain", "name", "status", "upload"]
    assert {"accept", "decide", "doctor", "import-catalog", "login", "setup"} <= set(names)
    for name in names:
        _, command, _ = group.resolve_command(context, [name])
        assert group.get_command(context, name).help == command.help != ""


def test_no_help_names_a_table_in_brackets_which_rich_would_swallow_as_markup():
    group: Any = typer.main.get_command(build())
    context = group.make_context("session-archive", ["status"])
    for name in group.list_commands(context):
        _, command, _ = group.resolve_command(context, [name])
        texts = [command.help, *(getattr(each, "help", None) or "" for each in command.params)]
        assert not [text for text in texts if re.search(r"\[[a-z]", text)], name


def test_an_unknown_command_is_compared_with_all_of_them():
    for word, meant in (("statu", "status"), ("setpu", "setup")):
        done = CliRunner().invoke(build(), [word])
        assert done.exit_code == 2
        assert f"'{meant}'" in done.output


def test_a_command_whose_package_is_missing_says_so_and_is_listed_with_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "half_installed.py").write_text(
        'import airflow\ndef lacking():\n    """Needs what is missing."""\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "airflow", None)
    further = {"lacking": ("half_installed", "lacking"), "nowhere": ("no_such_package.commands", "nowhere")}
    monkeypatch.setattr(
        commands, "_entry_points", lambda: {name: commands.Place(*place) for name, place in further.items()}
    )
    listed = CliRunner().invoke(build(), ["--help"])
    assert listed.exit_code == 0, listed.exception
    assert {"explain", "lacking", "nowhere"} <= set(listed.output.split())
    assert "Needs what is missing." in listed.output
    done = CliRunner().invoke(build(), ["lacking", "--any", "option"])
    assert isinstance(done.exception, ArchiveError)
    assert str(done.exception) == "this command needs airflow: pip install 'session-archive[airflow]'"


LONG = "x" * 1025


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["retrieve", "--subject", "SC022", "--subject", LONG], "--subject"),
        (["upload", "--decision", LONG], "--decision"),
        (["retrieve", LONG], "DATA_SET"),
        (["status", "--kind", LONG], "--kind"),
        (["write-off", "raw-ephys/SC022/2021-01-01", "--why", LONG], "--why"),
        (["name", LONG], "SUBJECT"),
    ],
)
def test_no_command_takes_a_text_that_no_run_would_take(words: list[str], option: str):
    done = CliRunner().invoke(build(), words)
    assert isinstance(done.exception, ArchiveError), done.exception
    assert option in str(done.exception)
    assert str(done.exception).endswith(": a text of 1025 characters; expected at most 1024")


def test_a_path_has_a_verdict_however_long_it_is():
    done = CliRunner().invoke(build(), ["explain", LONG])
    assert done.exit_code == 0, done.exception
    assert done.stdout.startswith("reject")
