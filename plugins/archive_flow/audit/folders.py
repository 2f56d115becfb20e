"""The folders above the data sets of a location, listed once: whether they can be believed, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.report import Notes
from archive_flow.run.roots import require_accepted
from archive_flow.run.unlisted import could_not_list
from session_archive.assess.absence import Shortfall, too_much_at_once
from session_archive.assess.audit import CatalogedCopy
from session_archive.assess.dark import is_dark, known_paths
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry, below
from session_archive.listing.root_listing import FOLDER
from session_archive.listing.walk import Listed, walk
from session_archive.naming.session_name import lines
from session_archive.settings.places import Place


@dataclass(slots=True)
class Folders:
    """The folders above the data sets of a location, as they are listed now.

    every : all copies there, whoever asked for which
    """

    run: Run
    place: Place
    every: Sequence[CatalogedCopy]
    notes: list[Notes] = field(default_factory=list)
    _listed: dict[str, list[Entry]] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    def look(self, copies: Iterable[CatalogedCopy]) -> None:
        """List the root, and every folder that holds data sets."""
        _, above = known_paths(top for copy in copies for top in lines(copy.directory))
        reader = globus_reader(self.run.hook_of(self.place.name), self.place, rate=self.run.rate)

        def visit(folder: str, listed: Listed) -> list[str]:
            if isinstance(listed, MissingDirectoryError):
                self._listed[folder] = []
            elif isinstance(listed, ListingError):
                self._failed.add(folder)
                self.notes.append(could_not_list(self.place.name, folder, listed))
            else:
                self._listed[folder] = listed
            return []

        walk(reader, sorted(above), visit, concurrency=self.run.settings.globus.listings_at_once)

    def hides(self, copy: CatalogedCopy) -> bool:
        """True if a folder above it could not be listed."""
        _, above = known_paths(lines(copy.directory))
        return not self._failed.isdisjoint(above)

    def require_believable(self, copies: Iterable[CatalogedCopy]) -> None:
        """Raise DoubtfulListingError where too many data sets are missing at once, unless a person accepted it."""
        listed_paths = {
            below(folder, entry.name) for folder, listed in self._listed.items() for entry in listed
        }
        known = [copy for copy in copies if not copy.damaged and not self.hides(copy)]
        missing = [copy for copy in known if listed_paths.isdisjoint(lines(copy.directory))]
        if too_much_at_once(n_known=len(known), n_missing=len(missing)):
            what = f"too many data sets are missing at once, such as {missing[0].name}"
            shortfall = Shortfall(what, len(known), len(missing), of="archived data sets")
            require_accepted(self.run, self.place, shortfall)

    def dark(self) -> list[Entry]:
        """What lies there and belongs to no data set that the catalog has; named by its path."""
        settings = self.run.settings
        sent = (
            item
            for each in self.run.catalog.ledger.unfinished()
            if each.destination == self.place.name
            for item in each.items
        )
        own, above = known_paths([*(top for copy in self.every for top in lines(copy.directory)), *sent])
        left_out = {FOLDER, *settings.inner_roots(self.place)}
        return [
            entry._replace(name=path)
            for folder, listed in sorted(self._listed.items())
            for entry in listed
            if (path := below(folder, entry.name)) not in left_out
            and is_dark(path, own=own, above=above)
            and not any(inner.startswith(f"{path}/") for inner in left_out)
            and not settings.conventions.litter(entry.name)
        ]
