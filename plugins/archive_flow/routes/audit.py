"""AUDIT: what is archived is looked at again, and compared with the catalog."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive_flow.routes.route import Route
from archive_flow.run.work_item import GROUP, SUBMIT, Result, WorkItem
from archive_flow.run.work_item_pages import Part, work_items_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.audit.shipment import AuditShipment
    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from session_archive.settings.places import Place
    from session_archive.settings.tables import Limits


class Audit(Route):
    """Each copy is listed, and one that is no longer as cataloged is damaged.

    Nothing is sent to an archive. A copy that no worker can read is brought to a scratch place, if there is one for it.
    """

    name = "audit"
    # The rate limit for listings holds within one task, so that tasks which list must run one at a time.
    concurrency = 1

    def group_size(self, limits: Limits) -> int:
        """As many as one task may list and record."""
        return limits.max_batch

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected:
        """The copies that were not looked at for the longest time."""
        from archive_flow.audit.choose import choose_copies

        return choose_copies(run)

    def receiver(self, run: Run, work_item: WorkItem) -> Place:
        """The scratch place of audits; where nothing is brought, the location itself."""
        return run.destination(work_item)

    def shipment(self, context: Context, *, part: Part) -> AuditShipment:
        """The copy that is to be read at the scratch place; nothing for a group that lists."""
        from archive_flow.audit.shipment import AuditShipment, audit_key

        first = work_items_of(context, part)[0]
        return AuditShipment(self.name, audit_key(context, first), first)

    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """List each copy, read its content where that was chosen, and record what was seen."""
        from archive_flow.audit.content import audit_brought, audit_in_place
        from archive_flow.audit.record import audit_copies
        from archive_flow.audit.shipment import AuditShipment, audit_key
        from archive_flow.submissions.previous_tasks import previous_tasks

        first, *more = work_items
        if not first.proof:
            return audit_copies(run, work_items)
        assert not more, "each copy that is read has a group of its own"
        shipment = AuditShipment(self.name, audit_key(context, first), first)
        if not shipment.sends:
            return audit_in_place(run, first)
        return audit_brought(run, shipment, previous_tasks(context, SUBMIT, GROUP))


AUDIT = Audit()
