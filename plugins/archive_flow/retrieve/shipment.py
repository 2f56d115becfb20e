"""What a retrieval sends: the chosen files of one data set that the scratch place lacks, after a look at that place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from archive_flow.retrieve.scratch_place import plan_at_submit
from archive_flow.run.context import Run
from archive_flow.run.roots import mark_root
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.unfinished_limit import TRY_AGAIN_AFTER
from archive_flow.transfer.checksums import cataloged_algorithm
from archive_flow.transfer.shipment import DataSetShipment
from globus_provider.errors import NotNow
from globus_provider.request import TransferItem
from session_archive.transfers.submission import Promise, Submission


@dataclass(frozen=True, slots=True)
class RetrieveShipment(DataSetShipment):
    """Chosen files of one data set on their way from the archive to a scratch place."""

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the scratch place before submitting, since Globus overwrites existing files."""
        plan = plan_at_submit(run, replace(self.work_item, manifest_id=manifest_id))
        plan.require_free()
        if plan.items:
            mark_root(run, run.destination(self.work_item))
        paths = tuple(file.path for file in plan.items)
        return Promise(manifest_id, paths, plan.resumes, plan.existing, plan.n_bytes)

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

    def still_right(self, run: Run, promised: Submission) -> bool:
        """Never for files that another retrieval chose."""
        same_files = promised.manifest_id == self.work_item.manifest_id
        return same_files and DataSetShipment.still_right(self, run, promised)

    def require_same(self, run: Run, promised: Submission) -> None:
        """Wait for another retrieval that chose other files of this data set; its run may have died."""
        if promised.manifest_id == self.work_item.manifest_id:
            return
        settle(run)
        raise NotNow(
            TRY_AGAIN_AFTER, f"run {promised.run_id} retrieves other files of {self.work_item.data_set}"
        )
