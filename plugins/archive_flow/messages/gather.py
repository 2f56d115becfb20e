"""Asks the catalog and this worker's disks for what a message can be about."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

from session_archive.messages.causes import RECENT
from session_archive.messages.facts import Facts, Room
from session_archive.settings.notify_table import late_after
from session_archive.states.overview import UNSAFE

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings
    from session_archive.settings.notify_table import NotifySettings

#: Transfers that ended in this time say whether a place has room.
_TRANSFERS = dt.timedelta(days=7)
#: The oldest day that a database can compare.
_FIRST_DAY = dt.date(1000, 1, 1)


def gather(
    settings: Settings, catalog: Catalog, *, notify: NotifySettings, now: dt.datetime, whole: bool
) -> Facts:
    """The facts of now.

    now   : in the time zone of the nights, which is the rigs'
    whole : also count the backlog, which reads every state: once a day
    """
    kinds, first = list(settings.data_sets), (now - RECENT).date()
    rooms, unseen = _rooms(settings)
    return Facts(
        night=catalog.nights.newest(),
        expected_from=catalog.nights.expected_from(),
        overdue=catalog.overdue.of(
            kinds, first=first, before=(now - late_after(notify)).replace(tzinfo=None)
        ),
        backlog=_backlog(catalog, kinds, before=first) if whole else None,
        rigs=tuple(catalog.watch.newest_looks(settings.sources).items()),
        rooms=rooms,
        unseen=unseen,
        ended=tuple(catalog.watch.ended_since(now - _TRANSFERS)),
        transfers=tuple(catalog.standings.waiting()),
        unconfirmed=len(catalog.unconfirmed.waiting()),
        damaged=tuple(f"{each.data_set} at {each.place}" for each in catalog.damages.every()),
    )


def _backlog(catalog: Catalog, kinds: list[str], *, before: dt.date) -> int:
    dates = [(_FIRST_DAY, before - dt.timedelta(days=1))]
    return catalog.state_counts.of(kinds=kinds, dates=dates, states=UNSAFE, limit=0).more


def _rooms(settings: Settings) -> tuple[tuple[Room, ...], tuple[str, ...]]:
    """The free space of each place that this worker can read, and the places that it cannot."""
    rooms, unseen = [], []
    for _, place in settings.places:
        if place.local_path is None:
            unseen.append(place.name)
            continue
        try:
            disk = shutil.disk_usage(place.local_path)
        except OSError:
            # Whether it is mounted is a question of the night, which lists it.
            unseen.append(place.name)
        else:
            rooms.append(Room(place.name, str(place.local_path), disk.free, disk.total))
    return tuple(rooms), tuple(unseen)
