"""What copies sidecar manifests into one location: those that it lacks, after a look at it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from archive_flow.run.context import Run
from archive_flow.run.folders import list_beside
from archive_flow.submissions.attempts import accepted_attempts
from archive_flow.transfer.shipment import Shipment
from globus_provider.request import TransferItem
from session_archive.fixity.manifest import Manifest
from session_archive.sidecar.staging import carry_path
from session_archive.transfers.destination_plan import plan_transfer
from session_archive.transfers.submission import Promise, ShipmentName, small_files_id

log = logging.getLogger(__name__)

#: The route of these transfers in the ledger.
CARRY = "carry"


def sidecars_name(location: str, manifest_id: str = "") -> ShipmentName:
    """The sidecar manifests of one location, as the ledger names them."""
    what = f"manifests for {location}"
    return ShipmentName(small_files_id(what), what, CARRY, "staging", location, manifest_id)


@dataclass(frozen=True, slots=True)
class SidecarShipment(Shipment):
    """The sidecar manifests of one location.

    manifest_id : of the list of these manifests
    """

    location: str
    manifest_id: str

    @property
    def name(self) -> ShipmentName:
        """By its location."""
        return sidecars_name(self.location, self.manifest_id)

    @property
    def label(self) -> str:
        """It contains the id of the list."""
        return f"session-archive {CARRY} {self.location} {self.manifest_id[:12]}"

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """List the archive before submitting; a file that exists there with other content is never an item."""
        promised = run.catalog.ledger.manifest(manifest_id)
        written = {file.path: file.mtime for file in promised.files}
        present = Manifest.of(list_beside(run, self.location, written))
        listed = {file.path: file.mtime for file in present.files}
        plan = plan_transfer(
            promised=promised,
            present=present,
            attempts=accepted_attempts(run, self.name.id, self.location),
            proven={},
            # The mtime is the time of the verification; with the size, it identifies the content.
            accepted=lambda path: listed[path] == written[path],
            kept=run.catalog.place_names.of(run.place(self.location)),
        )
        for conflict in plan.conflicts:
            log.warning("%s:%s is not sent: %s", self.location, conflict.path, conflict.why)
        # The files are small and our own, so Globus may compare them.
        plan = plan.proving([file.path for file in plan.unproven])
        return plan.promise(manifest_id)

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """From the staging place."""
        source, destination = run.place("staging"), run.place(self.location)
        return lambda path: TransferItem(
            source.absolute(carry_path(self.location, path)), destination.absolute(path)
        )
