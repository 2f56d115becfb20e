"""The select step of an audit: which copies are due, whether their root may be believed, and what nobody knows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from airflow.configuration import conf

from archive_flow.audit.dark import dark_lines
from archive_flow.audit.folders import Folders
from archive_flow.audit.scratch import clear_left_behind, room_at, usable_scratch
from archive_flow.audit.shipment import brings
from archive_flow.run.context import Run
from archive_flow.run.report import Lines, Notes, Report, Selected, add_up
from archive_flow.run.roots import prepare_root, require_places
from archive_flow.run.unlisted import could_not_list, require_answers
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.busy import busy_data_sets
from printable_text.amounts import counted, size
from session_archive import clock
from session_archive.assess.audit import CatalogedCopy, due, to_be_read
from session_archive.assess.choose import within_limits
from session_archive.assess.proven_share import ProvenShare
from session_archive.errors import ArchiveError, ListingError, RefusedError
from session_archive.settings.places import Place

log = logging.getLogger(__name__)


def choose_copies(run: Run) -> Selected:
    """AUDIT: the copies whose turn it is, the oldest look first; those that a limit leaves are named as remaining.

    A location whose root, or whose folders of data sets, cannot be believed is one alarm, and none of its copies is
    looked at. Raises NoAnswerError where a location did not answer and this task will be tried again.
    """
    require_places(run)
    _require_part(run)
    if not run.selection.dry_run:
        clear_left_behind(run)
    work_items: list[WorkItem] = []
    notes: list[Notes] = []
    scratch, unusable = _scratch(run)
    room = room_at(scratch) if scratch else 0
    for place in _locations(run):
        try:
            taken, of_place = _choose_at(run, place, scratch=scratch, room=room, unusable=unusable)
        except ListingError as error:
            notes.append(could_not_list(place.name, "", error))
            continue
        work_items += taken
        room -= sum(each.n_bytes for each in taken if brings(each))
        notes.append(of_place)
    every = add_up(notes)
    require_answers(run, every.unlisted)
    chosen = _mappable(run, work_items)
    names = {(each.data_set, each.origin) for each in chosen}
    left = [each.label for each in work_items if (each.data_set, each.origin) not in names]
    report = Report.of(every, dry_run=run.selection.dry_run).with_remaining(left)
    if run.selection.dry_run:
        return Selected([], replace(report, plan=_plan(chosen)))
    return Selected(chosen, report)


def _locations(run: Run) -> list[Place]:
    """Every requested location of a requested type. Raises ArchiveError for one that archive.toml does not have."""
    requested, known = run.params.get("locations") or (), run.settings.locations
    if unknown := [name for name in requested if name not in known]:
        raise ArchiveError(
            f"param locations: {unknown[0]!r} is not a location of archive.toml; there are {', '.join(known)}"
        )
    names = {name for kind in run.selection.kinds for name in run.locations_of(kind)}
    return [place for name, place in known.items() if name in names and name in (requested or names)]


def _require_part(run: Run) -> None:
    """Raise ArchiveError where the whole archive would be read anew, run by run."""
    if _to_be_read_now(run) and not _requested(run):
        raise ArchiveError(
            "param read needs subjects or dates; the whole archive is read anew every audit.proven_within"
        )


def _scratch(run: Run) -> tuple[Place | None, str]:
    """The place where copies are read that no worker can read in the archive; or None, and why there is none."""
    try:
        place = usable_scratch(run)
    except RefusedError as error:
        return None, str(error)
    if place is None and _to_be_read_now(run):
        # A lab may have decided so, which no night needs to repeat; whoever asks for a reading needs the reason.
        return None, "it has no local_path, and audit.scratch names no place"
    return place, ""


def _mappable(run: Run, work_items: list[WorkItem]) -> list[WorkItem]:
    """Those that one run takes up: at most half of its mapped groups read, each of them one copy."""
    requested = work_items[: run.selection.limit or len(work_items)]
    groups = conf.getint("core", "max_map_length")
    reading = [each for each in requested if each.proof][: groups // 2]
    # The last group of each location may have few.
    of_listings = max(groups - len(reading) - len({each.origin for each in requested}), 1)
    listing = [each for each in requested if not each.proof]
    return listing[: of_listings * run.settings.limits.max_batch] + reading


def _choose_at(
    run: Run, place: Place, *, scratch: Place | None, room: int, unusable: str
) -> tuple[list[WorkItem], Notes]:
    """The copies at one location whose turn it is. Raises ListingError.

    scratch  : where copies are brought to be read; None for nowhere
    room     : bytes that are free there
    unusable : why there is none; '' where no reason is needed
    """
    selection = run.selection
    every = run.catalog.audited_copies.copies(place.name)
    requested = [
        copy
        for copy in every
        if copy.name.data_set_type in selection.kinds and selection.wants_session(copy.name.session)
    ]
    prepare_root(run, place)
    folders = Folders(run, place, every)
    folders.look(requested if _requested(run) else every)
    folders.require_believable(requested)
    hidden = {copy.id for copy in requested if folders.hides(copy)}
    now, left_alone = clock.utc_now(), hidden | busy_data_sets(run, place.name)
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
    proven_within = 0.0 if _to_be_read_now(run) else run.settings.audit.proven_within
    waiting = to_be_read(free, now=now, within=dt.timedelta(seconds=proven_within))
    read, noted = _choose_reading(run, place, waiting, scratch=scratch, room=room, unusable=unusable)
    # What is read is listed with it.
    reading = {each.data_set for each in read}
    listing = [_work_item(run, place, copy) for copy in taken if str(copy.name) not in reading]
    return [*listing, *read], add_up([*folders.notes, dark, Notes(noted=Lines.of(noted))])


def _choose_reading(
    run: Run,
    place: Place,
    waiting: Sequence[CatalogedCopy],
    *,
    scratch: Place | None,
    room: int,
    unusable: str,
) -> tuple[list[WorkItem], list[str]]:
    """Of the copies whose content is to be read, those that this run reads; and in words, what it does not.

    Other arguments as for `_choose_at`.
    """
    words = f"{place.name}: {counted(len(waiting), 'data set')} to be read"
    destination, fitting, max_bytes = place, waiting, int(run.settings.audit.bytes_per_night)
    if place.local_path is None:
        if scratch is None:
            return [], [f"{words}, and not read: {unusable}"] if unusable and waiting else []
        destination, fitting = scratch, [copy for copy in waiting if copy.n_bytes <= room]
        max_bytes = min(max_bytes, room)
    read = _within(fitting, max_bytes=max_bytes)
    noted = []
    if too_large := len(waiting) - len(fitting):
        noted.append(
            f"{words}, and {too_large} not brought to {destination.name}: larger than the {size(max(room, 0))} "
            "that are free there"
        )
    if _to_be_read_now(run) and (later := len(fitting) - len(read)):
        noted.append(
            f"{words}, and {later} not in this run, which reads {size(max_bytes)} at most; run it again"
        )
    return [
        replace(_work_item(run, place, copy), proof=True, destination=destination.name) for copy in read
    ], noted


def _within(copies: Sequence[CatalogedCopy], *, max_bytes: int) -> Sequence[CatalogedCopy]:
    """Those that one run reads: what has waited longest, within the bytes of a night."""
    sizes = [copy.n_bytes for copy in copies]
    return copies[: within_limits(sizes, max_count=None, max_bytes=max_bytes)]


def _requested(run: Run) -> bool:
    """A person asked for a part of the archive: it is looked at now."""
    return bool(run.selection.subjects or run.selection.dates)


def _to_be_read_now(run: Run) -> bool:
    """A person wants their content read, whenever it was last proven."""
    return bool(run.params.get("read"))


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
    def how(work_item: WorkItem) -> str:
        if brings(work_item):
            return f"brought to {work_item.destination}, read there, removed there,"
        return "read" if work_item.proof else "listed"

    return [
        f"{each.label}: {how(each)} and compared with the catalog: {each.n_files} files, "
        f"{size(each.n_bytes)}, {each.path}"
        for each in work_items
    ]
