"""One transfer: what it may move, and its record in the ledger. The kinds of shipment are in the rooms above."""

from __future__ import annotations

import datetime as dt
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from archive_flow.run.context import Run, open_run
from archive_flow.run.errors import airflow_errors
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.submissions.resume import answered, promised_before
from archive_flow.submissions.unfinished_limit import not_now, require_room
from archive_flow.transfer.checksums import fitted, known_checksums
from globus_provider.request import TransferItem, TransferItems
from globus_provider.store import StoredSubmission
from session_archive import clock
from session_archive.errors import RefusedError
from session_archive.states.refusal import Refusal
from session_archive.transfers.submission import Promise, ShipmentName, Submission

if TYPE_CHECKING:
    from airflow.sdk import Context


class Shipment(ABC):
    """One transfer to be made."""

    @property
    @abstractmethod
    def name(self) -> ShipmentName:
        """Its name in the ledger."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The label of its Globus task."""

    @abstractmethod
    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the destination, and decide what may be sent of a manifest. Raises RefusedError, ListingError."""

    @abstractmethod
    def items(self, run: Run, promise: Promise) -> tuple[TransferItem, ...]:
        """The promised files with their paths at both ends."""

    @property
    def sends(self) -> bool:
        """False for a group that moves nothing and has moved nothing, so that there is nothing to attach to."""
        return True

    @property
    def only_records(self) -> bool:
        """Whether nothing is sent, so that it needs no room at the service: an earlier transfer is recorded."""
        return False

    def still_right(self, run: Run, promised: Submission) -> bool:
        """Whether a new look allows exactly the transfer of a submission whose answer was never seen."""
        try:
            promise = self.promise(run, promised.manifest_id)
        except RefusedError:
            return False
        return not promised.resumes and promise == Promise(promised.manifest_id, promised.items)

    def require_same(self, run: Run, promised: Submission) -> None:
        """Raise NotNow where the transfer under way is not this one, and must end first."""
        return

    def submitted(self, run: Run) -> None:
        """Record that it is on its way."""
        return

    def limit(self, run: Run) -> dt.timedelta:
        """Globus gives up so long after the submission."""
        return dt.timedelta(seconds=run.settings.limits.transfer_deadline)

    def compares(self, promise: Promise) -> bool:
        """Whether Globus has to compare existing files before it copies."""
        return promise.resumes


def data_set_name(route: str, work_item: WorkItem) -> ShipmentName:
    """The name of a data set's transfer."""
    return ShipmentName(
        id=work_item.name.id,
        what=work_item.data_set,
        route=route,
        origin=work_item.origin,
        destination=work_item.destination,
        manifest_id=work_item.manifest_id,
    )


@dataclass(frozen=True, slots=True)
class DataSetShipment(Shipment):
    """Files of one data set.

    route : name of the route that sends them
    """

    route: str
    work_item: WorkItem

    @property
    def name(self) -> ShipmentName:
        """As its data set."""
        return data_set_name(self.route, self.work_item)

    @property
    def label(self) -> str:
        """It contains the id of the manifest."""
        return transfer_label(self.route, self.work_item)


def transfer_items(run: Run, shipment: Shipment, promise: Promise) -> TransferItems:
    """What is promised, as it is sent: nothing is requested of a place that its storage cannot compute."""
    places = (shipment.name.origin, shipment.name.destination)
    known = known_checksums(run, places)
    comparable = known.comparison(places) is not None
    return TransferItems(
        items=fitted(shipment.items(run, promise), known, places),
        sync_level="checksum" if shipment.compares(promise) and comparable else None,
        deadline=shipment.limit(run),
        verify_checksum=comparable,
    )


@dataclass(frozen=True)
class LedgerStore:
    """The submission store of every shipment: the ledger in the catalog, the decisive record of all submissions.

    Each method opens and closes the catalog, since Globus may be waited for in between.

    route : its name
    """

    context: Context
    route: str
    shipment: Shipment

    def load(self) -> StoredSubmission | None:
        """The attempt to attach to, None for a new one. Raises NotNow while too many transfers are unfinished."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            if not self.shipment.sends:
                return None
            promised = promised_before(run, self.shipment.name)
            if promised is not None:
                promised = answered(
                    run, promised, still_right=partial(self.shipment.still_right, run, promised)
                )
            if promised is None:
                if not self.shipment.only_records:
                    require_room(run)
                return None
            self.shipment.require_same(run, promised)
        task = promised.transfer_task_id
        return StoredSubmission(
            submission_id=str(promised.submission_id), task_id=str(task) if task else None
        )

    def items(self) -> TransferItems:
        """The files to send; where some of them exist already, Globus compares checksums before it copies."""
        return self._promised[1]

    @cached_property
    def _promised(self) -> tuple[Promise, TransferItems]:
        """What this task promises, and the same as the operator sends it; looked up once."""
        with airflow_errors(), open_run(self.route, self.context) as run:
            promise = self._promise(run)
            self.context["ti"].xcom_push(key="n_items", value=len(promise.items))
            return promise, transfer_items(run, self.shipment, promise)

    def _promise(self, run: Run) -> Promise:
        """Exactly the items of an attempt under way, which `load` has checked; else those that a new look allows."""
        name = self.shipment.name
        if under_way := run.catalog.ledger.open_submission(name.id, name.route, name.destination):
            return Promise(under_way.manifest_id, under_way.items, under_way.resumes)
        try:
            return self.shipment.promise(run, name.manifest_id)
        except RefusedError as error:
            refusal = Refusal(name.id, name.what, name.destination, str(error), error.files, run.run_id)
            run.catalog.refusals.record([refusal])
            self.context["ti"].xcom_push(key="refused", value=str(error))
            raise

    def save(self, *, submission_id: str, task_id: str | None = None) -> None:
        """Commit the submission before the call, and the task's id after it.

        Raises NotNow while too many transfers are unfinished.
        """
        promise, _ = self._promised
        with airflow_errors(), open_run(self.route, self.context) as run:
            if task_id is None:
                self._begin(run, uuid.UUID(submission_id), promise)
            else:
                run.catalog.ledger.accept(uuid.UUID(submission_id), uuid.UUID(task_id))
            self.shipment.submitted(run)

    def _begin(self, run: Run, submission_id: uuid.UUID, promise: Promise) -> None:
        name = self.shipment.name
        submission = Submission(
            submission_id=submission_id,
            data_set_id=name.id,
            data_set=name.what,
            route=name.route,
            source=name.origin,
            destination=name.destination,
            manifest_id=promise.manifest_id,
            items=promise.items,
            resumes=promise.resumes,
            label=self.shipment.label,
            run_id=run.run_id,
            begun_at=clock.utc_now(),
        )
        with not_now():
            run.catalog.ledger.begin(submission, max_unfinished=run.settings.limits.max_unfinished)
