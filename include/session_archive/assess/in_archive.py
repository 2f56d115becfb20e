"""DISCOVER: which data sets that the archive holds are taken up; later tasks list their files."""

from __future__ import annotations

from enum import Enum

from session_archive.assess.coverage import Coverage
from session_archive.assess.known import Known
from session_archive.assess.verdict import KnownDataSet, Leave, Record
from session_archive.naming.session_name import DataSetName
from session_archive.recording.cataloged import Imported
from session_archive.recording.sessions import Claim
from session_archive.states.state import State


class Step(Enum):
    """What to do with a data set that has a folder in the archive."""

    LEAVE = "leave"
    TAKE_UP = "take up"
    #: It is known, and nothing proves it: it is taken up only if a person vouches for it.
    ASK_PEOPLE = "ask people"


def judge_claim(claim: Claim, known: Known, coverage: Coverage) -> Record | Leave | None:
    """What becomes of a session without a look at its folder; None if its folder is there and decides."""
    if claim.found is not None:
        # Parts of it may be in a folder that could not be listed, and only a complete data set is recorded.
        return Leave() if coverage.hides_part(claim.found) else None
    if claim.state in (State.AMBIGUOUS, State.IGNORED):
        return Record(claim.state, claim.reason)
    imported = known.imported_only(claim.session.id)
    return _missing(imported, coverage) if imported else Leave()


def _missing(imported: Imported, coverage: Coverage) -> Record | Leave:
    """An imported data set without a folder is refused, unless its folder may be hidden from the listing."""
    if coverage.hides(imported.name.session, place=imported.place):
        return Leave()
    return Record(
        State.REFUSED,
        f"{imported.source} recorded {imported.n_files} files of it, but the archive has no such folder",
        of=KnownDataSet(imported.name, imported.directory),
    )


def next_step(name: DataSetName, known: Known) -> Step:
    """Take up a new data set; an unverified replica only if a sidecar manifest or a person now vouches for it."""
    if name.id in known.busy or name in known.unseen:
        return Step.LEAVE
    replica = known.replica(name)
    if replica is None:
        return Step.TAKE_UP
    if replica.verified or replica.damaged:
        return Step.LEAVE
    return Step.TAKE_UP if known.sidecars.get(name) else Step.ASK_PEOPLE
