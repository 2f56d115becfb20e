"""AUDIT: what is archived is looked at again, and compared with the catalog."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive_flow.routes.route import Route
from archive_flow.run.work_item import Result, WorkItem

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from session_archive.settings.tables import Limits


class Audit(Route):
    """Nothing is sent: each copy is listed, and one that is no longer as cataloged is damaged."""

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

    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """List each copy, and record what was seen."""
        from archive_flow.audit.record import audit_copies

        return audit_copies(run, work_items)


AUDIT = Audit()
