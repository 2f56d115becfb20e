"""RETRIEVE: data sets, or chosen files of them, from the archive to a scratch place."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.work_item_pages import Part, only_work_item_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.retrieve.shipment import RetrieveShipment
    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from archive_flow.run.work_item import Result, WorkItem
    from session_archive.states.state import State
    from session_archive.transfers.ending import Arrived, NothingToMove


class Retrieve(TransferRoute):
    """A data set is retrieved when the chosen files are at the scratch place as cataloged."""

    name = "retrieve"
    asks_first = True

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected | dt.datetime:
        """What the params request of the catalog."""
        from archive_flow.retrieve.choose import choose_data_sets

        return choose_data_sets(run)

    def shipment(self, context: Context, *, part: Part) -> RetrieveShipment:
        """The chosen files that the scratch place lacks."""
        from archive_flow.retrieve.shipment import RetrieveShipment

        return RetrieveShipment(self.name, only_work_item_of(context, part))

    def verify_and_record(self, run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> Result:
        """Compare the scratch place with the catalog."""
        from archive_flow.retrieve.record import record_retrieval
        from archive_flow.retrieve.verify import verify_retrieval

        return record_retrieval(run, work_item, verify_retrieval(run, work_item, ending))

    def keep_state(self, run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
        """A retrieval changes no state of the archive."""
        return work_item.result(state, reason)


RETRIEVE = Retrieve()
