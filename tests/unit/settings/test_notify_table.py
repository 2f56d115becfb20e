"""What [notify] accepts."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from session_archive.settings.notify_table import SMTP, NotifySettings, late_after

SLACK = "airflow.providers.slack.notifications.slack.SlackNotifier"


def read(**values: Any) -> NotifySettings:
    return NotifySettings.model_validate({"to": "ann@lab.edu", **values})


def test_only_the_addressee_is_needed() -> None:
    notify = read()
    assert (notify.to, notify.connection, notify.after, notify.digest_at) == (
        ["ann@lab.edu"],
        "smtp_default",
        48 * 3600,
        dt.time(7),
    )
    assert read(to=["a@b", "#channel"]).to == ["a@b", "#channel"]
    assert late_after(None) == late_after(notify) == dt.timedelta(hours=48)
    assert late_after(read(after="3 d")) == dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ("smtp_default", (SMTP, "smtp_default")),
        ("mail.lab-1", (SMTP, "mail.lab-1")),
        (SLACK, (SLACK, "")),
        (f"{SLACK}@slack_lab", (SLACK, "slack_lab")),
    ],
)
def test_a_notifier_is_a_connection_of_type_smtp_or_a_class(
    connection: str, expected: tuple[str, str]
) -> None:
    assert read(connection=connection).notifier == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("07:30", dt.time(7, 30)), ("0:00", dt.time(0)), (dt.time(23, 59), dt.time(23, 59))],
)
def test_the_time_of_the_digest(text: Any, expected: dt.time) -> None:
    assert read(digest_at=text).digest_at == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("to", []),
        ("to", ""),
        ("to", ["a b@lab.edu"]),
        ("to", "a@lab.edu\nBcc: eve@lab.edu"),
        ("to", 7),
        ("connection", ""),
        ("connection", "smtp://user:password@host"),
        ("connection", "smtp_default@other"),
        ("after", "0 h"),
        ("after", "soon"),
        ("digest_at", "7"),
        ("digest_at", 7),
        ("digest_at", "24:00"),
        ("digest_at", "07:60"),
        ("password", "secret"),
    ],
)
def test_what_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        read(**{key: value})
    assert {each["loc"][0] for each in error.value.errors()} == {key}
