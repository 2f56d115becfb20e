"""Times and ages as the page writes them."""

from __future__ import annotations

import datetime as dt


def moment(at: dt.datetime | None) -> str:
    """`2021-01-01 06:12 UTC`: the time zone is always said; '' if there is none."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if at else ""


def age(since: dt.datetime | None, *, now: dt.datetime) -> str:
    """`3 days`, `5 h`; '' if it is not known."""
    if since is None:
        return ""
    seconds = max(0, int((now - since).total_seconds()))
    days, hours = seconds // 86400, seconds // 3600
    if days:
        return "1 day" if days == 1 else f"{days:,} days"
    return f"{hours} h" if hours else f"{seconds // 60} min"
