"""The DAG that sends messages, as Airflow runs it: a failed night of the catalog arrives at a real mail server."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive_flow.messages import times
from session_archive import clock
from session_archive.messages.night import Night
from support.mail_server import MailServer


def test_a_failed_night_is_sent_by_airflows_own_notifier(world, monkeypatch) -> None:
    settings = world.stack.settings_file
    settings.write_text(settings.read_text() + '[notify]\nto = "ann@lab.edu"\n')
    ended_at = dt.datetime.now(dt.UTC)
    with world.stack.catalog() as catalog, MailServer() as mail:
        catalog.nights.record(
            Night("night 1", ended_at, ended_at, ("rig1 could not be listed: off",), "archived: 2")
        )
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mail.connection)
        run = world.run("send_messages")
        last = catalog.messages.last()
    assert run["state"] == "success", run
    (alarm,) = mail.mails
    assert alarm.to == ("ann@lab.edu",)
    assert "rig1 could not be listed: off" in alarm.text
    assert "archived: 2" in alarm.text
    assert "night" in {cause.key for cause in last.causes}
    assert run["summary"] == f"alarm, sent to ann@lab.edu: {alarm.title}"


ROOT = Path(__file__).resolve().parents[2]
AT_SEVEN = dt.datetime(2021, 1, 4, 7, 21, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("state", "now", "titles"),
    [
        ("running", AT_SEVEN, ["session-archive: no worker takes tasks"]),
        # Each run of the day has such an alert.
        ("running", AT_SEVEN + times.EVERY, []),
        # Airflow keeps the alert of a run that failed in time.
        ("failed", AT_SEVEN, []),
    ],
)
def test_a_run_that_no_worker_takes_is_said_by_airflows_deadline_alert(
    parse: Callable[[], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    state: str,
    now: dt.datetime,
    titles: list[str],
) -> None:
    settings = tmp_path / "archive.toml"
    example = (ROOT / "config" / "archive.example.toml").read_text()
    settings.write_text(example + '[notify]\nto = "ann@lab.edu"\n')
    monkeypatch.setenv("SESSION_ARCHIVE_CONFIG", str(settings))
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    with MailServer() as mail:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mail.connection)
        events = asyncio.run(alert_of_a_late_run(state))
    assert events[-1]["state"] == "success", events
    assert [each.title for each in mail.mails] == titles


async def alert_of_a_late_run(state: str) -> list[dict[str, Any]]:
    """What the triggerer does with the alert that the scheduler makes of a run whose deadline is over."""
    from airflow.models.deadline import Deadline
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.triggers.callback import CallbackTrigger
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType
    from sqlalchemy import select

    with create_session() as session:
        (model,) = session.scalars(
            select(SerializedDagModel)
            .where(SerializedDagModel.dag_id == "send_messages")
            .order_by(SerializedDagModel.created_at.desc())
            .limit(1)
        )
        run = model.dag.create_dagrun(
            run_id=f"late_{dt.datetime.now(dt.UTC).timestamp()}",
            run_after=dt.datetime.now(dt.UTC),
            run_type=DagRunType.MANUAL,
            triggered_by=DagRunTriggeredByType.TEST,
            state=DagRunState.QUEUED,
            session=session,
        )
        session.flush()
        (deadline,) = session.scalars(select(Deadline).where(Deadline.dagrun_id == run.id))
        assert deadline.deadline_time - run.queued_at == dt.timedelta(minutes=20)
        run.state = state
        session.flush()
        deadline.handle_miss(session)
        trigger = CallbackTrigger(**deadline.callback.trigger.kwargs)
        session.rollback()
    return [event.payload async for event in trigger.run()]
