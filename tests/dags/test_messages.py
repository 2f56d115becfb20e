"""The DAG that sends messages, as Airflow runs it: a failed night of the catalog arrives at a real mail server."""

import datetime as dt

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
