"""What `session-archive retrieve` refuses before it asks Airflow."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from session_archive.cli.main import build
from session_archive.errors import SettingsError


@pytest.mark.parametrize("text", ["[]", "{}", "5", "{'subject_id': 5}", "[" * 1024])
def test_a_restriction_is_a_json_object(text: str) -> None:
    done = CliRunner().invoke(build(), ["retrieve", "--restriction", text])
    assert isinstance(done.exception, SettingsError), done.exception
    assert "--restriction: " in str(done.exception)
    assert "is not a JSON object" in str(done.exception)
    assert len(str(done.exception)) < 300
