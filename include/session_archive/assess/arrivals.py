"""UPLOAD: transfers that nobody has recorded, and the session that each belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from session_archive.assess.known import Known
from session_archive.assess.verdict import Assessment, Transfer
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Claim
from session_archive.states.state import State
from session_archive.transfers.unrecorded import Unrecorded


def claim_of(name: DataSetName, claims: Sequence[Claim], *, sent_for: uuid.UUID | None) -> Claim | None:
    """The session that a data set belongs to; None if no session claims it.

    A folder that is still there decides; else it is the session that it was sent for. Where nothing says so, it is the
    session without a folder that the convention names it after.

    sent_for : target of the data set's state when it was sent, such as the session's id; None if that is not known
    """
    candidates = (
        [claim for claim in claims if claim.found and claim.found.folder.data_set == name],
        [claim for claim in claims if claim.target == sent_for],
        [
            claim
            for claim in claims
            if claim.state is State.NOT_FOUND and not claim.decided and claim.expected == name.session
        ],
    )
    return next((claim for group in candidates for claim in group), None)


def worth_recording(unrecorded: Unrecorded, known: Known) -> bool:
    """Whether its files are to be compared.

    They are not where just these files are archived, nor where a forgotten transfer tells nothing new of a known data
    set.
    """
    submission = unrecorded.submission
    replica = known.replica(DataSetName.parse(submission.data_set))
    if replica is None:
        return True
    archived = replica.verified and replica.manifest_id == submission.manifest_id
    return not (archived or unrecorded.forgotten)


def recorded_first(unrecorded: Unrecorded, assessment: Assessment, *, manifest_id: str) -> bool:
    """Whether it is recorded before its folder on a rig is taken up as it is now.

    A forgotten transfer is not, while the rig shows what was promised: then what is missing is sent at once.

    assessment, manifest_id : of the folder
    """
    same = isinstance(assessment, Transfer) and manifest_id == unrecorded.submission.manifest_id
    return not (unrecorded.forgotten and same)
