"""DISCOVER: data sets that are in the archive already, into the catalog."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive_flow.routes.route import Route
from archive_flow.run.work_item import FETCH, GROUP, Result, WorkItem
from archive_flow.run.work_item_pages import Part, work_items_of

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.discover.shipment import TextsShipment
    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from session_archive.settings.places import Place
    from session_archive.settings.tables import Limits


class Discover(Route):
    """A data set is archived when a trusted sidecar manifest or a person vouches for it; else it is unverified."""

    name = "discover"
    submit_id = FETCH
    # The rate limit for listings holds within one task, so that tasks which list must run one at a time.
    concurrency = 1
    archives = True

    def group_size(self, limits: Limits) -> int:
        """As many as one task may list and record."""
        return limits.max_batch

    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected | dt.datetime:
        """Match the folders in the archive with the lab's sessions; take up what the catalog does not know."""
        from archive_flow.discover.fetch import clear_stale_files
        from archive_flow.run.report import Selected
        from archive_flow.select.choose import select
        from archive_flow.select.in_archive import InArchive

        group_size = self.group_size(run.settings.limits)
        selected = select(InArchive(run), wait_until=wait_until, group_size=group_size)
        if isinstance(selected, Selected) and not run.selection.dry_run:
            clear_stale_files(run)
        return selected

    def receiver(self, run: Run, work_item: WorkItem) -> Place:
        """Small files are read at the staging place; without one nothing is transferred."""
        return run.settings.staging or run.destination(work_item)

    def shipment(self, context: Context, *, part: Part) -> TextsShipment:
        """The sidecar manifests and text files of all data sets of the group."""
        from archive_flow.discover.fetch import fetch_key
        from archive_flow.discover.shipment import TextsShipment

        return TextsShipment(self.name, fetch_key(context), tuple(work_items_of(context, part)))

    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """List what the fetch task did not list, and record each data set."""
        from archive_flow.discover.fetch import fetch_key
        from archive_flow.discover.record import record_found
        from archive_flow.submissions.previous_tasks import previous_tasks

        given_up = previous_tasks(context, FETCH, GROUP).given_up
        return record_found(run, work_items, key=fetch_key(context), given_up=given_up)


DISCOVER = Discover()
