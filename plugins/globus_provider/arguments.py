"""Arguments of operators that a template may have made a text: spans, timestamps, counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from globus_provider.errors import GlobusRequestError


def seconds(value: float | dt.timedelta | str, *, name: str) -> float:
    """A span in seconds, which a template may have made a text. Raises GlobusRequestError, with the argument's name."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    try:
        return float(value)
    except (TypeError, ValueError):
        raise GlobusRequestError(f"{name} is {value!r}; expected seconds") from None


def timestamp(value: dt.datetime | str, *, name: str) -> dt.datetime:
    """A timestamp from itself or from its ISO 8601 text. Raises GlobusRequestError, with the argument's name."""
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise GlobusRequestError(f"{name} {value!r} is not an ISO 8601 timestamp; expected UTC") from None
    if moment.tzinfo is None:
        raise GlobusRequestError(f"{name} {moment.isoformat()} has no time zone; expected UTC")
    return moment


def count(value: Any) -> int | None:
    """A count that a template may have made a text; None where it is not known."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
