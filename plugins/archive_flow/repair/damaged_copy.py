"""A damaged copy as a repair sees it: what the catalog has of its damaged files, and what lies at their paths now."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive_flow.repair.read import digest_at
from archive_flow.run.context import Run
from archive_flow.run.folders import list_beside
from archive_flow.submissions.attempts import accepted_attempts
from session_archive.assess.audit import CatalogedCopy
from session_archive.assess.repair import DamagedFile, Existing, Repair, cataloged_digest, existing
from session_archive.fixity.file_digest import agreed
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.digests import ALGORITHMS
from session_archive.naming.session_name import DataSetName
from session_archive.settings.places import Place
from session_archive.transfers.attempt import Attempt, Trace, trace_of
from session_archive.transfers.submission import Submission

log = logging.getLogger(__name__)

#: The route's name, in the ledger too.
REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class DamagedCopy:
    """A data set at a location, with its damaged files.

    cataloged : all its files
    files     : the damaged ones
    """

    copy: CatalogedCopy
    place: Place
    cataloged: Manifest
    files: tuple[DamagedFile, ...]

    @property
    def since(self) -> dt.datetime:
        """When its damage was found: whatever was tried before concerned other damage."""
        return min(each.damage.found_at for each in self.files)

    def only(self, paths: Iterable[str]) -> tuple[DamagedFile, ...]:
        """Those of its damaged files."""
        chosen = frozenset(paths)
        return tuple(each for each in self.files if each.file.path in chosen)

    def repairs(self, run: Run) -> list[Repair]:
        """The repairs of this damage that are not over, oldest first."""
        begun = run.catalog.repairs.begun(self.copy.id, self.place.name)
        return [each for each in begun if each.asked_at >= self.since]

    def attempts(self, run: Run) -> Sequence[Attempt]:
        """The transfers of its repairs that the service accepted, oldest first."""
        return accepted_attempts(run, self.copy.id, self.place.name, counts=self._is_repair)

    def source(self, run: Run) -> str:
        """The place that the last of these transfers read; '' if there was none."""
        attempts = run.catalog.ledger.attempts(self.copy.id, self.place.name)
        sent = [each for each, _ in attempts if self._is_repair(each) and each.accepted_at is not None]
        return sent[-1].source if sent else ""

    def _is_repair(self, submission: Submission) -> bool:
        at = submission.begun_at
        return submission.route == REPAIR and at is not None and at >= self.since


def damaged_copy(run: Run, name: DataSetName, place: Place) -> DamagedCopy | None:
    """What the catalog has of a copy; None if none of its files is damaged."""
    damages = run.catalog.damages.of((name.id,), place.name).get(name.id, ())
    copies = run.catalog.audited_copies.of((name.id,), place.name)
    if not damages or not copies:
        return None
    cataloged = run.catalog.audited_copies.files(copies[0])
    of = {file.path: file for file in cataloged.files}
    known = agreed(run.catalog.file_digests.of(name.id), cataloged)
    files = tuple(
        DamagedFile(of[each.path], each, cataloged_digest(known[each.path], readable=ALGORITHMS))
        for each in damages
        # A file of an older revision is no longer cataloged.
        if each.path in of
    )
    return DamagedCopy(copies[0], place, cataloged, files) if files else None


def look(
    run: Run, damaged: DamagedCopy, files: Iterable[DamagedFile]
) -> dict[str, tuple[Existing, FileEntry | None]]:
    """What lies at the path of each damaged file now, listed and, where this worker can, read. Raises ListingError."""
    files = tuple(files)
    listed = list_files(run, damaged.place, [each.file.path for each in files])
    attempts = damaged.attempts(run)
    found: dict[str, tuple[Existing, FileEntry | None]] = {}
    for each in files:
        entry = listed.get(each.file.path)
        begun = entry is not None and trace_of(attempts, entry, source=each.file)[0] is not Trace.NONE
        read = _read(run, damaged.place, each, entry)
        found[each.file.path] = existing(each, entry, read=read, begun=begun), entry
    return found


def list_files(run: Run, place: Place, paths: Iterable[str]) -> dict[str, FileEntry]:
    """These files as the place lists them now; absent ones are left out. Raises ListingError."""
    paths = frozenset(paths)
    return {file.path: file for file in list_beside(run, place.name, paths) if file.path in paths}


def _read(run: Run, place: Place, damaged: DamagedFile, listed: FileEntry | None) -> str | None:
    """The digest of what lies there, by the cataloged algorithm; None where it need not or cannot be read."""
    if listed is None or damaged.digest is None or listed.size != damaged.file.size:
        return None
    value, why = digest_at(run, place, listed, damaged.digest[0])
    if why:
        log.info("%s:%s: not read: %s", place.name, listed.path, why)
        return None
    return value
