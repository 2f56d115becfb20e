"""The lab's sessions of the rows of its tables; the same for every reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from session_archive.catalog.lab.session_keys import plain_value, session_id, time_of_day
from session_archive.settings.tables import LabSettings
from session_archive.states.state import NO_DATE, LabSession


def sessions_of(
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    lab: LabSettings,
    shared: Sequence[str],
    names: Mapping[tuple[Any, ...], str],
) -> list[LabSession]:
    """The sessions, sorted by date, subject and time.

    key    : the attributes of the session's primary key
    shared : the attributes that session and subject share
    names  : the short names by the values of these
    """
    sessions = [_session(row, key, lab, names.get(tuple(row[name] for name in shared), "")) for row in rows]
    return sorted(sessions, key=in_order)


def in_order(session: LabSession) -> tuple[Any, ...]:
    """A key that sorts by date, subject and time."""
    return session.date, session.subject, session.time or dt.time.min, str(session.id)


def short_names(
    rows: Iterable[Mapping[str, Any]], *, name: str, shared: Sequence[str]
) -> dict[tuple[Any, ...], str]:
    """'SC022' by the values of the shared attributes; 'A, B' for a subject that has several, none for ''."""
    names: dict[tuple[Any, ...], set[str]] = {}
    for row in rows:
        if row[name]:  # Elements' nickname is '' if there is none
            names.setdefault(tuple(row[key] for key in shared), set()).add(str(row[name]))
    return {key: ", ".join(sorted(several)) for key, several in names.items()}


def shared_attributes(
    *,
    session: Collection[str],
    session_key: Sequence[str],
    subject: Collection[str],
    subject_key: Sequence[str],
) -> list[str]:
    """The attributes by which a session belongs to its subject: [] if the tables share no key."""
    return [key for key in session_key if key in subject] or [key for key in subject_key if key in session]


def _session(row: Mapping[str, Any], key: Sequence[str], lab: LabSettings, subject: str) -> LabSession:
    day: Any = row[lab.date]
    time = row[lab.time] if lab.time else None
    if isinstance(day, dt.datetime):
        day, time = day.date(), day.time()
    plain = {name: plain_value(row[name]) for name in key}
    return LabSession(
        id=session_id(plain),
        key=plain,
        subject=subject,
        date=day or NO_DATE,
        time=time_of_day(time) if isinstance(time, dt.timedelta) else time,
    )
