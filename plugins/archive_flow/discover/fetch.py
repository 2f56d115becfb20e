"""Lists the files of many data sets in the archive, and finds those that were fetched to the staging place."""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive_flow.run.context import Run
from archive_flow.run.readers import globus_reader
from archive_flow.run.roots import require_root
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.inquiry import no_answer
from archive_flow.submissions.outcome import read_outcome
from globus_provider.errors import GlobusProviderError
from session_archive import clock
from session_archive.errors import ArchiveError, ListingError, MissingDirectoryError
from session_archive.listing import Listing, list_each, local_file_reader
from session_archive.listing.packing import unpack_listing
from session_archive.naming.session_name import NAMESPACE
from session_archive.sidecar.staging import StagingDisk, fetched_path, listing_path
from session_archive.transfers.submission import Outcome, ShipmentName, Submission, small_files_id

if TYPE_CHECKING:
    from airflow.sdk import Context

    from session_archive.settings.places import Place

log = logging.getLogger(__name__)

#: The route of these transfers in the ledger.
FETCH = "fetch"
#: Seconds between two log lines about the progress of a listing.
LOG_EVERY = 30.0

#: For how long a failed task can be cleared and still finds the files that it had fetched.
STALE_AFTER = dt.timedelta(days=30)

#: Receives the listing of one data set, or why it could not be listed.
Take = Callable[[WorkItem, Listing | ListingError], None]


def fetch_key(context: Context) -> str:
    """Names what one mapped group fetches; the same in all of its tasks and tries."""
    ti = context["ti"]
    return str(uuid.uuid5(NAMESPACE, f"fetch {ti.dag_id} {ti.run_id} {ti.map_index}"))


def _is_key(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def list_work_items(run: Run, work_items: Sequence[WorkItem], take: Take, *, partial: bool = False) -> None:
    """List the files of each data set, several directories at a time; `take` receives each as soon as it is listed.

    partial : one of several folders of a data set may be missing
    """
    if not work_items:
        return
    place = run.origin(work_items[0])
    logged, done, files = time.monotonic(), 0, 0

    def taken(position: int, listing: Listing | ListingError) -> None:
        nonlocal logged, done, files
        done += 1
        files += 0 if isinstance(listing, ListingError) else len(listing.manifest.files)
        take(work_items[position], _unless_unmounted(run, place, listing))
        if time.monotonic() - logged > LOG_EVERY or done == len(work_items):
            logged = time.monotonic()
            log.info("%s: %d of %d data sets listed, %d files", place.name, done, len(work_items), files)

    list_each(
        globus_reader(run.hook_of(place.name), place, rate=run.rate),
        [(work_item.directory, work_item.name.data_set_type) for work_item in work_items],
        taken,
        conventions=run.settings.conventions,
        concurrency=run.settings.globus.listings_at_once,
        partial=partial,
    )


def _unless_unmounted(run: Run, place: Place, listing: Listing | ListingError) -> Listing | ListingError:
    """A folder is missing only in a root that is not doubtful."""
    if isinstance(listing, MissingDirectoryError):
        try:
            require_root(run, place)
        except ListingError as error:
            return error
    return listing


def clear_stale_files(run: Run) -> None:
    """Remove from the staging place the files of tasks that died, once they are too old for another try.

    Only files that the ledger knows as fetched by this package, in a folder that it made; the log names the rest.
    """
    if run.settings.staging is None:
        return
    disk = StagingDisk(run.settings.staging)
    stale = disk.stale_files(before=clock.utc_now() - STALE_AFTER)
    for line in stale.skipped:
        log.warning("not cleared: %s", line)
    ids = {name: small_files_id(_subject(name)) for name in stale.names if _is_key(name)}
    ours = run.catalog.ledger.ever_begun(set(ids.values()), route=FETCH)
    unknown = [name for name in stale.names if ids.get(name) not in ours]
    for name in sorted(set(stale.names) - set(unknown)):
        if not _log_failures(disk.sweep(name)):
            log.info("removed from the staging place: stale files of an earlier run, %s", name)
    if unknown:
        log.warning(
            "left in the staging place: %d old entries of no transfer in the ledger, such as %r; "
            "remove by hand those that are not needed",
            *(len(unknown), unknown[0]),
        )


def small_files_name(key: str, work_items: Sequence[WorkItem]) -> ShipmentName:
    """What one mapped group fetches, as the ledger names it."""
    what = _subject(key)
    return ShipmentName(small_files_id(what), what, FETCH, work_items[0].origin, "staging")


def _subject(key: str) -> str:
    return f"texts {key}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The files of one group's data sets in the staging place.

    key     : of the group
    arrived : paths that Globus has copied and compared
    why_not : why the others did not arrive; '' if all did
    """

    key: str
    disk: StagingDisk
    arrived: frozenset[str] = frozenset()
    why_not: str = ""

    def read(self, path: str, most: int) -> bytes:
        """The beginning of a file that has arrived, by its path in the archive. Raises ListingError, naming it."""
        return local_file_reader(self.disk.root)(fetched_path(self.key, path), most)

    def listing(self, work_item: WorkItem) -> Listing | ListingError | None:
        """The listing of the fetch task; None if it did not get so far."""
        try:
            packed = self.disk.read(listing_path(self.key, str(work_item.name.id)))
        except ListingError as error:
            log.warning(
                "the listing of the fetch task cannot be read, so the files are listed again: %s", error
            )
            return None
        return None if packed is None else unpack_listing(packed)

    def clear(self) -> None:
        """Remove all of it."""
        _log_failures(self.disk.remove_all(self.key))


def _log_failures(failed: list[str]) -> bool:
    """Log what could not be removed; False if there is nothing."""
    for line in failed:
        log.warning("could not be removed from the staging place: %s", line)
    return bool(failed)


def fetched(run: Run, work_items: Sequence[WorkItem], *, key: str, given_up: str) -> Fetched | None:
    """The files that the fetch task fetched; None without a staging place.

    given_up : why the wait gave up; '' if it did not
    """
    if run.settings.staging is None:
        return None
    disk = StagingDisk(run.settings.staging)
    for submission, outcome in reversed(
        run.catalog.ledger.attempts(small_files_name(key, work_items).id, "staging")
    ):
        if outcome is None:
            late = given_up or "the small files had not arrived by the deadline of the run"
            try:
                read = read_outcome(run, submission, given_up=late)
            except (GlobusProviderError, ArchiveError) as error:
                if error.retryable and run.tries_left:
                    raise
                standing = no_answer(run, submission, error)
                return Fetched(key, disk, why_not=standing.message(submission.data_set, now=clock.utc_now()))
            if not isinstance(read, Outcome):
                return Fetched(key, disk, why_not="its transfer was never accepted by the service")
            outcome = read
            run.catalog.ledger.finish(submission.submission_id, outcome)
        arrived = submission.items if outcome.succeeded else _arrived_before_failure(run, submission, key)
        return Fetched(key, disk, frozenset(arrived), outcome.detail)
    return Fetched(key, disk, why_not=f"no transfer was submitted; the log of task {FETCH} says why")


def _arrived_before_failure(run: Run, submission: Submission, key: str) -> list[str]:
    """The files that a failed transfer had copied; one unreadable file must not hide all others."""
    staging, prefix = run.place("staging"), fetched_path(key, "")
    try:
        moved = list(
            run.hook_of(submission.source, submission.destination).successful_transfers(
                str(submission.transfer_task_id)
            )
        )
    except GlobusProviderError as error:
        # A transfer that was just cancelled may not report yet. Unread files are reported, and a later run reads them.
        log.warning("Globus does not say which files arrived: %s", error)
        return []
    return [staging.relative(document["destination_path"]).removeprefix(prefix) for document in moved]
