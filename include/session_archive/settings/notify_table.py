"""The table [notify] of archive.toml: who is sent messages, by which of Airflow's notifiers, and when."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from session_archive.settings.tables import Seconds, Table, written_as

_ADDRESS = Annotated[
    str, written_as(r"[^\s\x00-\x1f]{1,254}", "an address such as 'archive@lab.edu', or a channel")
]
_NOTIFIER = re.compile(r"(?P<path>(?:[a-zA-Z_]\w*\.)+[A-Z]\w*)(?:@(?P<connection>[\w.-]{1,200}))?")
_Notifier = Annotated[
    str,
    written_as(
        rf"[\w.-]{{1,200}}|{_NOTIFIER.pattern.replace('?P<path>', '?:').replace('?P<connection>', '?:')}",
        "the id of an Airflow connection of type smtp, or the class of another notifier, with '@' and its "
        "connection: 'airflow.providers.slack.notifications.slack.SlackNotifier@slack_default'",
    ),
]

SMTP = "airflow.providers.smtp.notifications.smtp.SmtpNotifier"


def _one_or_more(value: object) -> object:
    """An address such as 'archive@lab.edu', or a channel; or a list of them"""
    return [value] if isinstance(value, str) else value


def _time_of_day(value: object) -> object:
    """Hours and minutes, such as '07:00'"""
    # '7' would be seven seconds after midnight.
    if isinstance(value, dt.time) and not value.tzinfo:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError("not a time of day; expected hours and minutes, such as '07:00'")
    hour, minute = map(int, value.split(":"))
    return dt.time(hour, minute)


class NotifySettings(Table):
    """Who is sent messages, and when; without this table nobody is. The span may say '48 h'.

    to         : an address or several; for another notifier than mail what it sends to, such as a channel
    connection : Airflow connection of type smtp; or the class of another notifier, with '@' and its connection
    after      : a session is expected in the archive, and the end of a night, within this time
    digest_at  : when what is still open is said once more each day, by the clock of the nights
    """

    to: Annotated[list[_ADDRESS], BeforeValidator(_one_or_more), Field(min_length=1)]
    connection: _Notifier = "smtp_default"
    after: Seconds = 172_800.0
    digest_at: Annotated[dt.time, BeforeValidator(_time_of_day)] = dt.time(7)

    @property
    def notifier(self) -> tuple[str, str]:
        """The class of the notifier, and the id of its connection, '' for that class' own default."""
        match = _NOTIFIER.fullmatch(self.connection)
        return (match["path"], match["connection"] or "") if match else (SMTP, self.connection)


def late_after(notify: NotifySettings | None) -> dt.timedelta:
    """When a session or a night is late; the default of `after` without the table."""
    after = notify.after if notify else NotifySettings.model_fields["after"].default
    return dt.timedelta(seconds=after)
