"""Folders that no session of the lab's pipeline claims: what becomes of each, and which such states have ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from enum import Enum

from printable_text.amounts import size
from session_archive.assess.coverage import Coverage
from session_archive.assess.known import Known
from session_archive.assess.left_out import LeftOut
from session_archive.assess.verdict import Assessment, Record
from session_archive.errors import ListingError
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Listing
from session_archive.listing.left_out import LeftOutFolder
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Matching, SourceFolder
from session_archive.recording.verdict import NOTHING_TO_ARCHIVE, doubt_of_session, left_out
from session_archive.states.decisions import Decision, Verdict, standing
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


def unclaimed_on_rig(listed: Listing | ListingError, *, why: str = "") -> Record:
    """The state of a folder that is listed on the rig, or could not be; recordings of another day inside are named.

    why : why it was left out, and what to do; '' for a folder that the conventions accept
    """
    if isinstance(listed, ListingError):
        return Record(State.UNCLAIMED, _joined(UNCLAIMED, why, str(listed)))
    doubt = doubt_of_session(listed)
    if not (times := [file.modified for file in listed.manifest.files]):
        return Record(State.UNCLAIMED, _joined(UNCLAIMED, why, NOTHING_TO_ARCHIVE, doubt or left_out(listed)))
    newest = f"its newest file is from {max(times):%Y-%m-%d %H:%M} UTC"
    return Record(State.UNCLAIMED, _joined(UNCLAIMED, why, newest, doubt))


def split_strays(
    matching: Matching, folders: Iterable[SourceFolder], decisions: Iterable[Decision], *, whole: bool
) -> tuple[tuple[SourceFolder, ...], tuple[LeftOut, ...]]:
    """The unclaimed folders that are data sets of their own, and others that only their path tells apart.

    whole : every expected session is in the matching, so that a decision on any other gives its folder to nobody
    """
    taken = {claim.found.folder.data_set: claim.found for claim in matching.claims if claim.found}
    unclaimed, strays = [], []
    for folder in matching.unclaimed:
        first = taken.setdefault(folder.folder.data_set, folder)
        if first is folder:
            unclaimed.append(folder)
        else:
            strays.append(_stray(folder, f"{first.where} has the same session name"))
    sessions = {claim.session.id for claim in matching.claims}
    given = {each.target: each for each in standing(decisions) if each.verdict is Verdict.SESSION}
    for folder in folders if whole and given else ():
        decision = next((given[path] for path in folder.paths if path in given), None)
        if decision and decision.session_id not in sessions:
            kind = folder.folder.data_set.data_set_type
            strays.append(
                _stray(folder, f"it was {decision.words}; but no {kind} of that session is expected")
            )
    return tuple(unclaimed), tuple(strays)


def _stray(found: SourceFolder, why: str) -> LeftOut:
    folder = found.folder
    left_out = LeftOutFolder(folder.directories, why, folder.data_set, folder.layout)
    return LeftOut(found.place, left_out, folder.data_set.data_set_type)


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def size_and_age(manifest: Manifest, *, now: dt.datetime) -> str:
    """How large an unclaimed folder is, and how old, for a person."""
    if not manifest.files:
        return "no files that can be archived"
    age = now - max(file.modified for file in manifest.files)
    return f"{len(manifest.files)} files, {size(manifest.n_bytes)}, the newest {max(age.days, 0)} day(s) old"


def ended(
    before: Iterable[StateRow],
    matching: Matching,
    coverage: Coverage,
    *,
    left_out: Collection[uuid.UUID] = (),
    run_id: str,
) -> Iterator[StateRow]:
    """The states that no longer hold, each with the reason; a folder is gone only if a run has looked where it was.

    left_out : the targets of folders that were left out, and are still there
    """
    still = {each.folder.data_set for each in matching.unclaimed}
    still |= {each.folder.data_set for each, _ in matching.ignored}
    still |= {claim.given.name for claim in matching.claims if claim.further and claim.given}
    claimed = {claim.found.folder.data_set for claim in matching.claims if claim.found}
    claimed |= {each.folder.data_set for each in matching.candidates}
    for row in before:
        place, _, path = row.path.partition(" + ")[0].partition(":")
        if not row.data_set:
            if row.target not in left_out and coverage.shows_no_folder(path, place=place):
                reason = "its folder is gone, or is read as a recording now"
                yield replace(row, state=State.GONE, reason=reason, run_id=run_id, changed_at=None)
            continue
        name = DataSetName.parse(row.data_set)
        if name in still:
            continue
        if name in claimed:
            reason = "a session of the lab's pipeline claims it now"
        elif coverage.shows_absence(name.session, place=place):
            reason = FOLDER_GONE
        else:
            continue
        yield replace(row, state=State.GONE, reason=reason, run_id=run_id, changed_at=None)
