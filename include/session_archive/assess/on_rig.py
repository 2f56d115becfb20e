"""UPLOAD: what becomes of a session's data set, first by what is known, then by what its rig lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from session_archive.assess.coverage import Coverage
from session_archive.assess.known import CopyElsewhere, Known
from session_archive.assess.verdict import Assessment, KnownDataSet, Leave, Record
from session_archive.fixity.compare import came_later, changed_since, with_times_of
from session_archive.fixity.manifest import Manifest
from session_archive.recording.cataloged import ReplicaInfo
from session_archive.recording.sessions import Claim
from session_archive.states.decisions import Decision, Verdict
from session_archive.states.reasons import ON_THE_RIG, TO_COPY
from session_archive.states.state import State
from session_archive.transfers.place_in_doubt import outdated, refused_words
from session_archive.transfers.submission import Outcome, Submission


class Step(Enum):
    """What to do with a data set that has a folder on a rig."""

    #: It is archived: compare it with the rig once more.
    COMPARE = "compare"
    #: It was sent, and its copy is not proven: resume what is under way, or prove it by the rig's copy.
    PROVE = "prove"
    #: It was found in the archive, and nothing proves it: read its copy there, and the rig's.
    READ = "read"
    #: Its copy in the archive is damaged: its state stays, and nothing is sent, until an audit finds it whole.
    LEAVE = "leave"
    #: Another location has it: send the same files from the rig, if it still has them.
    COPY = "copy"
    #: Resume what is under way, or list and send it.
    LIST = "list"


def judge_claim(claim: Claim, known: Known, coverage: Coverage) -> Record | Leave | None:
    """What becomes of a session without a look at its folder; None if its folder is there and decides."""
    if claim.found is None:
        return _judge_absent(claim, known, coverage)
    if part := coverage.hides_part(claim.found):
        if known.replica(claim.found.folder.data_set):
            return Leave()
        return Record(
            State.WAITING, f"parts of it may be in {part.where}, which could not be listed: {part.why}"
        )
    return None


def _judge_absent(claim: Claim, known: Known, coverage: Coverage) -> Record | Leave:
    assert claim.state is not None, "a session without a folder has a state"
    if claim.state is State.NOT_FOUND and (coverage.may_hide(claim) or known.imported_only(claim.session.id)):
        return Leave()
    if claim.further:
        linked = claim.given
    else:
        linked = known.linked_to(claim.session.id, given=claim.given.name if claim.given else None)
    replica = known.replica(linked.name) if linked else None
    if linked and claim.state is not State.IGNORED and (other := known.copy_lacking(linked.name)):
        of = KnownDataSet(linked.name, linked.directory)
        return replace(to_be_copied(other, f"on the rig, it is {claim.state}: {claim.reason}"), of=of)
    if linked is None or replica is None or claim.state is State.IGNORED:
        return Record(claim.state, claim.reason)
    # Archived data sets stay archived if their folder is gone, or if names no longer say which it is.
    if not replica.verified or replica.damaged:
        return Leave()
    archived = KnownDataSet(linked.name, linked.directory, replica.n_files, replica.n_bytes)
    reason = f"{ON_THE_RIG}{claim.reason}"
    if released := known.released.get(linked.name.id):
        reason += f"; {released}"
    return Record(State.ARCHIVED, reason, of=archived)


def to_be_copied(other: CopyElsewhere, why: str) -> Record:
    """The state of a copy that the rig cannot give, and another location can."""
    return Record(State.READY, f"{TO_COPY}{other.place}: {why}")


def next_step(
    replica: ReplicaInfo | None, *, accepted: bool, route: str, elsewhere: CopyElsewhere | None = None
) -> Step:
    """What to do next.

    elsewhere : the copy at another location, where this one lacks it
    accepted : a person vouches for a replica that is not verified
    route    : name of the route that sends
    """
    if elsewhere:
        return Step.COPY
    if replica is None:
        return Step.LIST
    if replica.damaged:
        return Step.LEAVE
    if replica.verified:
        return Step.COMPARE
    if accepted:
        return Step.LIST
    return Step.PROVE if replica.found_by == route else Step.READ


def to_compare(replica: ReplicaInfo, on_rig: Manifest) -> Manifest | None:
    """The rig's files, if they have to be compared with the archived ones; None if they are the same."""
    return None if on_rig.id == replica.manifest_id else on_rig


@dataclass(frozen=True, slots=True)
class CameLater:
    """Files that came after archiving: they are sent, if the data set may be sent as it is now.

    words : how many, and the first of them
    """

    words: str

    def after_listing(self, assessment: Assessment) -> Assessment:
        """The assessment of an archived data set, from that of its present files: a wait does not unarchive it."""
        if not isinstance(assessment, Record) or assessment.is_alarm:
            return assessment
        return Record(State.ARCHIVED, f"{self.words}: {assessment.state}: {assessment.reason}")


def compare_again(*, archived: Manifest, on_rig: Manifest) -> Record | CameLater:
    """Compare an archived data set with the rig: changed raw files are an alarm, later files are sent."""
    archived = with_times_of(archived, on_rig)
    if changes := changed_since(archived=archived, found=on_rig):
        first = changes[0]
        return Record(State.CHANGED, f"changed on the rig after archiving: {first.path}: {first.detail}")
    later = came_later(archived=archived, found=on_rig)
    if not later:
        return Record(State.ARCHIVED)
    words = f"{len(later)} files came later, such as {later[0]}"
    if came_later(archived=on_rig, found=archived):
        return Record(State.ARCHIVED, f"{words}: not archived, since others are no longer on the rig")
    return CameLater(words)


def judge_copy(*, archived: Manifest, on_rig: Manifest, other: CopyElsewhere) -> Record | CameLater | None:
    """Why the rig's files cannot become one more copy of the archived ones as they are; None if they can."""
    compared = compare_again(archived=archived, on_rig=on_rig)
    if isinstance(compared, CameLater) or compared.is_alarm:
        return compared
    if missing := came_later(archived=on_rig, found=archived):
        return to_be_copied(other, f"the rig no longer has {len(missing)} of its files, such as {missing[0]}")
    return None


def changed_before_proof(*, archived: Manifest, on_rig: Manifest) -> Record | None:
    """Why a copy that was sent can no longer be proven by the rig's; None if it can."""
    changes = changed_since(archived=archived, found=on_rig)
    if not changes:
        return None
    first = changes[0]
    return Record(State.CHANGED, f"changed on the rig before it was proven: {first.path}: {first.detail}")


def after_listing_to_prove(assessment: Assessment) -> Assessment:
    """The assessment of what was sent and is not proven, from that of its present files on the rig."""
    if isinstance(assessment, Record) and not assessment.is_alarm:
        # What makes it wait now says nothing about the copy in the archive.
        return Leave()
    return assessment


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The last copy of these same files had another checksum than the acquisition program wrote."""

    sent: Submission
    reason: str

    def judge(self, decisions: Iterable[Decision], *, doubted_at: dt.datetime | None) -> Record | None:
        """Refused until a person says otherwise; None if the files may be sent once more.

        decisions  : in force, about these files: to accept them without that checksum, or to send them again, decided
                     after the last copy began
        doubted_at : when it was found that the place cannot compute that checksum, which is then not sent any more
        """
        if outdated(self.sent.begun_at, doubted_at) or any(self._permits(each) for each in decisions):
            return None
        return Record(State.REFUSED, self.reason)

    def _permits(self, decision: Decision) -> bool:
        if decision.verdict is Verdict.SEND_AGAIN:
            begun, decided = self.sent.begun_at, decision.decided_at
            return begun is not None and decided is not None and decided > begun
        return decision.verdict is Verdict.ACCEPT_WITHOUT_CHECKSUM


def find_mismatch(
    attempts: Sequence[tuple[Submission, Outcome | None]], *, manifest_id: str
) -> Mismatch | None:
    """The mismatch of the last attempt, if it sent these files and ended so.

    attempts : to this destination, oldest first; None for one that is unfinished
    """
    if not attempts:
        return None
    submission, outcome = attempts[-1]
    if submission.manifest_id != manifest_id or outcome is None or not outcome.mismatch:
        return None
    return Mismatch(submission, refused_words(outcome.detail, submission.destination))
