"""The service's time: the machine's, and what tests have added to it (`POST /_control/tick`)."""

from __future__ import annotations

import time

from loopback_globus.store import Store

_NAME = "seconds_ahead"
#: One process serves one state, and every part asks for the time: a value of the module, not an argument of each.
_ahead = 0.0


def now() -> float:
    """The service's time, as seconds since 1970."""
    return time.time() + _ahead


def ahead() -> float:
    """Seconds by which the service is ahead of the machine; 0 unless a test has moved its time."""
    return _ahead


def restore(store: Store) -> None:
    """Go on with what the state says: after a restart the time must not run back."""
    global _ahead
    _ahead = store.control(_NAME) or 0.0


def tick(store: Store, seconds: float) -> None:
    """Move the time forward; it stays moved after a restart."""
    global _ahead
    store.set_control(_NAME, _ahead + seconds)
    _ahead += seconds
