"""`session-archive notify`: tries whether messages arrive, and keeps a cause out of them for some time."""

from __future__ import annotations

import datetime as dt
import getpass
from typing import Annotated

import typer

from session_archive import clock
from session_archive.airflow_client.dag_ids import MESSAGES
from session_archive.cli.catalog_login import open_catalog
from session_archive.cli.run_dag import run_dag
from session_archive.errors import SettingsError
from session_archive.messages.cause import Snooze, in_force
from session_archive.settings.load import load_settings
from session_archive.terminal import Console


def notify(
    test: Annotated[
        bool, typer.Option("--test", help="Send a test message from Airflow: a run of send_messages.")
    ] = False,
    snooze: Annotated[
        str | None, typer.Option(help="Hear nothing of this cause, such as rig:rig1, as messages name it.")
    ] = None,
    until: Annotated[str, typer.Option(help="With --snooze: the last day of it, such as 2021-01-31.")] = "",
    wake: Annotated[str | None, typer.Option(help="End the snooze of this cause.")] = None,
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Messages by mail, or by another of Airflow's notifiers, as the table `notify` of archive.toml says.

    Without an option: what was said last, which causes are snoozed, and whether messages can be sent.
    """
    if test + (snooze is not None) + (wake is not None) > 1:
        raise SettingsError("--test, --snooze and --wake stand alone; give one of them")
    if until and snooze is None:
        raise SettingsError("--until: only with --snooze")
    if test:
        run_dag(MESSAGES, {"test": True}, wait=True, as_json=False)
    elif snooze is not None:
        _decide(snooze, _day(until), by=by or getpass.getuser(), why=why)
    elif wake is not None:
        _decide(wake, None, by=by or getpass.getuser(), why=why)
    else:
        _show()


def _decide(cause: str, until: dt.date | None, *, by: str, why: str) -> None:
    """Record a snooze until that day; None ends the one in force."""
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    with open_catalog(load_settings()) as catalog:
        snoozed, last = in_force(catalog.snoozes.made(), today=clock.today()), catalog.messages.last()
        named = sorted(cause.key for cause in (last.causes if last else ()))
        if until is None and cause not in snoozed:
            raise SettingsError(
                f"--wake: {cause!r} is not snoozed; snoozed: {', '.join(snoozed) or 'nothing'}"
            )
        if until and cause not in (*named, *snoozed):
            raise SettingsError(
                f"--snooze: the last message named no cause {cause!r}; it named {', '.join(named) or 'none'}"
            )
        decision = Snooze(cause, until or clock.today() - dt.timedelta(days=1), by, why.strip())
        catalog.snoozes.decide(decision)
    line = f"{cause}: {decision.words if until else 'messages name it again'}"
    Console(highlight=False).print(line, markup=False, soft_wrap=True)


def _day(text: str) -> dt.date:
    """Raises SettingsError for what is no day, or is over."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"--until: {text!r} is not a day; expected the last day of the snooze, such as 2021-01-31"
        ) from None
    if day < clock.today():
        raise SettingsError(f"--until: {text} is over; expected today or a later day")
    return day


def _show() -> None:
    settings = load_settings()
    with open_catalog(settings) as catalog:
        last, failure = catalog.messages.last(), catalog.messages.failure()
        snoozed = in_force(catalog.snoozes.made(), today=clock.today())
    lines = [
        f"messages go to {', '.join(settings.notify.to)} by {settings.notify.connection}"
        if settings.notify
        else "archive.toml has no table [notify]: nobody is sent a message",
        f"the last one was sent {last.sent_at.astimezone():%Y-%m-%d %H:%M}" if last else "none was sent yet",
        *(f"  {cause.key}: {cause.line}" for cause in (last.causes if last else ())),
        *(f"  {cause}: {each.words}" for cause, each in snoozed.items()),
    ]
    if failure:
        lines.append(f"none can be sent since {failure[0].astimezone():%Y-%m-%d %H:%M}: {failure[1]}")
    for line in lines:
        Console(highlight=False).print(line, markup=False, soft_wrap=True)
