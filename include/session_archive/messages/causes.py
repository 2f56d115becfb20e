"""Which causes there are: one line for each, however many data sets it is about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from printable_text.amounts import counted, size
from session_archive.doctor.machine import FULL, SHORT
from session_archive.messages.cause import Cause
from session_archive.messages.facts import Facts, Room, without_room
from session_archive.messages.night import is_late
from session_archive.states.state import State

#: A rig that has brought recordings before is a cause after this time without a new one.
RIG_SILENCE = dt.timedelta(days=7)
#: Sessions that began before this are counted once a day, as the backlog; they hide no new one.
RECENT = dt.timedelta(days=30)
#: A place that fills stays a cause until it has this much more room than its limit, so that it does not come and go.
_UNTIL = 1.2

#: So many damaged data sets are named.
_NAMED = 5

NIGHT, LATE, OVERDUE, BACKLOG = "night", "no-night", "overdue", "backlog"
DAMAGE = "damage"
_UNSAFE = "`session-archive status --unsafe` says why"


def causes(
    facts: Facts, *, named: Collection[Cause] = (), after: dt.timedelta, now: dt.datetime
) -> list[Cause]:
    """Every cause of now, the most urgent first; what could not be looked at stays as it was.

    named : the causes of the last message
    after : when a session or a night is late
    now   : aware; messages show times in its zone
    """
    before = {cause.key: cause for cause in named}
    found = [
        *_nights(facts, after=after, now=now),
        *_damage(facts),
        *_overdue(facts, before, after=after),
        *_rigs(facts, after=after, now=now),
        *_rooms(facts, before),
        *_persons(facts),
    ]
    return [
        Cause(cause.key, cause.line, before[cause.key].since) if cause.key in before else cause
        for cause in found
    ]


def _nights(facts: Facts, *, after: dt.timedelta, now: dt.datetime) -> Iterator[Cause]:
    night = facts.night
    ended_at = night.ended_at if night else facts.expected_from
    if is_late(ended_at, after=after, now=now):
        since = f"since {moment(ended_at, now)}" if night else "yet, and the catalog is older than that"
        yield Cause(
            LATE,
            f"no night has ended {since}, and one is expected within {span(after)}: is upload_sessions paused, or does "
            "it still run? `session-archive doctor` shows it",
        )
    if night and night.failed:
        count = len(night.problems)
        yield Cause(
            NIGHT,
            f"the night that ended {moment(night.ended_at, now)} failed, {counted(count, 'problem')}: "
            f"{night.problems[0]}" + (f", and {count - 1} more below" if count > 1 else ""),
        )


def _damage(facts: Facts) -> Iterator[Cause]:
    if not facts.damaged:
        return
    more = len(facts.damaged) - _NAMED
    named = ", ".join(facts.damaged[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    yield Cause(
        DAMAGE,
        f"{counted(len(facts.damaged), 'data set')} damaged in the archive: {named}; `session-archive status --state "
        "damaged` names the files, and `session-archive repair` brings them back. Delete nothing of them at a rig or a "
        "scratch place",
    )


def _overdue(facts: Facts, before: dict[str, Cause], *, after: dt.timedelta) -> Iterator[Cause]:
    overdue = facts.overdue
    if overdue.count:
        more = overdue.count - len(overdue.named)
        named = ", ".join(overdue.named) + (f" and {more} more" if more else "")
        yield Cause(
            OVERDUE,
            f"{counted(overdue.count, 'expected data set')} of the last {RECENT.days} days not archived "
            f"{span(after)} after the session began: {named}; {_UNSAFE}",
        )
    if facts.backlog:
        yield Cause(
            BACKLOG,
            f"{counted(facts.backlog, 'expected data set')} older than {RECENT.days} days not archived; {_UNSAFE}. A "
            "session of which there is nothing: `session-archive decide --session ... --ignore`",
        )
    elif facts.backlog is None and BACKLOG in before:
        yield before[BACKLOG]


def _rigs(facts: Facts, *, after: dt.timedelta, now: dt.datetime) -> Iterator[Cause]:
    if facts.night is None or is_late(facts.night.ended_at, after=after, now=now):
        return  # nobody has looked
    for rig, seen_at in sorted(facts.rigs):
        silent = now - seen_at
        if silent > RIG_SILENCE:
            yield Cause(
                f"rig:{rig}",
                f"{rig} has brought nothing new for {silent.days} days, although it did before: is it switched on, and "
                "do its recordings reach the folder that archive.toml names?",
            )


def _rooms(facts: Facts, before: dict[str, Cause]) -> Iterator[Cause]:
    full = without_room(facts.ended)
    for room in facts.rooms:
        key = f"place:{room.place}"
        if _is_short(room, factor=_UNTIL if key in before and room.place not in full else 1.0):
            full.pop(room.place, None)
            yield Cause(
                key,
                f"{room.place} fills: {size(room.free)} of {size(room.total)} are free at {room.path}; make room",
            )
    for place, ended in sorted(full.items()):
        yield Cause(
            f"place:{place}",
            f"{place} is full: the last transfer to it ended with {ended.detail!r}; make room, or ask for more",
        )
    for place in facts.unseen:
        key = f"place:{place}"
        if key in before and place not in full:
            yield before[key]


def _is_short(room: Room, *, factor: float) -> bool:
    return room.free < factor * max(FULL, SHORT * room.total)


def _persons(facts: Facts) -> Iterator[Cause]:
    """What waits for a person, and fails no night."""
    if facts.transfers:
        yield Cause(
            "transfers",
            f"{counted(len(facts.transfers), 'transfer')} waiting for a person: {facts.transfers[0]}; "
            "`session-archive status` shows each",
        )
    if facts.unconfirmed:
        yield Cause(
            "decisions",
            f"{counted(facts.unconfirmed, 'decision')} of sidecar manifests to be confirmed or rejected; "
            "`session-archive status --unsafe` shows each with its number",
        )
    if facts.night is None:
        return
    if ambiguous := facts.night.states.get(State.AMBIGUOUS, 0):
        yield Cause(
            "ambiguous",
            f"{counted(ambiguous, 'data set')} whose names do not settle the session; `session-archive status --state "
            "ambiguous` lists each",
        )
    if facts.night.unclaimed:
        yield Cause(
            "unclaimed",
            f"{counted(facts.night.unclaimed, 'folder')} that no session claims; `session-archive status --state "
            "unclaimed` lists each",
        )


def span(time: dt.timedelta) -> str:
    """`48 hours`, `90 minutes`."""
    seconds = time.total_seconds()
    if seconds % 3600:
        return counted(round(seconds / 60), "minute")
    return counted(round(seconds / 3600), "hour")


def moment(at: dt.datetime, now: dt.datetime) -> str:
    """`2021-01-02 05:40`, in the time zone of `now`."""
    return f"{at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
