"""DISCOVER lists the files of many data sets; small ones that tell more of them are brought to the staging place."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.run.pages import Part, work_items_of
from archive_flow.run.readers import globus_reader
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.submissions.outcome import read_outcome
from archive_flow.transfer.small_files import Promise, SmallFiles, SmallFilesStore, small_files_id
from globus_provider.errors import GlobusProviderError
from globus_provider.request import TransferItem, TransferItems
from session_archive.errors import ListingError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing, list_each, local_file_reader
from session_archive.listing.stored import pack_listing, unpack_listing
from session_archive.naming.session_name import NAMESPACE
from session_archive.recording.completeness import text_files
from session_archive.routes import DISCOVER
from session_archive.sidecar.document import MOST_BYTES
from session_archive.sidecar.staging import StagingDisk, fetched_path, listing_path
from session_archive.transfers.submission import Submission

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

#: The ledger's word for this kind of transfer.
FETCH = "fetch"
#: Seconds between two lines that tell how far a listing is.
TELL_EVERY = 30.0

#: A failed task can be cleared and tried again as long, and finds what it had.
FORGOTTEN_AFTER = dt.timedelta(days=30)

#: Takes the listing of one data set, or why it could not be listed.
Take = Callable[[WorkItem, Listing | ListingError], None]


def fetch_key(context: Context) -> str:
    """Names what one mapped group fetches; the same in each of its tasks and tries."""
    ti = context["ti"]
    return str(uuid.uuid5(NAMESPACE, f"fetch {ti.dag_id} {ti.run_id} {ti.map_index}"))


def _is_key(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def list_work_items(run: Run, work_items: Sequence[WorkItem], take: Take) -> None:
    """List the files of each, several directories at a time; `take` gets each as soon as it is listed."""
    if not work_items:
        return
    place = run.origin(work_items[0])
    told, done, files = time.monotonic(), 0, 0

    def taken(position: int, listing: Listing | ListingError) -> None:
        nonlocal told, done, files
        done += 1
        files += 0 if isinstance(listing, ListingError) else len(listing.manifest.files)
        take(work_items[position], listing)
        if time.monotonic() - told > TELL_EVERY or done == len(work_items):
            told = time.monotonic()
            log.info("%s: %d of %d data sets listed, %d files", place.name, done, len(work_items), files)

    list_each(
        globus_reader(run.hook, place, rate=run.rate),
        [(work_item.directory, work_item.name.data_set_type) for work_item in work_items],
        taken,
        conventions=run.settings.conventions,
        at_once=run.settings.globus.listings_at_once,
    )


def clear_stale_files(run: Run) -> None:
    """Remove from the staging place what a task that died for good has left there, once nobody will try it again.

    Only what the ledger knows as fetched by this package, in a folder that this package made; the rest is named.
    """
    if run.settings.staging is None:
        return
    disk = StagingDisk(run.settings.staging)
    found = disk.stale_files(before=dt.datetime.now(dt.UTC) - FORGOTTEN_AFTER)
    for line in found.skipped:
        log.warning("nothing is cleared there: %s", line)
    ids = {name: small_files_id(_texts(name)) for name in found.names if _is_key(name)}
    ours = run.catalog.ever_begun(set(ids.values()), route=FETCH)
    unknown = [name for name in found.names if ids.get(name) not in ours]
    for name in sorted(set(found.names) - set(unknown)):
        if not _tell(disk.sweep(name)):
            log.info("removed from the staging place: what an earlier run has left there, %s", name)
    if unknown:
        log.warning(
            "left in the staging place, since the ledger knows no transfer to it: %d that are old, such as %r; "
            "a person may remove what is of no use",
            *(len(unknown), unknown[0]),
        )


@dataclass(slots=True)
class Fetching:
    """What the fetch operator asks: its items and its submission store."""

    promise: Promise | None = field(default=None, repr=False)

    def items(self, context: Context, *, part: Part) -> TransferItems:
        """Manifests and texts of all data sets of this group; nothing without a staging place."""
        with airflow_errors(), open_run(DISCOVER, context) as run:
            if run.settings.staging is None:
                return TransferItems(())
            key = fetch_key(context)
            chosen = work_items_of(context, part)
            under_way = parcel(key, chosen).under_way(run)
            if under_way:
                self.promise = Promise(under_way.manifest_id, under_way.items)
            else:
                files = _small_files(run, key, chosen)
                self.promise = Promise(
                    run.catalog.save_manifest(Manifest.of(files)), tuple(sorted(file.path for file in files))
                )
            source, staging = run.origin(chosen[0]), run.settings.staging
            return TransferItems(
                items=tuple(
                    TransferItem(source.absolute(path), staging.absolute(fetched_path(key, path)))
                    for path in self.promise.items
                ),
                # An earlier try of this task may have brought some of them.
                sync_level="checksum",
                deadline=dt.timedelta(seconds=run.settings.limits.run_deadline),
            )

    def store(self, context: Context, *, part: Part) -> SmallFilesStore:
        """The ledger as the operator's submission store."""
        key = fetch_key(context)
        chosen = work_items_of(context, part)
        label = transfer_label(DISCOVER.name, chosen[0])
        return SmallFilesStore(
            DISCOVER,
            context,
            parcel(key, chosen),
            label,
            promise=self._promised,
            # The folder that it goes to is of this task alone.
            still_right=lambda run, promised: True,
        )

    def _promised(self) -> Promise:
        assert self.promise is not None, "the operator asks for the items before it stores a submission"
        return self.promise


def parcel(key: str, work_items: Sequence[WorkItem]) -> SmallFiles:
    """What one mapped group fetches, as the ledger knows it."""
    return SmallFiles(_texts(key), FETCH, work_items[0].origin, "staging")


def _texts(key: str) -> str:
    return f"texts {key}"


def _small_files(run: Run, key: str, work_items: Sequence[WorkItem]) -> list[FileEntry]:
    """List every data set, keep the listings for the record task, and name the small files to fetch."""
    assert run.settings.staging is not None, "asked before"
    disk = StagingDisk(run.settings.staging)
    disk.make_fetched()
    wanted: dict[str, FileEntry] = {}

    def take(work_item: WorkItem, listing: Listing | ListingError) -> None:
        if isinstance(listing, NoAnswerError):
            # The record task asks once more.
            return
        disk.write(listing_path(key, str(work_item.name.id)), pack_listing(listing))
        if not isinstance(listing, ListingError):
            wanted.update((file.path, file) for file in text_files(listing.manifest.files))
            wanted.update(
                (path, FileEntry(path, size, 0)) for path, size in work_item.manifests if size <= MOST_BYTES
            )

    list_work_items(run, work_items, take)
    return list(wanted.values())


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies in the staging place of one group's data sets.

    key     : of the group
    arrived : paths that Globus has copied, and compared
    why_not : why others are not there; '' when all that was asked for is
    """

    key: str
    disk: StagingDisk
    arrived: frozenset[str] = frozenset()
    why_not: str = ""

    def read(self, path: str, most: int) -> bytes:
        """The beginning of a file that has arrived, by its path in the archive. Raises ListingError, naming it."""
        return local_file_reader(self.disk.root)(fetched_path(self.key, path), most)

    def listing(self, work_item: WorkItem) -> Listing | ListingError | None:
        """What the fetch task listed; None where it did not get so far."""
        try:
            packed = self.disk.read(listing_path(self.key, str(work_item.name.id)))
        except ListingError as error:
            log.warning("what the fetch task listed is not read: %s", error)
            return None
        return None if packed is None else unpack_listing(packed)

    def clear(self) -> None:
        """Remove all of it."""
        _tell(self.disk.remove_all(self.key))


def _tell(failed: list[str]) -> bool:
    """False where everything could be removed."""
    for line in failed:
        log.warning("could not be removed from the staging place: %s", line)
    return bool(failed)


def fetched(run: Run, work_items: Sequence[WorkItem], *, key: str, given_up: str) -> Fetched | None:
    """What the fetch task brought; None without a staging place.

    given_up : why the wait gave up; '' when it did not
    """
    if run.settings.staging is None:
        return None
    disk = StagingDisk(run.settings.staging)
    for submission, outcome in reversed(run.catalog.attempts(parcel(key, work_items).id, "staging")):
        if outcome is None:
            late = given_up or "the small files had not arrived when the time of the run was over"
            outcome = read_outcome(run, submission, given_up=late)
            if outcome is None:
                return Fetched(key, disk, why_not="its transfer was never accepted by the service")
            run.catalog.finish(submission.submission_id, outcome)
        arrived = (
            submission.items if outcome.status == "SUCCEEDED" else _arrived_all_the_same(run, submission, key)
        )
        return Fetched(key, disk, frozenset(arrived), outcome.detail)
    return Fetched(key, disk, why_not=f"nothing was asked for; the log of task {FETCH} says why")


def _arrived_all_the_same(run: Run, submission: Submission, key: str) -> list[str]:
    """What a failed transfer had copied before; one file that may not be read must not hide all others."""
    staging, prefix = run.any_place("staging"), fetched_path(key, "")
    try:
        moved = list(run.hook.successful_transfers(str(submission.transfer_task_id)))
    except GlobusProviderError as error:
        # Just cancelled, it may not tell yet; what was not read is said, and a later run reads it.
        log.warning("what arrived is not known: %s", error)
        return []
    return [staging.relative(document["destination_path"]).removeprefix(prefix) for document in moved]
