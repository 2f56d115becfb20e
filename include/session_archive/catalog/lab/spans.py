"""Conditions in SQL that a session is of some days."""

from __future__ import annotations

import datetime as dt


def within(date: str, first: dt.date, last: dt.date) -> str:
    """The condition that a session is of a span of days; an index on the date can serve it.

    date : the attribute, a date or a date with its time
    """
    until = f" AND `{date}` < '{last}' + INTERVAL 1 DAY" if last < dt.date.max else ""
    return f"(`{date}` >= '{first}'{until})"
