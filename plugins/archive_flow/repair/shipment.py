"""What a repair sends: the damaged files of one data set, from a copy that was just read, to their empty paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive_flow.repair.damaged_copy import REPAIR, DamagedCopy, damaged_copy, list_files, look
from archive_flow.repair.read import read_copies
from archive_flow.repair.set_aside import set_aside
from archive_flow.run.context import Run
from archive_flow.run.roots import mark_root
from archive_flow.submissions.outcome import settle
from archive_flow.submissions.unfinished_limit import TRY_AGAIN_AFTER
from archive_flow.transfer.shipment import ChosenFilesShipment, with_digests
from globus_provider.errors import NotNow
from globus_provider.request import TransferItem
from session_archive.assess.repair import DamagedFile, Existing, Yes
from session_archive.errors import RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.settings.places import Place
from session_archive.transfers.destination_plan import plan_transfer
from session_archive.transfers.submission import Promise, Submission

NOT_TRIED = (
    "nobody has tried whether files can be set aside at {place}; `session-archive doctor --transfer` does, and "
    "repairs are off there until it has worked"
)
UNSURE = (
    "it has the cataloged size now, and its content cannot be compared here: somebody may have put it back. Let an "
    "audit look at it first"
)


@dataclass(frozen=True, slots=True)
class RepairShipment(ChosenFilesShipment):
    """Damaged files of one data set on their way back into the archive.

    yes : of the person who approved; None for the one who started the run, with that reason
    why : the param of the run
    """

    does = "repairs"

    yes: Yes | None = None
    why: str = ""

    def promise(self, run: Run, manifest_id: str) -> Promise:
        """Look at both ends, set aside what is damaged, and look again: what is sent meets nothing at its path.

        Whatever is refused is refused before anything is renamed. Raises RefusedError, ListingError; NotNow while
        another transfer of the data set is under way.
        """
        place = run.destination(self.work_item)
        damaged = damaged_copy(run, self.work_item.name, place)
        if damaged is None:
            return Promise(manifest_id, ())
        files = damaged.only(file.path for file in run.catalog.ledger.manifest(manifest_id).files)
        require_tried(run, place)
        self._require_alone(run)
        found = {path: state for path, (state, _) in look(run, damaged, files).items()}
        require_sure(place, found.items())
        missing = [each for each in files if found[each.file.path] is not Existing.WHOLE]
        self._require_good(run, missing)
        wrong = [path for path, state in found.items() if state is Existing.WRONG]
        set_aside(run, damaged, wrong, yes=self.yes or Yes(run.started_by, self.why))
        return self._promised(run, damaged, missing, manifest_id)

    def _promised(
        self, run: Run, damaged: DamagedCopy, files: Iterable[DamagedFile], manifest_id: str
    ) -> Promise:
        expected = Manifest.of(each.file for each in files)
        present = list_files(run, damaged.place, [file.path for file in expected.files])
        plan = plan_transfer(
            promised=expected,
            present=Manifest.of(present.values()),
            attempts=damaged.attempts(run),
            proven={},
            kept=run.catalog.place_names.of(damaged.place),
        )
        plan.require_free()
        if plan.items:
            mark_root(run, damaged.place)
        return plan.promise(manifest_id)

    def _require_alone(self, run: Run) -> None:
        """Raise NotNow while an upload or another route writes to this data set."""
        if words := other_transfer(run, self.work_item.data_set, self.work_item.destination):
            settle(run)
            raise NotNow(TRY_AGAIN_AFTER, words)

    def _require_good(self, run: Run, files: Iterable[DamagedFile]) -> None:
        """Read each file at its source now. Raises RefusedError, naming each that is not as cataloged."""
        readings = read_copies(run, files, [run.origin(self.work_item)])
        if bad := [each for each in readings if not each.good]:
            raise RefusedError(
                f"{bad[0].place}:{bad[0].path} is not as cataloged: {bad[0].why}. Nothing was set aside or sent; "
                "repair it again, so that other copies are tried",
                files=tuple((each.path, each.why) for each in bad),
            )

    def item(self, run: Run, promise: Promise) -> Callable[[str], TransferItem]:
        """With the cataloged checksum, which both ends are compared with where their storages compute it."""
        source, destination = run.origin(self.work_item), run.destination(self.work_item)
        damaged = damaged_copy(run, self.work_item.name, destination)
        files = damaged.files if damaged else ()
        digests = {each.file.path: each.digest for each in files if each.digest is not None}
        return with_digests(source, destination, digests)

    def still_right(self, run: Run, promised: Submission) -> bool:
        """Never from another place, either."""
        same_source = promised.source == self.work_item.origin
        return same_source and ChosenFilesShipment.still_right(self, run, promised)


def require_tried(run: Run, place: Place) -> None:
    """Raise RefusedError unless doctor has seen that files can be set aside at a location."""
    if not run.catalog.aside_trials.works_at(place):
        raise RefusedError(NOT_TRIED.format(place=place.name))


def require_sure(place: Place, found: Iterable[tuple[str, Existing]]) -> None:
    """Raise RefusedError for files that may be whole again."""
    if unsure := [path for path, state in found if state is Existing.UNSURE]:
        raise RefusedError(
            f"{place.name}:{unsure[0]}: {UNSURE}", files=tuple((path, UNSURE) for path in unsure)
        )


def other_transfer(run: Run, data_set: str, place: str) -> str:
    """What else is on its way to a copy, in words; '' for nothing but a repair."""
    for each in run.catalog.ledger.unfinished():
        if (each.data_set, each.destination) == (data_set, place) and each.route != REPAIR:
            return f"a transfer of it to {place} is under way (route {each.route}, run {each.run_id})"
    return ""
