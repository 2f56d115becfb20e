"""The figures on top, kept for half a minute: they count every data set."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from session_archive import clock
from session_archive.catalog.queries.totals import PlaceTotal
from session_archive.catalog.read_only import ReadOnlyCatalog
from session_archive.states.overview import SAFE, UNSAFE, Tally
from session_archive.states.state import State

_KEPT_FOR = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Figures:
    """What `status` counts, and what the places hold.

    unclaimed : recordings that no session claims; left_out : folders that no convention takes
    as_of     : when they were counted
    """

    tallies: tuple[Tally, ...]
    unclaimed: int
    left_out: int
    places: tuple[PlaceTotal, ...]
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
        expected = sum(
            count for tally in self.tallies for state, count in tally.states.items() if state in UNSAFE
        )
        return expected + sum(tally.further for tally in self.tallies)

    @property
    def n_bytes(self) -> int:
        """Verified at all places."""
        return sum(place.n_bytes for place in self.places)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not (self.expected or self.unclaimed or self.left_out or self.places or self.not_safe)


class KeptFigures:
    """The last figures; those of less than half a minute ago are good enough, and say when they were counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], Figures] = {}

    def of(self, catalog: ReadOnlyCatalog, kinds: tuple[str, ...]) -> Figures:
        """The figures of these types."""
        # One reader counts, the others wait for its answer.
        with self._lock:
            kept = self._kept.get(kinds)
            if kept is None or clock.utc_now() - kept.as_of > _KEPT_FOR:
                kept = self._kept[kinds] = _count(catalog, kinds)
            return kept


def _count(catalog: ReadOnlyCatalog, kinds: tuple[str, ...]) -> Figures:
    as_of = clock.utc_now()
    counts = catalog.state_counts.of(kinds=kinds, states={State.UNCLAIMED})
    unclaimed = sum(bool(row.data_set) for row in counts.rows)
    return Figures(
        tallies=counts.tallies,
        unclaimed=unclaimed,
        left_out=len(counts.rows) - unclaimed,
        places=tuple(catalog.totals.by_place()),
        as_of=as_of,
    )
