"""The console lists its commands on a machine that has neither Airflow nor Globus nor DataJoint."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.errors import ArchiveError


def test_the_list_of_commands_loads_nothing_that_only_some_of_them_need():
    script = (
        "import sys; from session_archive.cli.main import build; build(); "
        "print(sorted({'airflow', 'globus_sdk', 'datajoint'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


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
