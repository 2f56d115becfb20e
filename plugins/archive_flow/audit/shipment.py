"""What an audit brings to a scratch place: the files of one copy whose content no worker can read in the archive."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive_flow.audit.scratch import ledger_id, require_usable
from archive_flow.retrieve.scratch_place import require_space
from archive_flow.run.context import Run
from archive_flow.run.roots import mark_root, require_root
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.transfer.checksums import cataloged_algorithm
from archive_flow.transfer.shipment import OwnFolderShipment
from globus_provider.request import TransferItem
from session_archive.assess.brought_copy import as_brought, in_archive, worth_bringing
from session_archive.errors import MissingDirectoryError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.session_name import NAMESPACE
from session_archive.transfers.submission import Promise, ShipmentName

if TYPE_CHECKING:
    from airflow.sdk import Context


def audit_key(context: Context, work_item: WorkItem) -> str:
    """Names what one run brings of a data set; the same in all tasks and tries."""
    words = f"audit {context['dag'].dag_id} {context['run_id']} {work_item.data_set} {work_item.origin}"
    return str(uuid.uuid5(NAMESPACE, words))


def brings(work_item: WorkItem) -> bool:
    """Whether its copy is brought to a scratch place; else it is looked at where it is."""
    return work_item.destination != work_item.origin


@dataclass(frozen=True, slots=True)
class AuditShipment(OwnFolderShipment):
    """The copy of one data set on its way to a folder of this mapped group; nothing for a group that only lists.

    route : name of the route
    key   : as `audit_key`
    """

    route: str
    key: str
    work_item: WorkItem

    @property
    def sends(self) -> bool:
        """Most groups list, or read in place."""
        return brings(self.work_item)

    @property
    def name(self) -> ShipmentName:
        """By the key of the group: two audits never write to the same folder."""
        item = self.work_item
        return ShipmentName(ledger_id(self.key), item.data_set, self.route, item.origin, item.destination)

    @property
    def label(self) -> str:
        """As of its data set."""
        return transfer_label(self.route, self.work_item)

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the copy, and name the files to bring. Raises RefusedError, ListingError."""
        if not self.sends:
            return Promise(manifest_id, ())
        place = run.destination(self.work_item)
        require_usable(run, place)
        require_root(run, place)
        found = as_brought(self._files(run), self.key)
        require_space(place, found.n_bytes)
        if found.files:
            mark_root(run, place)
        saved = run.catalog.ledger.save_manifest(found)
        return Promise(saved, tuple(file.path for file in found.files), n_bytes=found.n_bytes)

    def _files(self, run: Run) -> tuple[FileEntry, ...]:
        item = self.work_item
        require_root(run, run.origin(item))
        copies = run.catalog.audited_copies.of({item.name.id}, item.origin)
        try:
            listing = run.list_origin(item, partial=True).require_whole()
        except MissingDirectoryError:
            return ()
        return tuple(
            file
            for copy in copies
            for file in worth_bringing(run.catalog.audited_copies.files(copy), listing.manifest)
        )

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """With the algorithm of the cataloged checksum, so that what Globus reports can be compared."""
        source, place = run.origin(self.work_item), run.destination(self.work_item)
        brought = run.catalog.ledger.manifest(promise.manifest_id)
        files = Manifest.of(replace(file, path=in_archive(file.path, self.key)) for file in brought.files)
        algorithm = cataloged_algorithm(run, self.work_item.name.id, files, (source.name, place.name))

        def of(path: str) -> TransferItem:
            original = in_archive(path, self.key)
            return TransferItem(
                source.absolute(original), place.absolute(path), checksum_algorithm=algorithm(original)
            )

        return of
