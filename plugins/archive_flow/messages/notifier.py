"""Makes one of Airflow's notifiers from [notify], and sends a message by it."""

from __future__ import annotations

import asyncio
import html
import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from session_archive.errors import SettingsError
from session_archive.messages.notifier_arguments import notifier_arguments
from session_archive.settings.notify_table import SMTP

if TYPE_CHECKING:
    from session_archive.messages.wording import Wording
    from session_archive.settings.notify_table import NotifySettings


def send(notify: NotifySettings, message: Wording) -> None:
    """Send a message. Raises SettingsError where [notify] names no notifier, and whatever the notifier raises."""
    # Not by calling it: that would render the text as a template, and names of folders stand in it.
    _notifier(notify, message).notify({})


async def send_from_triggerer(notify: NotifySettings, message: Wording) -> None:
    """As `send`, without keeping the triggerer's other waits; by a thread where the notifier knows no other way."""
    notifier = _notifier(notify, message)
    if type(notifier).async_notify is BaseNotifier.async_notify:
        await asyncio.to_thread(notifier.notify, {})
    else:
        await notifier.async_notify({})


def _notifier(notify: NotifySettings, message: Wording) -> Any:
    path, connection = notify.notifier
    notifier_class = notifier_class_of(path)
    text = f"<pre>{html.escape(message.text)}</pre>" if path == SMTP else message.text
    arguments = notifier_arguments(
        list(inspect.signature(notifier_class.__init__).parameters),
        title=message.title,
        text=text,
        to=notify.to,
        connection=connection,
    )
    return notifier_class(**arguments)


def notifier_class_of(path: str) -> Any:
    """The class of a notifier. Raises SettingsError if there is none of that name."""
    module, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SettingsError(
            f"notify.connection: {path} cannot be imported: {error}; install the provider that has it on every worker"
        ) from error
    if not (isinstance(found, type) and issubclass(found, BaseNotifier)):
        raise SettingsError(f"notify.connection: {path} is not one of Airflow's notifiers")
    return found
