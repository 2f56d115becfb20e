"""Folders that no session of the lab's pipeline claims: what becomes of each, and which such states have ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum

from pydantic import ByteSize

from session_archive.assess.coverage import Coverage
from session_archive.assess.known import Known
from session_archive.assess.verdict import Assessment, Record
from session_archive.errors import ListingError
from session_archive.fixity.manifest import Manifest
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Matching
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import State, StateRow

#: Of a folder that no session claimed, and that is not where it was.
FOLDER_GONE = "its folder is gone"


class Step(Enum):
    """What to do with a folder that no session claims."""

    #: Assess it as for a session.
    ASSESS = "assess"
    #: List it on the rig, and report it with its size and age.
    LIST = "list"
    #: Report it by name.
    REPORT = "report"
    LEAVE = "leave"


def next_step(
    name: DataSetName,
    known: Known,
    *,
    archives_unclaimed: bool,
    on_rig: bool,
    unclaimed_before: bool,
) -> Step:
    """What to do with one folder.

    archives_unclaimed : as archive.toml says for its type
    on_rig             : the folder is on a rig, not in the archive
    unclaimed_before   : it was unclaimed already when a run last looked
    """
    if archives_unclaimed or known.replica(name) or name in known.sidecars:
        return Step.ASSESS
    if on_rig:
        return Step.LIST
    # A folder that the rig has too is reported for the rig, where a person can do something about it.
    return Step.LEAVE if unclaimed_before else Step.REPORT


def while_unclaimed(assessment: Assessment) -> Assessment:
    """The assessment of an unclaimed folder: until it is under way it stays `unclaimed`, with the reason."""
    in_archive = (State.ARCHIVED, State.UNVERIFIED)
    if not isinstance(assessment, Record) or assessment.is_alarm or assessment.state in in_archive:
        return assessment
    return replace(
        assessment,
        state=State.UNCLAIMED,
        reason=f"{UNCLAIMED}; {assessment.state}: {assessment.reason}",
    )


def unclaimed_on_rig(listed: Manifest | ListingError) -> Record:
    """The state of a folder that is listed on the rig, or could not be."""
    if isinstance(listed, ListingError):
        return Record(State.UNCLAIMED, f"{UNCLAIMED}; {listed}")
    times = [file.modified for file in listed.files]
    newest = f"its newest file is from {max(times):%Y-%m-%d %H:%M} UTC" if times else "it has no files"
    return Record(State.UNCLAIMED, f"{UNCLAIMED}; {newest}")


def size_and_age(manifest: Manifest, *, now: dt.datetime) -> str:
    """How large an unclaimed folder is, and how old, for a person."""
    size = ByteSize(manifest.n_bytes).human_readable(decimal=True)
    if not manifest.files:
        return "no files"
    age = now - max(file.modified for file in manifest.files)
    return f"{len(manifest.files)} files, {size}, the newest {max(age.days, 0)} day(s) old"


def ended(
    before: Iterable[StateRow], matching: Matching, coverage: Coverage, *, run_id: str
) -> Iterator[StateRow]:
    """The states that no longer hold, each with the reason; a folder is gone only if a run has looked where it was."""
    still = {each.folder.data_set for each in matching.unclaimed}
    still |= {each.folder.data_set for each, _ in matching.ignored}
    claimed = {claim.found.folder.data_set for claim in matching.claims if claim.found}
    claimed |= {each.folder.data_set for each in matching.candidates}
    for row in before:
        name = DataSetName.parse(row.data_set)
        if name in still:
            continue
        if name in claimed:
            reason = "a session of the lab's pipeline claims it now"
        elif coverage.shows_absence(name.session, place=row.path.partition(":")[0]):
            reason = FOLDER_GONE
        else:
            continue
        yield replace(row, state=State.GONE, reason=reason, run_id=run_id, changed_at=None)
