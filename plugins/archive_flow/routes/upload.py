"""UPLOAD: new sessions from the rigs to the archive, every night.

What a step does is imported where it is done: a task does one step, and Airflow reads the DAG file for each task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.routes.archiving import ArchivingRoute
from session_archive.errors import ListingError, MissingDirectoryError, NoAnswerError
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from archive_flow.run.work_item import Result, WorkItem


class Upload(ArchivingRoute):
    """To each location of its type, from the rig."""

    name = "upload"
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


UPLOAD = Upload()
