"""The location that a data set is retrieved from: the first in the order of archive.toml that has it whole."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from archive_flow.run.context import Run
from archive_flow.run.roots import require_root
from session_archive.errors import ListingError, RefusedError
from session_archive.fixity.damage import Damage
from session_archive.request.origin import Candidate, in_order

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.replica_reader import CatalogedDataSet

log = logging.getLogger(__name__)


class Origins:
    """The locations that data sets are retrieved from; each is asked once whether it answers."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._away: dict[str, bool] = {}

    def of(self, data_set: CatalogedDataSet) -> tuple[str, tuple[Damage, ...]]:
        """The location to read it from, and what is damaged there. Raises RefusedError if archive.toml has none.

        Where no copy is whole and answers, it is the one that is damaged least, so that its whole files can be chosen.
        """
        run = self._run
        places = data_set.locations + data_set.unverified
        known = [place for place in places if place in run.settings.locations]
        if not known:
            raise RefusedError(
                f"it is stored at {', '.join(places) or 'no place'}, which is not a location of archive.toml; "
                f"known locations: {', '.join(run.settings.locations)}"
            )
        settings = run.settings.data_sets.get(data_set.name.data_set_type)
        copies = run.catalog.replicas.by_place([data_set.id])[data_set.id]
        candidates = in_order(
            [
                Candidate(
                    place,
                    verified=copies[place].verified,
                    revision=copies[place].revision,
                    damages=tuple(run.catalog.damages.of((data_set.id,), place).get(data_set.id, ())),
                )
                for place in known
            ],
            locations=settings.locations if settings else (),
        )
        answering = (each for each in candidates if len(candidates) == 1 or not self._is_away(each.place))
        origin = next(answering, candidates[0])
        return origin.place, origin.damages

    def _is_away(self, place: str) -> bool:
        if place not in self._away:
            try:
                require_root(self._run, self._run.place(place))
                self._away[place] = False
            except ListingError as error:
                log.warning("%s: its data sets are retrieved from their other copies: %s", place, error)
                self._away[place] = True
        return self._away[place]
