"""What a flow is: the functions in which one flow differs from another. The flows are in `archive_flow/routes/`."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive_flow.run.work_item import SUBMIT

if TYPE_CHECKING:
    from airflow.sdk import Context

    from archive_flow.run.context import Run
    from archive_flow.run.report import Selected
    from archive_flow.run.work_item import Result, WorkItem
    from archive_flow.run.work_item_pages import Part
    from archive_flow.transfer.shipment import Shipment
    from session_archive.settings.places import Place
    from session_archive.settings.tables import Limits


class Route(ABC):
    """One flow: choose data sets, look at each or transfer files of it, verify and record.

    name            : in the ledger, in labels, and as `found_by` of replicas
    concurrency     : how many groups of a run list at the same time; None for any number
    archives        : it can make a data set archived
    asks_first      : a person may have to approve before anything is transferred
    asks_why        : who approves gives a reason, which the catalog keeps
    nightly         : messages say whether it ends, and how
    copies_sidecars : at its end, sidecar manifests of archived data sets are copied into the archive
    submit_id       : of the task that submits the transfer of a mapped group, if it has one
    """

    name: str
    concurrency: int | None = None
    archives: bool = False
    asks_first: bool = False
    asks_why: bool = False
    nightly: bool = False
    copies_sidecars: bool = False
    submit_id: str = SUBMIT

    def group_size(self, limits: Limits) -> int:
        """How many data sets one mapped group takes at most; a transfer moves a single one."""
        return 1

    @abstractmethod
    def choose(self, run: Run, *, wait_until: dt.datetime | None = None) -> Selected | dt.datetime:
        """The data sets that this run takes up, and the report on all others; or the time at which to choose again.

        wait_until : UTC; the latest time at which this run may choose again; None if this choice is final
        """

    @abstractmethod
    def record(self, run: Run, work_items: Sequence[WorkItem], context: Context) -> list[Result]:
        """Verify and record each data set of a mapped group, in a transaction of its own."""

    @abstractmethod
    def receiver(self, run: Run, work_item: WorkItem) -> Place:
        """The place that the transfer of a mapped group writes to."""

    @abstractmethod
    def shipment(self, context: Context, *, part: Part) -> Shipment:
        """The transfer of a mapped group."""
