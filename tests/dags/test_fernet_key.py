"""A console command that cannot read a connection names in one line the missing or wrong key, and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.dags.test_login import TOML
from typer.testing import CliRunner

from session_archive.cli.main import build
from support.airflow_settings import fernet_key

CONNECTIONS = {"fernet_catalog": "mysql", "fernet_globus": "globus"}
NOT_SET = "is encrypted, but AIRFLOW__CORE__FERNET_KEY ([core] fernet_key) is not set; set it here to the key"
ANOTHER = "was encrypted with another key than AIRFLOW__CORE__FERNET_KEY ([core] fernet_key) is now"


@pytest.fixture(scope="module")
def settings(airflow_database: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both connections, encrypted with the key of this test run."""
    from archive_flow.run.airflow_objects import make_connection

    for conn_id, kind in CONNECTIONS.items():
        make_connection(conn_id, fields={"conn_type": kind, "login": "x", "password": "secret"}, replace=True)
    file = tmp_path_factory.mktemp("settings") / "archive.toml"
    collections = {"rig": "00000000-0000-4000-8000-000000000001", "archive": "0" * 31 + "2"}
    text = TOML.format(conn_id="fernet_globus", **collections)
    file.write_text(text.replace("archive_catalog", "fernet_catalog"))
    return file


def run(settings: Path, *command: str, key: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, since Airflow reads its key once."""
    environment = os.environ | {"SESSION_ARCHIVE_CONFIG": str(settings), "AIRFLOW__CORE__FERNET_KEY": key}
    return subprocess.run(
        [sys.executable, "-m", "session_archive.cli", *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def error_of(*command: str, key: str) -> str:
    """The error of a command in this process, which forgets the key that Airflow has read."""
    from airflow.models.crypto import get_fernet

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__CORE__FERNET_KEY", key)
        get_fernet.cache_clear()
        try:
            return str(CliRunner().invoke(build(), list(command)).exception)
        finally:
            get_fernet.cache_clear()


def test_one_line_names_the_setting_and_what_to_do(settings) -> None:
    done = run(settings, "status", key="")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: Airflow's connection 'fernet_catalog' {NOT_SET}")
    assert "the key with which Airflow itself runs" in line
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("command", "key", "words"),
    [
        (("status",), fernet_key(), f"connection 'fernet_catalog' {ANOTHER}"),
        (("status",), "nonsense", "AIRFLOW__CORE__FERNET_KEY ([core] fernet_key) is not a Fernet key"),
        (("login", "--check"), "", f"connection 'fernet_globus' {NOT_SET}"),
    ],
    ids=["status, another", "status, no key", "login --check, none"],
)
def test_a_missing_and_a_wrong_key_have_words_of_their_own(
    settings, monkeypatch: pytest.MonkeyPatch, command, key, words
) -> None:
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(settings))
    (line,) = error_of(*command, key=key).splitlines()
    assert words in line
    assert "the key with which Airflow itself runs" in line


def test_doctor_goes_on_with_its_other_checks(settings) -> None:
    done = run(settings, "doctor", key="")
    assert "Traceback" not in done.stdout + done.stderr
    output = " ".join(done.stdout.split())
    assert "AIRFLOW__CORE__FERNET_KEY" in output
    assert "DAG upload_sessions" in output
    assert done.returncode == 1
