"""`session-archive doctor`: each failure is provoked, on one real stack, and the rest of the table stays as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from session_archive.cli.main import build
from support.sample_rig import lab_sessions, make_rig
from support.stack import Stack

#: What stays a warning where Airflow itself does not run, as here.
IDLE = {"scheduler", "dag-processor", "triggerer"}
PAUSED = {"DAG upload_sessions", "DAG discover_sessions", "DAG retrieve_sessions"}


class Patient:
    """A stack that is set up, and the doctor who looks at it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.output = ""

    def look(self, *arguments: str) -> dict[str, tuple[str, str]]:
        """Subject -> (grade, found and advice); the exit code fits them."""
        done = CliRunner().invoke(build(), ["doctor", "--json", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.output = done.output
        self.told = json.loads(done.stdout)
        checks = self.told["checks"]
        assert done.exit_code == any(check["grade"] == "failure" for check in checks)
        for secret in self.stack.secrets:
            assert secret not in done.output
        return {check["subject"]: (check["grade"], f"{check['found']} {check['advice']}") for check in checks}

    def sql(self, statement: str) -> None:
        self.stack.database.execute(statement)

    @contextmanager
    def settings(self, old: str, new: str) -> Iterator[None]:
        """The settings with one text in another's place."""
        file = self.stack.settings_file
        written = file.read_text()
        assert old in written
        file.write_text(written.replace(old, new, 1))
        try:
            yield
        finally:
            file.write_text(written)


@pytest.fixture(scope="module")
def patient(airflow_database: None, parse: Callable[[], Any]) -> Iterator[Patient]:
    with Stack(poll_interval="1 s") as stack, pytest.MonkeyPatch.context() as patch:
        make_rig(stack.rig)
        make_rig(stack.far_rig)
        stack.enter_sessions(lab_sessions())
        patch.setenv("SESSION_ARCHIVE_CONFIG", str(stack.settings_file))
        command = ["setup", "--port", str(stack.database.port), "--replace"]
        done = CliRunner().invoke(build(), command, env=stack.environment)
        assert done.exit_code == 0, done.output
        yield Patient(stack)


def test_dev(patient) -> None:
    print(json.dumps(patient.look("--transfer"), indent=1))
    print(patient.told["unexpected"])
    print(CliRunner().invoke(build(), ["doctor"]).output)
