"""Takes up transfers that nobody has recorded, from the ledger: whatever the rigs show now, what arrived gets a row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive_flow.run.report import Lines, Notes
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed, assess_alone
from archive_flow.submissions.resume import find_task
from globus_provider.errors import GlobusProviderError
from session_archive.assess.arrivals import claim_of, recorded_first, worth_recording
from session_archive.assess.known import Known
from session_archive.assess.verdict import Record, Transfer
from session_archive.errors import SettingsError
from session_archive.naming.directory_of import directory_of
from session_archive.naming.session_name import DataSetName
from session_archive.recording.sessions import Claim
from session_archive.states.state import State
from session_archive.transfers.submission import Submission
from session_archive.transfers.unrecorded import Unrecorded

if TYPE_CHECKING:
    from archive_flow.run.context import Run

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A data set that was sent, and that nobody has recorded.

    claim : of the session that it belongs to; None if no session claims it
    """

    name: DataSetName
    claim: Claim | None
    unrecorded: Unrecorded
    assessed: Assessed

    def instead_of(self, assessed: Assessed) -> Assessed:
        """What becomes of the data set, given what would become of its folder."""
        manifest_id = assessed.work_item.manifest_id
        if not recorded_first(self.unrecorded, assessed.assessment, manifest_id=manifest_id):
            return assessed
        # It waits for nothing that its folder may wait for.
        return replace(self.assessed, notes=self.assessed.notes + replace(assessed.notes, settling=()))


def find_arrivals(
    run: Run, data_set_type: str, claims: Sequence[Claim], known: Known, *, location: str
) -> tuple[Arrival, ...]:
    """The requested data sets of a type that were sent to a location, and that nobody has recorded."""
    found = [
        (name, unrecorded)
        for unrecorded in run.catalog.arrivals.unrecorded(route=run.route, destination=location)
        if (name := DataSetName.parse(unrecorded.submission.data_set)).data_set_type == data_set_type
        and worth_recording(unrecorded, known)
    ]
    names = [str(name) for name, _ in found]
    sent_for = run.catalog.states.targets_of_sent(names, data_set_type=data_set_type)
    return tuple(
        Arrival(name, claim, accepted, _assess(run, name, claim, accepted))
        for name, unrecorded in found
        for claim in [claim_of(name, claims, sent_for=sent_for.get(str(name)))]
        if claim or run.selection.wants_session(name.session)
        for accepted in _accepted(run, unrecorded)
    )


def _accepted(run: Run, unrecorded: Unrecorded) -> Iterator[Unrecorded]:
    """The transfer with its task at the service; nothing where the service has none, since then nothing was sent."""
    submission = unrecorded.submission
    if submission.transfer_task_id is not None:
        yield unrecorded
    elif not run.selection.dry_run:
        try:
            if found := find_task(run, submission):
                yield replace(unrecorded, submission=found)
        except GlobusProviderError as error:
            log.warning("%s: whether it was sent is not known: %s", submission.data_set, error)


def _assess(run: Run, name: DataSetName, claim: Claim | None, unrecorded: Unrecorded) -> Assessed:
    def assess(work_item: WorkItem) -> Assessed:
        line = (
            f"{work_item.label}: the transfer of run {unrecorded.submission.run_id} was never recorded: "
            "it is taken up from the ledger"
        )
        return Assessed(work_item, Transfer(), Notes(noted=Lines.of([line])))

    return assess_sent(run, name, claim, unrecorded.submission, assess)


def assess_sent(
    run: Run,
    name: DataSetName,
    claim: Claim | None,
    submission: Submission,
    assess: Callable[[WorkItem], Assessed],
) -> Assessed:
    """Assess a data set as the ledger has it; one whose names or places are no longer known gets its own state.

    assess : called with a work item that records the transfer without sending more
    """
    files = run.catalog.ledger.manifest(submission.manifest_id)
    work_item = WorkItem(
        data_set=str(name),
        directory="",
        origin=submission.source,
        destination=submission.destination,
        manifest_id=submission.manifest_id,
        session_id=str(claim.target if claim else name.id),
        session=claim.label if claim else str(name.session),
        session_key=claim.session.key if claim else {},
        n_files=len(files.files),
        n_bytes=files.n_bytes,
        submission_id=str(submission.submission_id),
        copy_at=run.copy_at(name.data_set_type, submission.destination),
    )

    def assess_named() -> Assessed:
        paths = [file.path for file in files.files]
        directory = directory_of(paths, name, conventions=run.settings.conventions)
        named = replace(work_item, directory=directory)
        try:
            run.origin(named)
        except SettingsError as error:
            return Assessed(named, Record(State.FAILED, str(error)))
        return assess(named)

    return assess_alone(work_item, assess_named)
