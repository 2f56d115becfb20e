"""Where a data set is retrieved from: the first location in the order of archive.toml that has it whole.

Or the location or rig that a person names: what a rig has is no replica, so that it is listed first.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from archive_flow.run.context import Run
from archive_flow.run.folders import list_beside
from archive_flow.run.roots import require_root
from session_archive.errors import ArchiveError, ListingError, RefusedError
from session_archive.fixity.compare import compare
from session_archive.fixity.damage import Damage
from session_archive.fixity.manifest import Manifest
from session_archive.request.origin import Candidate, in_order

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.replica_reader import CatalogedDataSet

log = logging.getLogger(__name__)


class Origins:
    """The places that data sets are retrieved from; each is asked once whether it answers.

    Raises ArchiveError for a param `origin` that is no such place.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._away: dict[str, str] = {}
        self._named = str(run.params.get("origin") or "")
        known = [*run.settings.locations, *run.settings.sources]
        if self._named and self._named not in known:
            raise ArchiveError(
                f"param origin: {self._named!r} is neither a location nor a source of archive.toml; there are "
                f"{', '.join(known)}"
            )

    def of(self, data_set: CatalogedDataSet) -> tuple[str, tuple[Damage, ...]]:
        """The place to read it from, and what is damaged there. Raises RefusedError if there is none.

        Where no copy is whole and answers, it is the one that is damaged least, so that its whole files can be chosen.
        """
        if self._named:
            return self._from_named(data_set)
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
                    damages=self._damages(data_set, place),
                )
                for place in known
            ],
            locations=settings.locations if settings else (),
        )
        answering = (each for each in candidates if len(candidates) == 1 or not self._why_away(each.place))
        origin = next(answering, candidates[0])
        return origin.place, origin.damages

    def files(self, data_set: CatalogedDataSet, origin: str) -> Manifest:
        """Its cataloged files there; of a rig, those that the archive has."""
        replicas = self._run.catalog.replicas
        if origin in self._run.settings.sources:
            return replicas.files(data_set.id)
        return replicas.files_at(data_set.id, origin)

    def require_there(self, files: Manifest, origin: str) -> None:
        """List chosen files on a rig. Raises RefusedError where they are not there: Globus would wait for them."""
        if origin not in self._run.settings.sources:
            return
        try:
            listed = list_beside(self._run, origin, [file.path for file in files.files])
        except ListingError as error:
            raise RefusedError(str(error)) from error
        report = compare(promised=files, found=Manifest.of(listed), known_as="cataloged")
        if report.differences:
            first = report.differences[0]
            raise RefusedError(
                f"{len(report.differences)} of {report.n_files} files are not at {origin} as cataloged, the first: "
                f"{first.path}: {first.detail}"
            )

    def _from_named(self, data_set: CatalogedDataSet) -> tuple[str, tuple[Damage, ...]]:
        name, kind = self._named, data_set.name.data_set_type
        if rig := self._run.settings.sources.get(name):
            if rig.data_sets and kind not in rig.data_sets:
                raise RefusedError(f"{name} has no {kind}: archive.toml says so")
        elif name not in (places := data_set.locations + data_set.unverified):
            raise RefusedError(f"it is not stored at {name}, but at {', '.join(places)}")
        if why := self._why_away(name):
            raise RefusedError(why)
        return name, self._damages(data_set, name)

    def _damages(self, data_set: CatalogedDataSet, place: str) -> tuple[Damage, ...]:
        return tuple(self._run.catalog.damages.of((data_set.id,), place).get(data_set.id, ()))

    def _why_away(self, place: str) -> str:
        """Why a place cannot be read now; '' if it can."""
        if place not in self._away:
            try:
                require_root(self._run, self._run.place(place))
                self._away[place] = ""
            except ListingError as error:
                log.warning("%s: its data sets are not retrieved from there: %s", place, error)
                self._away[place] = str(error)
        return self._away[place]
