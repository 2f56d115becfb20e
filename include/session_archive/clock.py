"""The one clock of the core and the flow, so that a test can let days pass: it replaces `utc_now` here.

Callers name it with its module, `clock.utc_now()`. How long something took is measured by `time.monotonic`.
"""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """The time in UTC, aware."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The date where this machine is."""
    return utc_now().astimezone().date()
