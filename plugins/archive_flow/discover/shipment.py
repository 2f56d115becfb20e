"""What a discovery fetches: the sidecar manifests and small text files of many data sets, to be read here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive_flow.discover.fetch import list_work_items, small_files_name
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.transfer.shipment import OwnFolderShipment
from globus_provider.request import TransferItem
from session_archive.errors import DoubtfulListingError, ListingError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing import Listing
from session_archive.listing.packing import pack_listing
from session_archive.recording.completeness import text_files
from session_archive.sidecar.document import most_bytes, newest_revisions
from session_archive.sidecar.staging import StagingDisk, fetched_path, listing_path
from session_archive.transfers.submission import Promise, ShipmentName


@dataclass(frozen=True, slots=True)
class TextsShipment(OwnFolderShipment):
    """The small files of one mapped group.

    route : name of the route that fetches them
    key   : as `fetch_key`
    """

    route: str
    key: str
    work_items: tuple[WorkItem, ...]

    @property
    def name(self) -> ShipmentName:
        """By the key of the group."""
        return small_files_name(self.key, self.work_items)

    @property
    def label(self) -> str:
        """As of its first data set."""
        return transfer_label(self.route, self.work_items[0])

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List every data set, and name the small files to fetch; nothing without a staging place."""
        if run.settings.staging is None:
            return Promise("", ())
        files = _list_small_files(run, StagingDisk(run.settings.staging), self.key, self.work_items)
        saved = run.catalog.ledger.save_manifest(Manifest.of(files))
        paths = tuple(sorted(file.path for file in files))
        return Promise(saved, paths, n_bytes=sum(file.size for file in files))

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """Into the folder of this group."""
        source, staging = run.origin(self.work_items[0]), run.place("staging")
        return lambda path: TransferItem(
            source.absolute(path), staging.absolute(fetched_path(self.key, path))
        )

    def compares(self, promise: Promise) -> bool:
        """Always: an earlier try of this task may have fetched some of the files."""
        return True


def _list_small_files(
    run: Run, disk: StagingDisk, key: str, work_items: tuple[WorkItem, ...]
) -> list[FileEntry]:
    """List every data set, keep the listings for the record task, and name the small files to fetch."""
    disk.make_fetched()
    to_fetch: dict[str, FileEntry] = {}

    def take(work_item: WorkItem, listing: Listing | ListingError) -> None:
        if isinstance(listing, (NoAnswerError, DoubtfulListingError)):
            # The record task lists it again.
            return
        disk.write(listing_path(key, str(work_item.name.id)), pack_listing(listing))
        if not isinstance(listing, ListingError):
            kind = run.settings.conventions.kind(work_item.name.data_set_type)
            to_fetch.update((file.path, file) for file in text_files(listing.manifest.files, kind))
            most = most_bytes(listing.manifest)
            read, _ = newest_revisions(work_item.manifests)
            to_fetch.update((path, FileEntry(path, size, 0)) for path, size in read if size <= most)

    list_work_items(run, work_items, take)
    return list(to_fetch.values())
