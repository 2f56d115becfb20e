"""A flow that transfers data sets: UPLOAD and RETRIEVE verify and record when the transfer of a data set is over."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.routes.route import Route
from archive_flow.run.work_item import GROUP, SUBMIT, Result, WorkItem
from session_archive.errors import ListingError, SettingsError
from session_archive.states.state import State

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from session_archive.settings.places import Place
    from session_archive.transfers.ending import Arrived, Ending, NothingToMove


class TransferRoute(Route):
    """One transfer for each data set."""

    def receiver(self, run: Run, work_item: WorkItem) -> Place:
        """Where its files must be seen."""
        return run.destination(work_item)

    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """Where its files cannot be listed, the data set fails for that reason, not as incomplete.

        A place or type that archive.toml no longer has fails the data set too; the ledger has its transfer.
        """
        from archive_flow.submissions.ending import ending_of
        from archive_flow.submissions.previous_tasks import previous_tasks
        from archive_flow.transfer.shipment import data_set_name

        (work_item,) = work_items
        try:
            tasks = previous_tasks(context, SUBMIT, GROUP)
            name = data_set_name(self.name, work_item)
            ending = ending_of(run, name, tasks, submission_id=work_item.submission_id)
            return [self._record(run, work_item, ending)]
        except (ListingError, SettingsError) as error:
            if error.retryable and run.tries_left:
                raise
            return [self.keep_state(run, work_item, State.FAILED, f"not compared: {error}")]

    def _record(self, run: Run, work_item: WorkItem, ending: Ending) -> Result:
        from session_archive.transfers.ending import Arrived, NothingToMove, UnderWay, state_without_arrival

        if state := state_without_arrival(ending):
            result = self.keep_state(run, work_item, *state)
            return replace(result, waiting=isinstance(ending, UnderWay) and bool(ending.needs_person))
        assert isinstance(ending, Arrived | NothingToMove), "every other ending has a state"
        return self.verify_and_record(run, work_item, ending)

    @abstractmethod
    def verify_and_record(self, run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> Result:
        """Compare what is at the destination with what was promised, and record it. Raises ListingError."""

    @abstractmethod
    def keep_state(self, run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
        """The result of a data set that is not verified."""
