"""The figures on top, and the first rows of what is not safe: counted together, over all data sets, and kept."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass

from archive_flow.page.reading import PAGE, WHOLE_TABLE, CatalogReader, UnavailableError
from session_archive import clock
from session_archive.assess.proven_share import ProvenShare
from session_archive.catalog.queries.totals import PlaceTotal
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.settings.load import Settings
from session_archive.states.overview import SAFE, TO_ACT_ON, Tally
from session_archive.states.state import StateRow

#: New ones are counted for whoever comes later than this.
_FRESH_FOR = dt.timedelta(seconds=30)
#: Older ones than this are not shown.
_GOOD_FOR = dt.timedelta(minutes=10)
#: Rows of what is not safe that are kept with them.
KEPT_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Figures:
    """What `status` counts, and what the places hold.

    unclaimed : recordings that no session claims; left_out : folders that no convention takes
    proven    : how much of each archive audits have proven
    to_act_on : the first rows of what is not safe; more : rows behind them
    as_of     : when they were counted
    """

    tallies: tuple[Tally, ...]
    unclaimed: int
    left_out: int
    places: tuple[PlaceTotal, ...]
    proven: tuple[ProvenShare, ...]
    to_act_on: tuple[StateRow, ...]
    more: int
    as_of: dt.datetime

    @property
    def expected(self) -> int:
        """Data sets that sessions should have."""
        return sum(tally.expected for tally in self.tallies)

    @property
    def safe(self) -> int:
        """Of these, those for which nothing remains to be done."""
        return sum(count for tally in self.tallies for state, count in tally.states.items() if state in SAFE)

    @property
    def not_safe(self) -> int:
        """The others, and further data sets that are not safe."""
        return sum(tally.unsafe for tally in self.tallies)

    @property
    def n_bytes(self) -> int:
        """Verified at all places."""
        return sum(place.n_bytes for place in self.places)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not (self.expected or self.unclaimed or self.left_out or self.places or self.not_safe)


class KeptFigures:
    """The last figures. Old ones are shown, with their time, while new ones are counted, so that nobody waits."""

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self._kept: Figures | None = None
        self._counting: asyncio.Task[Figures] | None = None

    async def newest(self) -> Figures:
        """Figures of the last minutes. Raises UnavailableError where there are none, and the catalog cannot be read."""
        kept, now = self._kept, clock.utc_now()
        if kept is not None and now - kept.as_of < _FRESH_FOR:
            return kept
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
            # An error that nobody waits for is in Airflow's log already.
            self._counting.add_done_callback(lambda done: done.cancelled() or done.exception())
        if kept is not None and now - kept.as_of < _GOOD_FOR:
            return kept
        try:
            return await asyncio.wait_for(asyncio.shield(self._counting), PAGE)
        except TimeoutError:
            raise UnavailableError(
                "The figures are still being counted; reload the page in a minute."
            ) from None

    async def _count(self) -> Figures:
        # Longer than a page may take: whoever comes next has them.
        self._kept = await self._reader.read(_count, seconds=WHOLE_TABLE)
        return self._kept


def _count(catalog: ReadOnlyCatalog, settings: Settings) -> Figures:
    as_of, kinds = clock.utc_now(), tuple(settings.data_sets)
    counts = catalog.state_counts.of(kinds=kinds, states=TO_ACT_ON, limit=KEPT_ROWS)
    unclaimed = catalog.coverage.unclaimed(kinds)
    named = sum(bool(row.data_set) for row in unclaimed)
    return Figures(
        tallies=counts.tallies,
        unclaimed=named,
        left_out=len(unclaimed) - named,
        places=tuple(catalog.totals.by_place()),
        proven=tuple(catalog.proven_shares.newest()),
        to_act_on=counts.rows,
        more=counts.more,
        as_of=as_of,
    )
