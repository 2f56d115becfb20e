"""The select step of an audit: which copies are due, whether their root may be believed, and what nobody knows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from airflow.configuration import conf

from archive_flow.audit.dark import dark_lines
from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.report import Notes, Report, Selected, add_up
from archive_flow.run.roots import prepare_root, require_accepted, require_places
from archive_flow.run.unlisted import could_not_list, require_answers
from archive_flow.run.work_item import WorkItem
from printable_text.amounts import size
from session_archive import clock
from session_archive.assess.absence import Shortfall, too_much_at_once
from session_archive.assess.audit import CatalogedCopy, due, to_be_read
from session_archive.assess.choose import within_limits
from session_archive.assess.dark import is_dark, known_paths
from session_archive.assess.proven_share import ProvenShare
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry, below
from session_archive.listing.root_listing import FOLDER
from session_archive.listing.walk import Listed, walk
from session_archive.naming.session_name import lines
from session_archive.settings.places import Place

log = logging.getLogger(__name__)


def choose_copies(run: Run) -> Selected:
    """AUDIT: the copies whose turn it is, the oldest look first; those that a limit leaves are named as remaining.

    A location whose root, or whose folders of data sets, cannot be believed is one alarm, and none of its copies is
    looked at. Raises NoAnswerError where a location did not answer and this task will be tried again.
    """
    require_places(run)
    work_items: list[WorkItem] = []
    notes: list[Notes] = []
    for place in _locations(run):
        try:
            taken, of_place = _choose_at(run, place)
        except ListingError as error:
            notes.append(could_not_list(place.name, "", error))
            continue
        work_items += taken
        notes.append(of_place)
    every = add_up(notes)
    require_answers(run, every.unlisted)
    most = _at_most(run)
    left = [each.label for each in work_items[most:]]
    report = Report.of(every, dry_run=run.selection.dry_run).with_remaining(left)
    if run.selection.dry_run:
        return Selected([], replace(report, plan=_plan(work_items[:most])))
    return Selected(work_items[:most], report)


def _locations(run: Run) -> list[Place]:
    """Every location of a requested type."""
    names = {name for kind in run.selection.kinds for name in run.locations_of(kind)}
    return [place for name, place in run.settings.locations.items() if name in names]


def _at_most(run: Run) -> int:
    mappable = conf.getint("core", "max_map_length") * run.settings.limits.max_batch
    return min(run.selection.limit or mappable, mappable)


def _choose_at(run: Run, place: Place) -> tuple[list[WorkItem], Notes]:
    """The copies at one location whose turn it is. Raises ListingError."""
    selection = run.selection
    every = run.catalog.audited_copies.copies(place.name)
    requested = [
        copy
        for copy in every
        if copy.name.data_set_type in selection.kinds and selection.wants_session(copy.name.session)
    ]
    prepare_root(run, place)
    folders = _Folders(run, place, every)
    folders.look(requested if _requested(run) else every)
    folders.require_believable(requested)
    hidden = {copy.id for copy in requested if folders.hides(copy)}
    busy = {each.data_set_id for each in run.catalog.ledger.unfinished() if each.destination == place.name}
    now, left_alone = clock.utc_now(), hidden | busy
    free = [copy for copy in requested if copy.id not in left_alone]
    taken = due(
        free,
        now=now,
        every=dt.timedelta(seconds=run.settings.audit.listing_every),
        requested=_requested(run),
    )
    if not (_requested(run) or run.selection.dry_run):
        within = dt.timedelta(seconds=run.settings.audit.proven_within)
        share = ProvenShare.of(every, place=place.name, now=now, within=within)
        run.catalog.proven_shares.record(share)
        log.info("%s", share.words)
    dark = Notes() if _requested(run) else Notes(dark=dark_lines(run, place, folders.dark(), now=now))
    read = _to_read(run, place, free)
    work_items = [_work_item(run, place, copy) for copy in taken]
    work_items += [replace(_work_item(run, place, copy), proof=True) for copy in read]
    return work_items, add_up([*folders.notes, dark])


def _to_read(run: Run, place: Place, copies: Sequence[CatalogedCopy]) -> list[CatalogedCopy]:
    """The copies that this run reads, where the worker can; what has waited longest, within the bytes of a night."""
    if place.local_path is None:
        return []
    audit = run.settings.audit
    within = dt.timedelta(seconds=audit.proven_within)
    waiting = to_be_read(copies, now=clock.utc_now(), within=within)
    sizes = [copy.n_bytes for copy in waiting]
    return waiting[: within_limits(sizes, max_count=_at_most(run), max_bytes=audit.bytes_per_night)]


def _requested(run: Run) -> bool:
    """A person asked for a part of the archive: it is looked at now."""
    return bool(run.selection.subjects or run.selection.dates)


@dataclass(slots=True)
class _Folders:
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


def _work_item(run: Run, place: Place, copy: CatalogedCopy) -> WorkItem:
    return WorkItem(
        data_set=str(copy.name),
        directory=copy.directory,
        origin=place.name,
        destination=place.name,
        manifest_id=copy.manifest_id,
        session_id=str(copy.id),
        session=str(copy.name.session),
        n_files=copy.n_files,
        n_bytes=copy.n_bytes,
        copy_at=run.copy_at(copy.name.data_set_type, place.name),
    )


def _plan(work_items: Iterable[WorkItem]) -> list[str]:
    return [
        f"{each.label}: {'read' if each.proof else 'listed'} and compared with the catalog: {each.n_files} files, "
        f"{size(each.n_bytes)}, {each.path}"
        for each in work_items
    ]
