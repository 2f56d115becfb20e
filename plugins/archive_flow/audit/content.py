"""AUDIT: looks at one copy with its content: read in place, or where a transfer has brought it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.audit.read import read_brought, read_content
from archive_flow.audit.record import audit_copies, not_seen
from archive_flow.audit.scratch import remove_brought
from archive_flow.audit.shipment import AuditShipment
from archive_flow.run.work_item import Result
from archive_flow.submissions.ending import ending_of
from session_archive.transfers.ending import Arrived, NothingToMove, UnderWay, state_without_arrival

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.work_item import WorkItem
    from archive_flow.submissions.previous_tasks import PreviousTasks


def audit_in_place(run: Run, work_item: WorkItem) -> list[Result]:
    """Look at a copy, and read it on the disk of the archive."""
    return audit_copies(run, [work_item], read=partial(read_content, run, run.origin(work_item)))


def audit_brought(run: Run, shipment: AuditShipment, tasks: PreviousTasks) -> list[Result]:
    """Look at a copy, read what was brought of it, record that, and only then remove what was brought.

    Where it did not arrive, no look is recorded: a half audit is none.
    """
    work_item, key = shipment.work_item, shipment.key
    place = run.destination(work_item)
    ending = ending_of(run, shipment.name, tasks)
    if isinstance(ending, Arrived | NothingToMove):
        arrived = ending if isinstance(ending, Arrived) else None
        read = partial(
            read_brought, run, place, key=key, reported=arrived.outcome.checksums if arrived else {}
        )
        results = audit_copies(
            run, [work_item], read=read, submission_id=arrived.submission.submission_id if arrived else None
        )
    else:
        not_arrived = state_without_arrival(ending)
        assert not_arrived is not None, "every other ending has a reason"
        result = not_seen(run, work_item, f"its content was not read: {not_arrived[1]}")
        # What is under way is no failure: a later audit brings it again.
        results = [replace(result, unlisted=not isinstance(ending, UnderWay))]
    remove_brought(run, place, key)
    return results
