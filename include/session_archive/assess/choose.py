"""Which of the data sets that may be taken up one run takes up, in which order, and when it selects again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from session_archive.assess.verdict import Record
from session_archive.naming.session_name import DataSetName
from session_archive.settings.tables import Limits
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import State


def freshest_first(name: DataSetName) -> tuple[int, str]:
    """Sorts data sets: the newest sessions first, those of one day by name."""
    return -name.session.date.toordinal(), str(name)


def count_taken(
    sizes: Sequence[int],
    *,
    limits: Limits,
    requested: int | None,
    nightly: bool,
    mappable: int,
) -> int:
    """How many data sets one run takes up: the limits of a night, of the person who started it, and of Airflow.

    sizes     : bytes of each data set, in the order in which they are to go
    requested : at most so many, by the run's own param; None for the settings' limit
    nightly   : the limits of a night apply
    mappable  : data sets that Airflow can map
    """
    requested = requested or (limits.data_sets_per_night if nightly else None)
    return within_limits(
        sizes,
        max_count=min(requested or mappable, mappable),
        max_bytes=limits.bytes_per_night if nightly else None,
    )


def within_limits(sizes: Sequence[int], *, max_count: int | None, max_bytes: int | None) -> int:
    """How many of the data sets, counted from the first, one run may take.

    sizes : bytes of each data set, in the order in which they are to go; the first always may, however large
    """
    total = 0
    for position, size in enumerate(sizes):
        total += size
        if max_count is not None and position >= max_count:
            return position
        if max_bytes is not None and position > 0 and total > max_bytes:
            return position
    return len(sizes)


def held_back(*, claimed: bool) -> Record:
    """The state of a data set that a limit leaves to a later run; a folder without a session stays `unclaimed`."""
    reason = "held back by the limits of this run"
    return Record(State.READY, reason) if claimed else Record(State.UNCLAIMED, f"{UNCLAIMED}; {reason}")


def taken_up(before: State) -> Record | None:
    """The state of a data set that this run sends, until a slot is free, which may take hours; None to leave it.

    before : its newest state. What waited to be seen unchanged does so no longer; any other state tells what happened
    """
    if before is not State.WAITING:
        return None
    return Record(State.READY, "this run sends it as soon as a slot for a transfer is free")


def all_settled_at(times: Iterable[dt.datetime], *, before: dt.datetime) -> dt.datetime | None:
    """When all data sets that settle in time are settled; None if there is nothing to wait for.

    times  : when each is ready if it has not changed by then, UTC
    before : the latest time at which this run may select again, UTC
    """
    return max((time for time in times if time < before), default=None)
