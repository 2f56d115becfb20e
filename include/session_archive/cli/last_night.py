"""`session-archive status --stale`: whether nights end, without Airflow; a scheduler that is dead cannot say so."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from printable_text.amounts import counted
from session_archive import clock
from session_archive.cli.catalog_login import read_catalog
from session_archive.messages.causes import moment, span
from session_archive.messages.night import Night, is_late
from session_archive.settings.load import Settings
from session_archive.settings.notify_table import late_after
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog


def in_words(night: Night, *, now: dt.datetime) -> str:
    """When it began and ended, in the zone of `now`, and how."""
    line = f"the last night began {moment(night.began_at, now)} and ended {moment(night.ended_at, now)}"
    if not night.failed:
        return f"{line}, {counted(night.n_new, 'data set')} newly archived"
    more = f" (and {len(night.problems) - 1} more)" if len(night.problems) > 1 else ""
    return f"{line}, and failed: {night.problems[0]}{more}"


def show_last_night(settings: Settings) -> None:
    """Say when the last night ended; exit code 1 if one is late, or if messages cannot be sent."""
    now, after = clock.utc_now().astimezone(), late_after(settings.notify)

    def read(
        catalog: Catalog | ReadOnlyCatalog,
    ) -> tuple[Night | None, dt.datetime, tuple[dt.datetime, str] | None]:
        return catalog.nights.newest(), catalog.nights.expected_from(), catalog.messages.failure()

    night, expected_from, failure = read_catalog(settings, read)
    ended_at = night.ended_at if night else expected_from
    late = is_late(ended_at, after=after, now=now)
    outcome = in_words(night, now=now) if night else "no night has ended here yet"
    lines = [f"{outcome}; one is expected within {span(after)}" if late else outcome]
    if failure:
        lines.append(f"no message can be sent since {moment(failure[0], now)}: {failure[1]}")
    for line in lines:
        Console(highlight=False).print(line, markup=False, soft_wrap=True)
    if late or failure:
        raise typer.Exit(1)
