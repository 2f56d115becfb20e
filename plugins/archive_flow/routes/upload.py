"""UPLOAD: new sessions from the rigs to the archive, every night.

What a step does is imported where it is done: a task does one step, and Airflow reads the DAG file for each task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.work_item_pages import Part, only_work_item_of
from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from archive_flow.run.work_item import Result, WorkItem
    from archive_flow.upload.shipment import UploadShipment
    from session_archive.transfers.ending import Arrived, Ending, NothingToMove


class Upload(TransferRoute):
    """A data set is archived when the archive's listing is the promised manifest, and every file has a voucher."""

    name = "upload"
    archives = True
    nightly = True
    copies_sidecars = True

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected | dt.datetime:
        """Match the folders on the rigs with the lab's sessions; take up what is ready."""
        from archive_flow.run.report import Selected
        from archive_flow.select.choose import select
        from archive_flow.select.on_rig import OnRig
        from archive_flow.submissions.unattended import unattended

        selected = select(OnRig(run), wait_until=wait_until)
        if not isinstance(selected, Selected) or run.selection.dry_run:
            return selected
        others = unattended(run, taken_up={(each.data_set, each.destination) for each in selected.work_items})
        return replace(selected, report=selected.report.with_transfers(others.waiting, others.unknown))

    def shipment(self, context: Context, *, part: Part) -> UploadShipment:
        """The files that the archive lacks."""
        from archive_flow.upload.shipment import UploadShipment

        return UploadShipment(self.name, only_work_item_of(context, part))

    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """A data set that is proven was not sent: its copies are read here."""
        (work_item,) = work_items
        return [self._prove(run, work_item)] if work_item.proof else super().record(run, work_items, context)

    def _prove(self, run: Run, work_item: WorkItem) -> Result:
        from archive_flow.upload.read_copies import prove_by_rig

        try:
            return prove_by_rig(run, work_item)
        except ListingError as error:
            if error.retryable and run.tries_left:
                raise
            gone = isinstance(error, MissingDirectoryError)
            state = State.FAILED if gone else State.UNVERIFIED
            result = self.keep_state(run, work_item, state, f"not read to prove it: {error}")
            return replace(result, unlisted=isinstance(error, NoAnswerError))

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
        """Compare what the rig and the archive list now with what was promised."""
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


UPLOAD = Upload()
