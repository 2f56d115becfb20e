"""Data sets that no rig shows any more, and of which an earlier transfer left files in the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from archive_flow.run.report import Lines, Notes
from archive_flow.run.work_item import WorkItem
from archive_flow.select.arrivals import assess_sent
from archive_flow.select.assessor import Assessed
from archive_flow.select.list_rig import no_answer
from archive_flow.upload.left_behind import left_behind
from session_archive.assess.arrivals import claim_of
from session_archive.assess.neighbours import seen_instead
from session_archive.assess.verdict import Leave, Record, Transfer, not_listed
from session_archive.errors import ListingError
from session_archive.naming.session_name import DataSetName, lines
from session_archive.recording.sessions import Claim
from session_archive.states.state import State, StateRow
from session_archive.transfers.submission import Outcome, Submission

if TYPE_CHECKING:
    from archive_flow.run.context import Run

_ABSENT = (State.NOT_FOUND, State.GONE)


def find_left_behind(
    run: Run, data_set_type: str, claims: Sequence[Claim], rows: Iterable[StateRow], *, location: str
) -> Iterator[Assessed]:
    """What becomes of absent data sets of which a location has files: no file of ours is without a row.

    Lists it for each that was ever sent and is not recorded; these are few.

    rows : the new states of this type
    """
    absent = {str(row.target): row.reason for row in rows if row.state in _ABSENT}
    if not absent:
        return
    sent = [
        (name, submission, outcome)
        for submission, outcome in run.catalog.arrivals.without_replica(route=run.route, destination=location)
        if (name := DataSetName.parse(submission.data_set)).data_set_type == data_set_type
    ]
    sent_for = run.catalog.states.targets_of_sent(
        [str(name) for name, _, _ in sent], data_set_type=data_set_type
    )
    for name, submission, outcome in sent:
        claim = claim_of(name, claims, sent_for=sent_for.get(str(name)))
        target = str(claim.session.id if claim else name.id)
        if target in absent:
            look = partial(_look, run, submission, outcome, seen_instead(absent[target]))
            found = assess_sent(run, name, claim, submission, look)
            if not isinstance(found.assessment, Leave):
                yield found


def _look(
    run: Run, submission: Submission, outcome: Outcome | None, seen: str, work_item: WorkItem
) -> Assessed:
    """What becomes of one data set; it stays absent where the archive has nothing of it.

    seen : what a rig has of its subject and day instead; '' for nothing
    """
    try:
        left = left_behind(run, work_item)
    except ListingError as error:
        return Assessed(work_item, not_listed(error), no_answer(work_item, error))
    if not left:
        return Assessed(work_item, Leave())
    mismatch = outcome is not None and outcome.mismatch
    if left.complete and not mismatch:
        line = f"{work_item.label}: all its files lie in the archive, unrecorded: they are compared with the ledger"
        return Assessed(work_item, Transfer(), Notes(noted=Lines.of([line])))
    path = " + ".join(f"{work_item.destination}:{each}" for each in lines(work_item.directory))
    words = left.words(submission, outcome, path=path, seen=seen)
    return Assessed(work_item, Record(State.REFUSED if mismatch else State.FAILED, words))
