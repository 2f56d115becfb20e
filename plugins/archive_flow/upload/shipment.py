"""What an upload sends: the files of one data set that the archive lacks, after a look at the archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.roots import mark_root
from archive_flow.run.work_item import WorkItem
from archive_flow.submissions.attempts import accepted_attempts, compared_before
from archive_flow.transfer.checksums import comparable
from archive_flow.transfer.shipment import DataSetShipment, with_digests
from archive_flow.upload.acquisition import require_as_acquired
from archive_flow.upload.proof import provable
from archive_flow.upload.source_digests import source_digests
from globus_provider.request import TransferItem
from session_archive.errors import MissingDirectoryError
from session_archive.fixity.compare import with_records
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.versions import version_doubts
from session_archive.fixity.vouchers import COMPARED, Digest, unvouched
from session_archive.states.decisions import Verdict
from session_archive.states.state import State
from session_archive.transfers.attempt import Attempt
from session_archive.transfers.destination_plan import plan_transfer
from session_archive.transfers.submission import Promise


@dataclass(frozen=True, slots=True)
class UploadShipment(DataSetShipment):
    """One data set on its way from a rig to the archive."""

    @property
    def sends(self) -> bool:
        """A proof reads both copies, and sends nothing."""
        return not self.work_item.proof

    @property
    def only_records(self) -> bool:
        """The rig may show other files by now than those that were sent."""
        return bool(self.work_item.submission_id)

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the archive before submitting, since Globus overwrites existing files.

        Raises RefusedError also where a file is not the one that was recorded any more, and nobody else would notice.
        """
        if self.only_records or not self.sends:
            return Promise(manifest_id, ())
        work_item = replace(self.work_item, manifest_id=manifest_id)
        known = run.catalog.replicas.is_proven(work_item.name.id, work_item.destination)
        proven = (
            {
                file.path: file
                for file in run.catalog.replicas.files_at(work_item.name.id, work_item.destination).files
            }
            if known
            else {}
        )
        promised = run.catalog.ledger.manifest(manifest_id)
        present = _present(run, work_item, expected=promised)
        plan = plan_transfer(
            promised=promised,
            present=present,
            attempts=_attempts(run, work_item, promised=promised, present=present),
            proven=proven,
            accepted=accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=manifest_id).covers,
            kept=run.catalog.place_names.of(run.destination(work_item)),
        )
        plan.require_free()
        if plan.unproven and comparable(run, (work_item.origin, work_item.destination)):
            plan = plan.proving(provable(run, work_item, plan.unproven))
        new = unvouched(with_records(promised, Manifest.of(proven.values())))
        require_as_acquired(run, work_item, new)
        if plan.items:
            mark_root(run, run.destination(work_item))
        return plan.promise(manifest_id)

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """With the checksum that the acquisition program wrote, or that we read at the rig."""
        source, destination = run.origin(self.work_item), run.destination(self.work_item)
        work_item = replace(self.work_item, manifest_id=promise.manifest_id)
        # Where another copy has the file already, this one must get the same bytes, whatever its origin has by now.
        digests = _of_other_copies(run, work_item) | source_digests(run, work_item, read=True)
        return with_digests(source, destination, digests)

    def submitted(self, run: Run) -> None:
        """The state that people see until its files have arrived."""
        self.stands(run, "")

    def stands(self, run: Run, words: str) -> None:
        """The same state, with what a person has to do."""
        reason = words or "on its way to the archive"
        state = self.work_item.state(State.SUBMITTED, reason, run_id=run.run_id)
        run.catalog.states.record([state])


def _of_other_copies(run: Run, work_item: WorkItem) -> dict[str, Digest]:
    """Path -> digest that the catalog has of a copy elsewhere, unless a person accepted the file without it."""
    if not work_item.copy_at or not run.catalog.replicas.archived_among([work_item.name.id]):
        return {}
    doubted = accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=work_item.manifest_id)
    files = run.catalog.replicas.files(work_item.name.id).files
    return {
        file.path: (file.checksum_algorithm, file.checksum)
        for file in files
        if file.checksum and not doubted.covers(file.path)
    }


def _present(run: Run, work_item: WorkItem, *, expected: Manifest) -> Manifest:
    try:
        return run.list_destination(work_item, expected=expected).manifest
    except MissingDirectoryError:
        return Manifest(())


def _attempts(run: Run, work_item: WorkItem, *, promised: Manifest, present: Manifest) -> list[Attempt]:
    """Our earlier transfers; what Globus compared does not count where another version of a file may have arrived."""
    attempts = accepted_attempts(run, work_item.name.id, work_item.destination)
    compared = compared_before(attempts, promised=promised, present=present)
    doubts = version_doubts(
        promised,
        in_archive=present,
        not_shown=(),
        skipped={path for path, digest in compared.items() if digest == COMPARED},
    )
    return [attempt.without_comparison(doubts) for attempt in attempts]
