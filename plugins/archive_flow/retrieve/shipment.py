"""What a retrieval sends: the chosen files of one data set that the scratch place lacks, after a look at that place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from archive_flow.retrieve.scratch_place import plan_at_submit
from archive_flow.run.context import Run
from archive_flow.run.roots import mark_root
from archive_flow.transfer.checksums import cataloged_algorithm
from archive_flow.transfer.shipment import ChosenFilesShipment
from globus_provider.request import TransferItem
from session_archive.transfers.submission import Promise


@dataclass(frozen=True, slots=True)
class RetrieveShipment(ChosenFilesShipment):
    """Chosen files of one data set on their way from the archive to a scratch place."""

    does = "retrieves"

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the scratch place before submitting, since Globus overwrites existing files."""
        plan = plan_at_submit(run, replace(self.work_item, manifest_id=manifest_id))
        plan.require_free()
        if plan.items:
            mark_root(run, run.destination(self.work_item))
        return plan.promise(manifest_id)

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """With the algorithm of a cataloged digest; the digest itself is not sent.

        One file that does not match it would end the whole transfer.
        """
        source, destination = run.origin(self.work_item), run.destination(self.work_item)
        algorithm = cataloged_algorithm(
            run,
            self.work_item.name.id,
            run.catalog.ledger.manifest(promise.manifest_id),
            (source.name, destination.name),
        )
        return lambda path: TransferItem(
            source.absolute(path), destination.absolute(path), checksum_algorithm=algorithm(path)
        )
