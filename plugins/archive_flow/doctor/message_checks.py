"""Whether messages can be sent: the notifier, its connection, and whether the mail server answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflow.providers.smtp.hooks.smtp import SmtpHook

from archive_flow.messages.notifier import notifier_class_of
from archive_flow.run.airflow_objects import find_connection
from session_archive.doctor.check import Check, Checks
from session_archive.errors import SettingsError
from session_archive.messages.notifier_arguments import notifier_arguments
from session_archive.settings.notify_table import SMTP

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings
    from session_archive.settings.notify_table import NotifySettings

_MAKE = Checks("messages")
_TRY = "then try it: `session-archive notify --test`"


def message_checks(settings: Settings) -> Iterator[Check]:
    """All checks of messages that need no catalog; nothing is sent."""
    notify = settings.notify
    if notify is None:
        yield _MAKE.ok("[notify]", "archive.toml has no such table: nobody is sent a message")
        return
    path, conn_id = notify.notifier
    try:
        yield _notifier_check(notify)
        if conn_id:
            yield from _connection_checks(conn_id, mail=path == SMTP)
    except SettingsError as error:
        yield _MAKE.failure("notify.connection", str(error), _TRY)


def sent_check(settings: Settings, catalog: Catalog) -> Iterator[Check]:
    """Whether the last message could be sent."""
    if settings.notify is None:
        return
    subject = "the last message"
    if failure := catalog.messages.failure():
        yield _MAKE.failure(
            subject, f"it could not be sent at {failure[0]:%Y-%m-%d %H:%M} UTC: {failure[1]}", _TRY
        )
    elif last := catalog.messages.last():
        yield _MAKE.ok(subject, f"sent at {last.sent_at:%Y-%m-%d %H:%M} UTC")
    else:
        yield _MAKE.ok(subject, "none was sent yet; the first comes with the next run of send_messages")


def _notifier_check(notify: NotifySettings) -> Check:
    path, connection = notify.notifier
    names = list(inspect.signature(notifier_class_of(path).__init__).parameters)
    notifier_arguments(names, title="", text="", to=notify.to, connection=connection)
    return _MAKE.ok("notifier", f"{path}, to {', '.join(notify.to)}")


def _connection_checks(conn_id: str, *, mail: bool) -> Iterator[Check]:
    subject = f"connection {conn_id}"
    connection = find_connection(conn_id)
    if connection is None:
        yield _MAKE.failure(
            subject,
            "Airflow has no such connection, which notify.connection names",
            f"add it in Airflow's UI, {_TRY}",
        )
        return
    if not mail:
        yield _MAKE.ok(subject, f"of type {connection.conn_type}")
        return
    if connection.conn_type != SmtpHook.conn_type:
        yield _MAKE.failure(
            subject,
            f"its type is {connection.conn_type!r}; expected 'smtp'",
            "correct it, or notify.connection",
        )
        return
    if not connection.extra_dejson.get("from_email"):
        yield _MAKE.failure(
            subject, "its extra has no `from_email`, the sender of mails", "write one into it"
        )
        return
    answers, words = _KnownConnection(connection).test_connection()
    if answers:
        yield _MAKE.ok(subject, f"the mail server {connection.host} answers")
    else:
        yield _MAKE.failure(subject, f"the mail server {connection.host} does not answer: {words}", _TRY)


class _KnownConnection(SmtpHook):
    """Airflow's hook, outside of a task: there it would see connections of the environment only."""

    def __init__(self, connection: Any) -> None:
        super().__init__(smtp_conn_id=connection.conn_id)
        self._known = connection

    def get_connection(self, conn_id: str) -> Any:  # type: ignore[override]  # Airflow's is a class method
        """The connection that was found already."""
        return self._known
