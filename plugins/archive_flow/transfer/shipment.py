"""One transfer: what it may move. The kinds of shipment are in the rooms above."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem, transfer_label
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.unfinished_limit import TRY_AGAIN_AFTER
from archive_flow.transfer.checksums import fitted, known_checksums
from globus_provider.errors import NotNow
from globus_provider.request import ItemsOfPaths, TransferItem, TransferItems
from session_archive.errors import RefusedError
from session_archive.fixity.vouchers import Digest
from session_archive.settings.places import Place
from session_archive.transfers.submission import Promise, ShipmentName, Submission


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
    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """How each promised path is sent; what it takes of the catalog and of the disk is read here, once."""

    @property
    def sends(self) -> bool:
        """False for a group that moves nothing and has moved nothing, so that there is nothing to attach to."""
        return True

    @property
    def only_records(self) -> bool:
        """Whether nothing is sent, so that it needs no room at the service: an earlier transfer is recorded."""
        return False

    @property
    def ours_alone(self) -> bool:
        """Whether nobody else writes into the folder it is sent to, so that every plain file there is its own."""
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

    def stands(self, run: Run, words: str) -> None:
        """Record that its transfer waits for a person, or goes on.

        words : what it waits for; '' if it goes on
        """
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


class ChosenFilesShipment(DataSetShipment):
    """Some files of one data set; other files of it may be on their way to the same place.

    does : what a run of it does with them, in one word
    """

    does: ClassVar[str]

    def still_right(self, run: Run, promised: Submission) -> bool:
        """Never for files that another run chose."""
        same_files = promised.manifest_id == self.work_item.manifest_id
        return same_files and DataSetShipment.still_right(self, run, promised)

    def require_same(self, run: Run, promised: Submission) -> None:
        """Wait for another run that chose other files of this data set; it may have died."""
        if promised.manifest_id == self.work_item.manifest_id:
            return
        settle(run)
        raise NotNow(
            TRY_AGAIN_AFTER, f"run {promised.run_id} {self.does} other files of {self.work_item.data_set}"
        )


class OwnFolderShipment(Shipment):
    """Files into a folder that belongs to one mapped group alone."""

    @property
    def ours_alone(self) -> bool:
        """Its folder belongs to this group."""
        return True

    def still_right(self, run: Run, promised: Submission) -> bool:
        """Always: its folder belongs to this group alone."""
        return True

    def limit(self, run: Run) -> dt.timedelta:
        """The run does not wait longer for it."""
        return dt.timedelta(seconds=run.settings.limits.run_deadline)


def with_digests(
    source: Place, destination: Place, digests: Mapping[str, Digest]
) -> Callable[[str], TransferItem]:
    """The item of a path, with the digest that is known of it: Globus compares it at the destination."""

    def of(path: str) -> TransferItem:
        algorithm, digest = digests.get(path, ("", ""))
        return TransferItem(
            source.absolute(path),
            destination.absolute(path),
            external_checksum=digest,
            checksum_algorithm=algorithm,
        )

    return of


def transfer_items(run: Run, shipment: Shipment, promise: Promise) -> TransferItems:
    """What is promised, as it is sent: nothing is requested of a place that its storage cannot compute."""
    places = (shipment.name.origin, shipment.name.destination)
    known = known_checksums(run, places)
    comparable = known.comparison(places) is not None
    return TransferItems(
        items=ItemsOfPaths(promise.items, fitted(shipment.item(run, promise), known, places)),
        sync_level="checksum" if shipment.compares(promise) and comparable else None,
        deadline=shipment.limit(run),
        verify_checksum=comparable,
    )
