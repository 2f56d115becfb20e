"""Decides what becomes of a copy that a discovery has listed in the archive. Pure: values in, a verdict out.

Facts that cost a question are gathered one by one: `assess_copy` names the next one that it needs, and no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from session_archive.assess.copy_verdict import (
    AlreadyArchived,
    CopyVerdict,
    KeepState,
    RecordReplica,
    RefuseMissing,
    Restore,
    StayAmbiguous,
    not_listed,
)
from session_archive.assess.imported_record import NameComparison
from session_archive.assess.moved import Twin, judge_moved
from session_archive.errors import ListingError
from session_archive.fixity.accepted import Accepted
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import Voucher, unvouched
from session_archive.listing import Listing
from session_archive.naming.recording_kind import Convention
from session_archive.recording.completeness import Finding, Texts
from session_archive.recording.copy_check import OnTheRig, rig_agreement, why_incomplete
from session_archive.recording.verdict import (
    doubt_of_folder,
    files_behind,
    judge_listing,
    left_out,
    nothing_recorded,
)
from session_archive.sidecar.document import SidecarManifest
from session_archive.sidecar.trust import TrustReport
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import LabSession, State

_UNPROVEN = "found in the archive; names, sizes and times as listed, content not proven"


class Need(Enum):
    """A fact that is not known yet, and must be asked for before the copy can be assessed."""

    SMALL_FILES = "small files"
    IMPORTED = "imported"
    ACCEPTED = "accepted"
    COMPLETENESS = "completeness"
    TWINS = "twins"


@dataclass(frozen=True, slots=True)
class SmallFiles:
    """What the small files of the data set say.

    unread   : why some of its text files were not read; '' if all were
    sessions : of the lab's pipeline; needed only where a sidecar manifest is trusted
    """

    texts: Texts = field(default_factory=Texts)
    unread: str = ""
    trust: TrustReport = field(default_factory=TrustReport)
    sessions: Sequence[LabSession] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """What may prove that the copy is not the whole recording.

    findings : of the completeness rules, over the archive's listing
    rig      : the rig's copy as last seen; None if no run has seen it there
    accepted : what people accepted of exactly these files as incomplete
    """

    findings: tuple[Finding, ...] = ()
    rig: OnTheRig | None = None
    accepted: Accepted = field(default_factory=Accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCopy:
    """What is known of one copy in the archive.

    listing            : of its files, or why they could not be listed
    verified           : of its replica in the catalog; None if the catalog has no replica of it at this place
    has_session        : a session claims its folder
    archives_unclaimed : the settings archive folders of this type that no session claims
    undecided          : names do not show which session it is of
    day                : in its name
    settled            : a person decided which session its folder is of, or an upload sent it
    kind               : of recording, by the conventions
    accepted           : what people accepted of exactly these files
    twins              : its files that are archived under another name
    """

    listing: Listing | ListingError
    verified: bool | None
    has_session: bool
    archives_unclaimed: bool
    undecided: bool
    day: dt.date
    settled: bool = False
    kind: Convention | None = None
    small_files: SmallFiles | Need = Need.SMALL_FILES
    imported: NameComparison | Need = Need.IMPORTED
    accepted: Accepted | Need = Need.ACCEPTED
    completeness: Completeness | Need = Need.COMPLETENESS
    twins: tuple[Twin, ...] | Need = Need.TWINS

    @property
    def is_claimed(self) -> bool:
        """A session, the settings or an earlier run decided that it is to be recorded."""
        return self.has_session or self.archives_unclaimed or self.verified is not None

    @property
    def texts(self) -> Texts:
        """The texts of its small files, as far as they are known."""
        return self.small_files.texts if isinstance(self.small_files, SmallFiles) else Texts()

    def reject_sidecars(self, why: str) -> ArchiveCopy:
        """The same copy without its sidecar manifests, which the catalog cannot store: it did not write them."""
        assert isinstance(self.small_files, SmallFiles), "a sidecar manifest was trusted"
        trust = TrustReport(doubts=(why, *self.small_files.trust.doubts))
        return replace(self, small_files=replace(self.small_files, trust=trust))


def assess_copy(copy: ArchiveCopy) -> CopyVerdict | Need:
    """Restore it from a trusted sidecar manifest; without one, judge it by its own files and the rig's copy."""
    if copy.verified:
        return AlreadyArchived()
    if isinstance(copy.listing, ListingError):
        return not_listed(copy.listing)
    # Its sidecar manifest may prove which session it is of, whatever else lies in its folder.
    if blocked := judge_listing(copy.listing, settled=True, decided=True):
        return KeepState(*blocked, files=files_behind(copy.listing, blocked[0]))
    if isinstance(copy.small_files, Need):
        return copy.small_files
    newest = copy.small_files.trust.newest
    # What is known and unverified already gains nothing from a manifest that does not prove every file.
    if newest and not (copy.verified is not None and unvouched(newest.manifest)):
        return _restore(copy.small_files, newest)
    return _without_sidecar(copy, copy.listing, copy.small_files)


def _restore(small_files: SmallFiles, newest: SidecarManifest) -> Restore:
    state, lacking = State.ARCHIVED, ""
    if files := unvouched(newest.manifest):
        state, lacking = State.UNVERIFIED, f"nothing proves the content of {len(files)} of its files"
    reason = _join("as recorded in its sidecar manifest", lacking, small_files.trust.words)
    return Restore(
        revisions=small_files.trust.revisions,
        session=next((each for each in small_files.sessions if each.key == newest.session_key), None),
        state=state,
        reason=reason,
        known=RecordReplica(
            Manifest.of(
                replace(file, vouched_by=str(Voucher.MANIFEST)) if file.vouched_by else file
                for file in newest.manifest.files
            ),
            state,
            reason,
            f"sidecar manifest, of a verification by {newest.verified.method}"
            f" on {newest.verified.verified_at:%Y-%m-%d}; listing",
        ),
    )


def _without_sidecar(copy: ArchiveCopy, listing: Listing, small_files: SmallFiles) -> CopyVerdict | Need:
    if copy.undecided:
        return StayAmbiguous(small_files.trust.words)
    if not copy.is_claimed:
        return KeepState(State.UNCLAIMED, _join(UNCLAIMED, small_files.trust.words))
    lost = nothing_recorded(listing, copy.kind)
    if doubt := lost if copy.settled else doubt_of_folder(listing, small_files.texts, named=copy.day):
        files = files_behind(listing, State.AMBIGUOUS)
        return KeepState(State.AMBIGUOUS, _join(doubt, small_files.trust.words), files=files)
    if isinstance(copy.imported, Need):
        return copy.imported
    if copy.imported.missing:
        if isinstance(copy.accepted, Need):
            return copy.accepted
        if not copy.accepted:
            return RefuseMissing(
                listing.manifest, copy.imported.report(listing.manifest), copy.imported.words
            )
    return _by_its_files(copy, listing, small_files, copy.imported)


def _by_its_files(
    copy: ArchiveCopy, listing: Listing, small_files: SmallFiles, imported: NameComparison
) -> KeepState | RecordReplica | Need:
    if isinstance(copy.completeness, Need):
        return copy.completeness
    findings, rig = copy.completeness.findings, copy.completeness.rig
    missing = why_incomplete(listing.manifest, findings=findings, rig=rig)
    incomplete = missing and f"incomplete in the archive: {missing}"
    if incomplete and not copy.completeness.accepted:
        blocking = tuple(each for each in findings if each.blocks)
        folder = listing.manifest.files[0].path.rpartition("/")[0]
        return KeepState(
            State.WAITING,
            _join(incomplete, small_files.trust.words),
            missing=blocking or (Finding(folder, missing, blocks=True),),
        )
    if isinstance(copy.accepted, Need):
        return copy.accepted
    if not (copy.settled or copy.accepted or copy.verified is not None):
        if isinstance(copy.twins, Need):
            return copy.twins
        if copy.twins:
            return _moved(copy.twins, small_files)
    note = _join(copy.completeness.accepted.words, incomplete) if incomplete else ""
    return _replica(listing, small_files, imported, accepted=copy.accepted, rig=rig, note=note)


def _moved(twins: Sequence[Twin], small_files: SmallFiles) -> KeepState:
    moved = judge_moved(twins, folder="this folder")
    assert moved is not None, "there are twins"
    return KeepState(moved.state, _join(moved.reason, small_files.trust.words), files=moved.files)


def _replica(
    listing: Listing,
    small_files: SmallFiles,
    imported: NameComparison,
    *,
    accepted: Accepted,
    rig: OnTheRig | None,
    note: str,
) -> RecordReplica:
    """Unverified where nothing proves its content, unless a person vouches for it.

    note : who accepted it as incomplete, and what is missing
    """
    manifest = accepted.vouch(listing.manifest)
    missing = unvouched(manifest)
    unproven = _join(_UNPROVEN, rig_agreement(manifest, rig), small_files.unread, imported.words)
    return RecordReplica(
        manifest,
        State.UNVERIFIED if missing else State.ARCHIVED,
        _join(accepted.words, note, unproven if missing else "", small_files.trust.words, left_out(listing)),
        _join("listing", accepted.words, note),
    )


def _join(*parts: str) -> str:
    return "; ".join(filter(None, parts))
