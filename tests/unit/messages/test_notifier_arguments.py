"""The arguments of Airflow's notifiers, by the names of their parameters as the providers have them."""

import pytest

from session_archive.errors import SettingsError
from session_archive.messages.notifier_arguments import notifier_arguments

TO = ["ann@lab.edu", "ben@lab.edu"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["self", "to", "from_email", "subject", "html_content", "files", "smtp_conn_id"],
            {"to": TO, "subject": "title", "html_content": "text", "smtp_conn_id": "c"},
        ),
        (
            ["self", "slack_conn_id", "text", "channel", "username"],
            {"channel": "ann@lab.edu, ben@lab.edu", "text": "title\n\ntext", "slack_conn_id": "c"},
        ),
        (
            ["self", "body", "notify_type", "title", "apprise_conn_id"],
            {"body": "text", "title": "title", "apprise_conn_id": "c"},
        ),
        (
            ["self", "telegram_conn_id", "text", "chat_id"],
            {"telegram_conn_id": "c", "text": "title\n\ntext", "chat_id": "ann@lab.edu, ben@lab.edu"},
        ),
        (
            ["self", "aws_conn_id", "target_arn", "message", "subject"],
            {
                "aws_conn_id": "c",
                "target_arn": "ann@lab.edu, ben@lab.edu",
                "message": "text",
                "subject": "title",
            },
        ),
    ],
)
def test_each_value_goes_where_the_notifier_takes_it(names: list[str], expected: dict[str, object]) -> None:
    assert notifier_arguments(names, title="title", text="text", to=TO, connection="c") == expected


def test_without_a_connection_the_notifier_uses_its_own() -> None:
    names = ["self", "text", "slack_conn_id"]
    assert "slack_conn_id" not in notifier_arguments(names, title="t", text="x", to=TO, connection="")


def test_what_cannot_be_passed_on_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"takes no text.*it has payload"):
        notifier_arguments(["self", "payload"], title="t", text="x", to=TO, connection="")
    with pytest.raises(SettingsError, match="takes no connection; leave out '@c'"):
        notifier_arguments(["self", "text"], title="t", text="x", to=TO, connection="c")
