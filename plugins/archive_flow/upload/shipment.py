"""What an upload sends: the files of one data set that the archive lacks, after a look at the archive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.transfer.checksums import comparable
from archive_flow.transfer.shipment import DataSetShipment
from archive_flow.upload.acquisition import require_as_acquired
from archive_flow.upload.proof import provable
from archive_flow.upload.source_digests import source_digests
from globus_provider.request import TransferItem
from session_archive.errors import MissingDirectoryError
from session_archive.fixity.compare import with_records
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import unvouched
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from session_archive.transfers.destination_plan import plan_transfer
from session_archive.transfers.submission import Promise


@dataclass(frozen=True, slots=True)
class UploadShipment(DataSetShipment):
    """One data set on its way from a rig to the archive."""

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the archive before submitting, since Globus overwrites existing files.

        Raises RefusedError also where a file is not the one that was recorded any more, and nobody else would notice.
        """
        work_item = replace(self.work_item, manifest_id=manifest_id)
        known = run.catalog.replicas.is_proven(work_item.name.id, work_item.destination)
        proven = (
            {file.path: file for file in run.catalog.replicas.files(work_item.name.id).files} if known else {}
        )
        promised = run.catalog.ledger.manifest(manifest_id)
        plan = plan_transfer(
            promised=promised,
            present=_present(run, work_item),
            attempts=accepted_attempts(run, work_item.name.id, work_item.destination),
            proven=proven,
            accepted=accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=manifest_id).covers,
        )
        plan.require_free()
        if plan.unproven and comparable(run, (work_item.origin, work_item.destination)):
            plan = plan.proving(provable(run, work_item, plan.unproven))
        new = unvouched(with_records(promised, Manifest.of(proven.values())))
        require_as_acquired(run, work_item, new)
        return Promise(manifest_id, tuple(file.path for file in plan.items), plan.resumes)

    def items(self, run: Run, promise: Promise) -> tuple[TransferItem, ...]:
        """Each with the checksum that the acquisition program wrote, or that we read at the rig."""
        source, destination = run.origin(self.work_item), run.destination(self.work_item)
        work_item = replace(self.work_item, manifest_id=promise.manifest_id)
        digests = source_digests(run, work_item, read=True)
        return tuple(
            TransferItem(
                source.absolute(path),
                destination.absolute(path),
                external_checksum=digest,
                checksum_algorithm=algorithm,
            )
            for path in promise.items
            for algorithm, digest in [digests.get(path, ("", ""))]
        )

    def submitted(self, run: Run) -> None:
        """The state that people see until its files have arrived."""
        state = self.work_item.state(State.SUBMITTED, "on its way to the archive", run_id=run.run_id)
        run.catalog.states.record([state])


def _present(run: Run, work_item: WorkItem) -> Manifest:
    try:
        return run.list_destination(work_item).manifest
    except MissingDirectoryError:
        return Manifest(())
