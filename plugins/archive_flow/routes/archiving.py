"""A flow that makes one more copy in an archive: UPLOAD from the rigs, REPLICATE from another location."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.work_item_pages import Part, only_work_item_of
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from archive_flow.run.work_item import Result, WorkItem
    from archive_flow.upload.shipment import UploadShipment
    from session_archive.transfers.ending import Arrived, Ending, NothingToMove


class ArchivingRoute(TransferRoute):
    """A copy is archived when the archive's listing is the promised manifest, and every file has a voucher."""

    archives = True

    def shipment(self, context: Context, *, part: Part) -> UploadShipment:
        """The files that the archive lacks."""
        from archive_flow.upload.shipment import UploadShipment

        return UploadShipment(self.name, only_work_item_of(context, part))

    def _record(self, run: Run, work_item: WorkItem, ending: Ending) -> Result:
        from archive_flow.upload.left_behind import left_behind
        from archive_flow.upload.mismatch import record_mismatch
        from session_archive.transfers.ending import Failed, NothingToMove

        if isinstance(ending, Failed) and (ending.outcome.mismatch or ending.outcome.not_supported):
            return record_mismatch(run, work_item, ending)
        if isinstance(ending, Failed) and work_item.submission_id and left_behind(run, work_item).complete:
            # Globus' failure is a claim too; what lies in the archive decides.
            ending = NothingToMove()
        return super()._record(run, work_item, ending)

    def verify_and_record(self, run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> Result:
        """Compare what the origin and the archive list now with what was promised."""
        from archive_flow.upload.record import record_upload
        from archive_flow.upload.verify import promised_files, verify_upload

        work_item, promised = promised_files(run, work_item, ending)
        words = "the transfer is over; the files that arrived are being compared"
        self.keep_state(run, work_item, State.VERIFYING, words)
        return record_upload(run, work_item, verify_upload(run, work_item, promised, ending))

    def keep_state(self, run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
        """The catalog keeps the state, which people see."""
        from archive_flow.upload.record import keep_state

        return keep_state(run, work_item, state, reason)
