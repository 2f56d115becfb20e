"""The body of `send_messages`: finds out what is due, records it and sends it."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException

from archive_flow.messages.gather import gather
from archive_flow.messages.notifier import send
from archive_flow.messages.times import EVERY, night_time
from archive_flow.run.errors import airflow_errors
from archive_flow.run.readers import open_catalog
from session_archive.errors import CatalogError, SettingsError
from session_archive.messages.cause import in_force
from session_archive.messages.causes import causes
from session_archive.messages.due import Due, Kind, due, is_digest_time
from session_archive.messages.wording import Wording, blind, trial, wording
from session_archive.settings.load import load_settings
from session_archive.settings.notify_table import late_after

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings
    from session_archive.settings.notify_table import NotifySettings

log = logging.getLogger(__name__)

_WEEK = dt.timedelta(days=7)


def send_messages() -> None:
    """Send what is due, or the test message that a person asked for; its words are the run's summary."""
    context = get_current_context()
    with airflow_errors(context):
        settings = load_settings()
        text = send_due(settings, test=bool(context["params"].get("test")))
    log.info("%s", text)
    context["ti"].xcom_push(key="summary", value={"text": text, "problems": []})


def send_due(settings: Settings, *, test: bool = False) -> str:
    """Send what is due now; returns what was done, in words.

    test   : send the test message instead
    raises : AirflowFailException where the message could not be sent; SettingsError, CatalogError
    """
    notify, now = settings.notify, night_time()
    if notify is None:
        if test:
            raise SettingsError("archive.toml has no table [notify], which says to whom messages go")
        return "archive.toml has no table [notify]: nobody is sent a message"
    if test:
        return _test(settings, notify, now=now)
    try:
        with open_catalog(settings) as catalog:
            return _send_due(settings, notify, catalog, now=now)
    except CatalogError as error:
        # Nothing can be recorded, so the clock alone keeps this to one message a day.
        if is_digest_time(notify.digest_at, now, within=EVERY):
            _send(notify, blind(str(error), now=now))
        raise


def _test(settings: Settings, notify: NotifySettings, *, now: dt.datetime) -> str:
    message = trial(now=now)
    with open_catalog(settings) as catalog:
        _send_and_record(notify, catalog, Due(Kind.TEST), message)
    return f"test message sent to {', '.join(notify.to)} by {notify.connection}"


def _send_due(settings: Settings, notify: NotifySettings, catalog: Catalog, *, now: dt.datetime) -> str:
    whole = is_digest_time(notify.digest_at, now, within=2 * EVERY)
    facts = gather(settings, catalog, notify=notify, now=now, whole=whole)
    last = catalog.messages.last()
    found = causes(facts, named=last.causes if last else (), after=late_after(notify), now=now)
    message = due(
        found,
        last=last,
        snoozes=in_force(catalog.snoozes.made(), today=now.date()),
        digest_at=notify.digest_at,
        now=now,
    )
    if message is None:
        return f"no message is due; open: {', '.join(cause.key for cause in found) or 'nothing'}"
    words = wording(
        message,
        night=facts.night,
        week=catalog.nights.since(now - _WEEK),
        now=now,
        repaired=[each.line for each in catalog.repairs.ended_since(now - _WEEK)],
    )
    _send_and_record(notify, catalog, message, words)
    return f"{message.kind}, sent to {', '.join(notify.to)}: {words.title}"


def _send_and_record(notify: NotifySettings, catalog: Catalog, message: Due, words: Wording) -> None:
    number = catalog.messages.begin(
        message.kind, title=words.title, recipient=", ".join(notify.to), causes=message.every
    )
    try:
        _send(notify, words)
    except (AirflowFailException, SettingsError) as error:
        catalog.messages.fail(number, str(error))
        raise


def _send(notify: NotifySettings, words: Wording) -> None:
    """Raises AirflowFailException, with what the notifier said."""
    try:
        send(notify, words)
    except SettingsError:
        raise
    except Exception as error:  # a notifier of somebody's may raise anything
        raise AirflowFailException(
            f"a message could not be sent by {notify.connection}: {type(error).__name__}: {error}; try it with "
            "`session-archive notify --test`"
        ) from error
