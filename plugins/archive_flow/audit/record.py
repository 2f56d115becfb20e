"""AUDIT's record task: list each copy, compare it with the catalog, and record one verification for each."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from archive_flow.audit.read import Content
from archive_flow.discover.fetch import list_work_items
from archive_flow.run.context import Run
from archive_flow.run.folders import list_folders
from archive_flow.run.roots import require_accepted, require_root
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.submissions.busy import busy_data_sets
from session_archive import clock
from session_archive.assess.absence import Shortfall, too_much_at_once
from session_archive.assess.audit import CopyLook, Taken, look_again, look_at_listing
from session_archive.errors import DoubtfulListingError, ListingError, MissingDirectoryError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing
from session_archive.settings.places import Place
from session_archive.states.state import State

log = logging.getLogger(__name__)

_METHOD = "listing: names, sizes and times, compared with the catalog; no content was read"
_BUSY = "a transfer to it is under way; the next audit looks at it"


#: Reads a copy that is listed so, as cataloged.
ReadCopy = Callable[[Manifest, Mapping[str, FileEntry]], Content]


def audit_copies(
    run: Run,
    work_items: Sequence[WorkItem],
    *,
    read: ReadCopy | None = None,
    submission_id: uuid.UUID | None = None,
) -> list[Result]:
    """Look at each copy, then record all looks; a listing that cannot be believed records nothing.

    read          : how the content is read; None where it is only listed
    submission_id : of the transfer that brought it to where it is read; None where it is read in place

    A retry takes over what its earlier tries have recorded. Raises ListingError: the root, or too much at once, is one
    alarm of the whole group.
    """
    if not work_items:
        return []
    place = run.origin(work_items[0])
    require_root(run, place)
    looked = run.catalog.audits.looked_in(
        [each.name for each in work_items],
        dag_id=run.dag_id,
        run_id=run.run_id,
        place=place.name,
        reading=read is not None,
    )
    results = [each.result(*looked[each.name.id]) for each in work_items if each.name.id in looked]
    looks = _Looks(run, place, [each for each in work_items if each.name.id not in looked])
    looks.look()
    looks.require_believable()
    looks.look_again()
    if read is not None:
        looks.read(read)
    return results + looks.unlisted + looks.record(submission_id)


class _Looks:
    """The looks of one task, none of which is recorded before all are believed."""

    def __init__(self, run: Run, place: Place, work_items: Sequence[WorkItem]) -> None:
        self.run, self.place, self._work_items = run, place, work_items
        self._copies = {
            copy.id: copy
            for copy in run.catalog.audited_copies.of({each.name.id for each in work_items}, place.name)
        }
        self._looks: dict[uuid.UUID, CopyLook] = {}
        self._listed: dict[uuid.UUID, Manifest] = {}
        self._method: dict[uuid.UUID, str] = {}
        self.seen: list[WorkItem] = []
        self.unlisted: list[Result] = []

    def look(self) -> None:
        """List every copy; what could not be listed is no damage."""
        list_work_items(self.run, self._work_items, self._take, partial=True)

    def _take(self, work_item: WorkItem, listing: Listing | ListingError) -> None:
        copy = self._copies.get(work_item.name.id)
        if copy is None or copy.manifest_id != work_item.manifest_id:
            self.unlisted.append(work_item.result(State.ARCHIVED, "recorded anew since it was selected"))
            return
        try:
            listed = _files(listing)
        except ListingError as error:
            # The root itself is in doubt, or the place is silent: that is no matter of this data set.
            if isinstance(error, DoubtfulListingError) or (
                isinstance(error, NoAnswerError) and self.run.tries_left
            ):
                raise
            self._not_seen(work_item, error)
            return
        if work_item.proof:
            self._listed[copy.id] = listed
        self._looks[copy.id] = look_at_listing(self.run.catalog.audited_copies.files(copy), listed)
        self.seen.append(work_item)

    def _not_seen(self, work_item: WorkItem, error: ListingError) -> None:
        self.unlisted.append(not_seen(self.run, work_item, f"not looked at: {error}"))

    def require_believable(self) -> None:
        """Raise DoubtfulListingError where too many copies differ or cannot be listed, unless a person accepted it."""
        known = [each for each in self.seen if not self._copies[each.name.id].damaged]
        differing = [each for each in known if self._looks[each.name.id].report.differences]
        failed = [each for each in self.unlisted if each.unlisted]
        n_known, n_missing = len(known) + len(failed), len(differing) + len(failed)
        if not too_much_at_once(n_known=n_known, n_missing=n_missing):
            return
        first = str(failed[0].reason) if failed else f"{differing[0].label} is not as cataloged"
        shortfall = Shortfall(
            f"too much differs at once: {first}", n_known, n_missing, of="archived data sets"
        )
        require_accepted(self.run, self.place, shortfall)

    def look_again(self) -> None:
        """List once more the folders of files that differ, after a new look at the root."""
        for work_item in [each for each in self.seen if self._looks[each.name.id].report.differences]:
            look = self._looks[work_item.name.id]
            self.run.believed.pop(self.place.name, None)
            require_root(self.run, self.place)
            folders = {each.path.rpartition("/")[0] for each in look.report.differences}
            again: list[FileEntry] = []
            failed = None
            for listed in list_folders(self.run, self.place.name, sorted(folders)).values():
                if isinstance(listed, ListingError):
                    failed = listed
                else:
                    again += listed
            if failed is not None:
                self.seen.remove(work_item)
                self._not_seen(work_item, failed)
                continue
            cataloged = self.run.catalog.audited_copies.files(self._copies[work_item.name.id])
            self._looks[work_item.name.id] = look_again(look, cataloged, Manifest.of(again))

    def read(self, read: ReadCopy) -> None:
        """Read what is as it was listed, where this worker can."""
        for work_item in self.seen:
            copy = self._copies[work_item.name.id]
            listed = {file.path: file for file in self._listed[copy.id].files}
            content = read(self.run.catalog.audited_copies.files(copy), listed)
            look = self._looks[copy.id].with_content(read=content.read, wrong=content.wrong)
            self._looks[copy.id], self._method[copy.id] = look, content.words(look.report.n_files)

    def record(self, submission_id: uuid.UUID | None) -> list[Result]:
        """Record each look, unless a transfer writes there now."""
        busy = busy_data_sets(self.run, self.place.name)
        return [
            each.result(State.SUBMITTED, _BUSY)
            if each.name.id in busy
            else self._record(each, submission_id=submission_id)
            for each in self.seen
        ]

    def _record(self, work_item: WorkItem, *, submission_id: uuid.UUID | None) -> Result:
        run, copy = self.run, self._copies[work_item.name.id]
        audited = run.catalog.audits.record(
            copy,
            self._looks[copy.id],
            Taken(
                place=self.place.name,
                method=self._method.get(copy.id, _METHOD),
                reading=work_item.proof,
                dag_id=run.dag_id,
                run_id=run.run_id,
                now=clock.utc_now(),
                submission_id=submission_id,
            ),
        )
        if audited.outcome is None:
            return work_item.result(
                audited.state, "recorded anew while it was looked at; the next audit compares it"
            )
        return work_item.result(audited.state, audited.reason, changed=audited.changed)


def not_seen(run: Run, work_item: WorkItem, why: str) -> Result:
    """The result of a copy that could not be looked at; it is as the catalog knows it, and fails the run."""
    copies = run.catalog.audited_copies.of({work_item.name.id}, work_item.origin)
    damaged = any(copy.damaged for copy in copies)
    verified = all(copy.verified for copy in copies)
    state = State.DAMAGED if damaged else State.ARCHIVED if verified else State.UNVERIFIED
    return replace(work_item.result(state, why), unlisted=True)


def _files(listing: Listing | ListingError) -> Manifest:
    """What lies there; nothing where the folder is missing. Raises ListingError where it is not known."""
    if isinstance(listing, MissingDirectoryError):
        return Manifest(())
    if isinstance(listing, ListingError):
        raise listing
    return listing.require_whole().manifest
