"""The words of a message. Its title names no path and no subject, since titles are shown on locked screens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from printable_text import printable, printable_values
from printable_text.amounts import counted
from session_archive.messages.causes import NIGHT, moment
from session_archive.messages.due import Due, Kind
from session_archive.messages.night import Night, Nights

#: Lines of a summary that a message quotes; the log of `summary` has all of them.
QUOTED = 200

_SNOOZE = "session-archive notify --snooze CAUSE --until 2021-01-31 --why ..."


@dataclass(frozen=True, slots=True)
class Wording:
    """A message as it is sent."""

    title: str
    text: str


def wording(
    due: Due, *, night: Night | None, week: Nights, now: dt.datetime, repaired: Sequence[str] = ()
) -> Wording:
    """The message in words.

    night    : the last one that ended; its summary is quoted if it failed
    week     : what the nights of the last seven days did
    now      : in the time zone of the nights
    repaired : data sets of the archive that were repaired in the last seven days, one line each
    """
    blocks = [
        _block("New:", [_line(each.key, each.line) for each in due.new]),
        _block(
            "Still open:",
            [_line(each.key, f"{each.line} (since {_since(each.since, now)})") for each in due.open],
        ),
        _block("No longer so:", [_line(each.key, each.line) for each in due.healed]),
        _block("Snoozed:", [_line(each.key, f"{each.line} ({why.words})") for each, why in due.snoozed]),
        _block("Repaired in the archive, in the last 7 days:", [f"- {line}" for line in repaired]),
        _block("The nights:", _nights(night, week, now)),
    ]
    if night and any(each.key == NIGHT for each in due.every):
        blocks.append(_summary(night))
    if due.every:
        blocks.append(f"To hear nothing of a line for some time: {_SNOOZE}")
    blocks.append(_signed(now))
    text: str = printable_values("\n\n".join(block for block in blocks if block))
    return Wording(_title(due), text)


def trial(*, now: dt.datetime) -> Wording:
    """What `session-archive notify --test` sends."""
    return Wording(
        "session-archive: test message",
        f"This is a test: messages of the archive arrive here.\n\n{_signed(now)}",
    )


def blind(why: str, *, now: dt.datetime) -> Wording:
    """What is sent once a day while the catalog cannot be read, so that nothing is known."""
    return Wording(
        "session-archive: the catalog cannot be read",
        f"Nothing is known of the nights, since the catalog cannot be read: {printable(why)}\n\n"
        f"Nights fail meanwhile. `session-archive doctor` shows what is wrong.\n\n{_signed(now)}",
    )


def late(*, now: dt.datetime) -> Wording:
    """What is sent once a day while no worker takes tasks, so that neither nights nor messages run."""
    return Wording(
        "session-archive: no worker takes tasks",
        "The run of send_messages that looks for messages waits for a worker: they are all dead, or all busy for long. "
        "Nights do not run then either.\n\nLook at Airflow's workers; `session-archive doctor` shows its services.\n\n"
        + _signed(now),
    )


def _signed(now: dt.datetime) -> str:
    return f"As of {now:%Y-%m-%d %H:%M %Z}, by session-archive."


def _title(due: Due) -> str:
    if due.kind is Kind.ALL_CLEAR:
        return "session-archive: all clear"
    if due.kind is Kind.ALL_WELL:
        return "session-archive: all well"
    if due.new:
        others = f", {len(due.open)} still open" if due.open else ""
        return f"session-archive: {counted(len(due.new), 'new problem')}{others}"
    return f"session-archive: {counted(len(due.open), 'open problem')}"


def _block(title: str, lines: list[str]) -> str:
    return "\n".join([title, *lines]) if lines else ""


def _line(key: str, line: str) -> str:
    return f"- {key}: {line}"


def _since(since: dt.datetime | None, now: dt.datetime) -> str:
    return moment(since, now) if since else "now"


def _nights(night: Night | None, week: Nights, now: dt.datetime) -> list[str]:
    last = f"the last one ended {moment(night.ended_at, now)}" if night else "none has ended yet"
    return [
        f"- {last}; in the last 7 days {counted(week.n_nights, 'night')}, {week.n_failed} of them failed, and "
        f"{counted(week.n_new, 'data set')} newly archived"
    ]


def _summary(night: Night) -> str:
    lines = [
        f"{counted(len(night.problems), 'problem')} of that night:",
        *(f"  {problem}" for problem in night.problems),
        "its summary:",
        *(f"  {line}" for line in night.text.splitlines()),
    ]
    more = len(lines) - QUOTED
    if more > 0:
        lines = [*lines[:QUOTED], f"  and {more} more lines in the log of its task summary"]
    return "\n".join(lines)
