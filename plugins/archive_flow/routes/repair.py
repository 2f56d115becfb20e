"""REPAIR: damaged files of the archive, from a good copy, after a person's yes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive_flow.routes.transfer import TransferRoute
from archive_flow.run.work_item import APPROVE, APPROVED
from archive_flow.run.work_item_pages import Part, only_work_item_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.repair.shipment import RepairShipment
    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from archive_flow.run.work_item import Result, WorkItem
    from session_archive.states.state import State
    from session_archive.transfers.ending import Arrived, NothingToMove


class Repair(TransferRoute):
    """A damaged file is set aside, sent again and compared; then its damage has ended, and the catalog says by whom."""

    name = "repair"
    asks_first = True
    asks_why = True

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected | dt.datetime:
        """The damaged data sets that the params name, with a good copy of each file."""
        from archive_flow.repair.choose import choose_repairs

        return choose_repairs(run)

    def shipment(self, context: Context, *, part: Part) -> RepairShipment:
        """The damaged files, and whose yes it is."""
        from archive_flow.repair.shipment import RepairShipment
        from session_archive.assess.repair import Yes

        approved = context["ti"].xcom_pull(task_ids=APPROVE, key=APPROVED)
        return RepairShipment(
            self.name,
            only_work_item_of(context, part),
            yes=Yes(**approved) if approved else None,
            why=str(context["params"].get("why") or "").strip(),
        )

    def verify_and_record(self, run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> Result:
        """Compare the archive with the catalog."""
        from archive_flow.repair.verify import verify_repair

        return verify_repair(run, work_item, ending)

    def keep_state(self, run: Run, work_item: WorkItem, state: State, reason: str) -> Result:
        """What was not repaired stays damaged in the catalog."""
        return work_item.result(state, reason)


REPAIR = Repair()
