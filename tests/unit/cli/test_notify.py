"""`session-archive notify`: what it starts in Airflow."""

from typing import Any

from typer.testing import CliRunner

from session_archive.cli import notify
from session_archive.cli.main import build


def test_the_test_message_is_sent_by_a_run_of_the_dag(monkeypatch) -> None:
    started: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(notify, "run_dag", lambda dag_id, params, **_: started.append((dag_id, params)))
    assert CliRunner().invoke(build(), ["notify", "--test"]).exit_code == 0
    assert started == [("send_messages", {"test": True})]
