"""What becomes of a copy that a discovery has listed: one closed type, `CopyVerdict`."""

from __future__ import annotations

from dataclasses import dataclass, field

from session_archive.errors import DoubtfulListingError, ListingError, MissingDirectoryError, NoAnswerError
from session_archive.fixity.compare import FixityReport
from session_archive.fixity.manifest import Manifest
from session_archive.recording.completeness import Finding
from session_archive.sidecar.document import SidecarManifest
from session_archive.states.state import LabSession, State


@dataclass(frozen=True, slots=True)
class AlreadyArchived:
    """Its replica is verified: an earlier try of the same task has recorded it."""


@dataclass(frozen=True, slots=True)
class KeepState:
    """No replica is recorded, only its state.

    unlisted : its place did not answer, which fails the run but is not a fault of the data set
    files    : every file that is a reason, each with what is wrong; the reason names the first
    missing  : what makes it incomplete; with its files, so that a person can accept it
    """

    state: State
    reason: str
    unlisted: bool = False
    files: tuple[tuple[str, str], ...] = ()
    missing: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class StayAmbiguous:
    """Its state was recorded when it was selected, and is only reported.

    reason : why its sidecar manifest does not say which session it is of; '' if it has none
    """

    reason: str


@dataclass(frozen=True, slots=True)
class RecordReplica:
    """It is recorded as a replica: archived, or unverified.

    manifest : its files, each with its voucher
    method   : what was compared, in a few words
    """

    manifest: Manifest
    state: State
    reason: str
    method: str

    @property
    def result(self) -> str:
        """Of the verification, as the catalog calls it."""
        return "verified" if self.state is State.ARCHIVED else "unverified"

    @property
    def report(self) -> FixityReport:
        """Without differences: there was nothing to compare the listing with."""
        return FixityReport(len(self.manifest.files), self.manifest.n_bytes)


@dataclass(frozen=True, slots=True)
class Restore:
    """Its rows are restored from sidecar manifests.

    revisions : the trusted ones, by ascending revision
    session   : that the newest belongs to, whatever its folder is called; None if the lab has no such session
    state     : of a data set that is put back
    known     : what is recorded instead if the catalog knows the data set already
    """

    revisions: tuple[SidecarManifest, ...]
    session: LabSession | None
    state: State
    reason: str
    known: RecordReplica

    @property
    def newest(self) -> SidecarManifest:
        """What the archive holds now."""
        return self.revisions[-1]


@dataclass(frozen=True, slots=True)
class RefuseMissing:
    """Files that another catalog names are not in the archive: recorded as a failed verification.

    report : the missing files
    """

    manifest: Manifest
    report: FixityReport
    reason: str
    method: str = field(default="listing, compared with the names in another catalog", init=False)
    state: State = field(default=State.REFUSED, init=False)
    result: str = field(default="failed", init=False)


#: What becomes of the copy.
CopyVerdict = AlreadyArchived | KeepState | StayAmbiguous | Restore | RefuseMissing | RecordReplica


def not_listed(error: ListingError) -> KeepState:
    """What becomes of a copy that could not be listed."""
    if isinstance(error, MissingDirectoryError):
        return KeepState(State.WAITING, f"vanished while it was listed: {error}")
    if isinstance(error, NoAnswerError):
        return KeepState(State.WAITING, f"its place did not answer: {error}", unlisted=True)
    if isinstance(error, DoubtfulListingError):
        return KeepState(State.WAITING, f"its place counts as not listed: {error}", unlisted=True)
    return KeepState(State.REFUSED, str(error))
