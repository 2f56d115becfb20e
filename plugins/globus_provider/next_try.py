"""When a submission that was not possible is tried again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from globus_provider.errors import GlobusBusyError, GlobusUnavailableError, NotNow


@dataclass(frozen=True, slots=True)
class NextTry:
    """A pause in seconds; and since when Globus has not answered, None where it did."""

    pause: float
    silent_since: dt.datetime | None = None


def lacks_room(problem: NotNow | GlobusUnavailableError) -> bool:
    """Whether too much is under way, which is no outage."""
    return isinstance(problem, NotNow | GlobusBusyError)


def next_try(
    problem: NotNow | GlobusUnavailableError,
    *,
    now: dt.datetime,
    poll_interval: float,
    unreachable_limit: float,
    give_up_at: dt.datetime | None,
    silent_since: dt.datetime | None,
) -> NextTry | None:
    """The next try, or None where there is no time left for one.

    unreachable_limit : seconds without an answer after which nobody tries again
    silent_since      : the first of the consecutive tries without an answer; None if this is it
    """
    pause = problem.seconds if isinstance(problem, NotNow) else poll_interval
    since = None if lacks_room(problem) else silent_since or now
    limits = [give_up_at] if give_up_at else []
    if since is not None:
        limits.append(since + dt.timedelta(seconds=unreachable_limit))
    if any(now + dt.timedelta(seconds=pause) > limit for limit in limits):
        return None
    return NextTry(pause, since)
