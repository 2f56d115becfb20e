"""Assess one expected data set: transfer it, record a state, or leave it unchanged."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.isolate import Assessment, not_listed
from archive_flow.select.readiness import why_waiting
from archive_flow.sidecar.existing import SidecarFile
from session_archive.assess.imported_record import missing_folder
from session_archive.errors import ListingError, NoAnswerError, RefusedError
from session_archive.fixity.compare import came_later, changed_since
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Problem
from session_archive.naming.session_name import DataSetName, lines
from session_archive.recording.sessions import Claim
from session_archive.recording.verdict import judge_listing
from session_archive.states.decisions import Verdict
from session_archive.states.state import ALARMS, State, StateRow
from session_archive.transfers.submission import MISMATCH

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.imports import Imported
    from session_archive.catalog.data_sets.replica_reader import ReplicaInfo
    from session_archive.catalog.lab.links import LinkedDataSet


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one data set type, looked up once a run.

    replicas : at the type's location, by data set id
    linked   : the data set of each session that has one, by the session's id
    imported : the data set that another catalog records, by the session's id
    sidecars : DISCOVER: the sidecar manifests of data sets that are not proven yet
    busy     : DISCOVER: ids of data sets with a transfer to the location under way
    unseen   : DISCOVER: data sets whose sidecar manifests could not be listed, since the place did not answer
    """

    replicas: Mapping[uuid.UUID, ReplicaInfo]
    linked: Mapping[uuid.UUID, LinkedDataSet]
    imported: Mapping[uuid.UUID, Imported]
    sidecars: Mapping[DataSetName, list[SidecarFile]] = field(default_factory=dict)
    busy: frozenset[uuid.UUID] = frozenset()
    unseen: frozenset[DataSetName] = frozenset()

    def imported_only(self, session_id: uuid.UUID) -> Imported | None:
        """The imported record of a session with no replica seen yet."""
        imported = self.imported.get(session_id)
        return imported if imported and imported.name.id not in self.replicas else None


def assess_archived(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Assessment:
    """DISCOVER: take up what the catalog does not know; later tasks list the files, a batch of folders each."""
    if claim.found is not None:
        if run.hidden(work_item.name.session, place=work_item.origin, layout=claim.found.folder.layout):
            # Parts of it may be in a folder that could not be listed, and only a complete data set is recorded.
            return None
        refused = _link(run, work_item, claim, known) if work_item.name.id in known.replicas else None
        return refused or assess_folder(run, work_item, known)
    if claim.state in (State.AMBIGUOUS, State.IGNORED):
        return work_item.state(claim.state, claim.reason, run_id=run.run_id)
    imported = known.imported_only(claim.session.id)
    hidden = bool(imported and run.hidden(imported.name.session, place=imported.place))
    if imported and (why := missing_folder(source=imported.source, n_files=imported.n_files, hidden=hidden)):
        of_import = replace(work_item, data_set=str(imported.name), directory=imported.directory)
        return of_import.state(State.REFUSED, why, run_id=run.run_id)
    return None


def assess_source(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Assessment:
    """UPLOAD: compare archived data sets with the rig again, resume what is under way, list the rest."""
    if claim.found is None:
        unseen = claim.state is State.NOT_FOUND and (
            _may_be_hidden(run, claim) or known.imported_only(claim.session.id)
        )
        return None if unseen else _not_on_the_rig(run, work_item, claim, known)
    if part := run.hidden(work_item.name.session, place=work_item.origin, layout=claim.found.folder.layout):
        words = f"parts of it may be in {part.where}, which could not be listed: {part.why}"
        return (
            None
            if work_item.name.id in known.replicas
            else work_item.state(State.WAITING, words, run_id=run.run_id)
        )
    replica = known.replicas.get(work_item.name.id)
    refused = _link(run, work_item, claim, known) if replica else None
    return refused or _source(run, work_item, replica)


def _may_be_hidden(run: Run, claim: Claim) -> bool:
    """Whether its folder may exist where this run did not list.

    A person may have assigned a folder of another subject or day to this session; a run for some days may not list it.
    """
    if claim.decided:
        return bool(run.unlisted or run.selection.dates)
    return run.hidden(claim.expected) is not None


def assess_folder(run: Run, work_item: WorkItem, known: Known) -> Assessment:
    """UPLOAD and DISCOVER: assess a folder, whether or not a session claims it."""
    replica = known.replicas.get(work_item.name.id)
    if run.route == "discover":
        return _in_archive(run, work_item, replica, known)
    return _source(run, work_item, replica)


def _in_archive(run: Run, work_item: WorkItem, replica: ReplicaInfo | None, known: Known) -> Assessment:
    """Take up a new data set; an unverified replica only if a sidecar manifest or a person now vouches for it."""
    manifests = known.sidecars.get(work_item.name, [])
    if work_item.name.id in known.busy or work_item.name in known.unseen:
        return None
    if replica and (replica.verified or not (manifests or _accepted(run, work_item, replica))):
        return None
    return replace(work_item, manifests=manifests)


def _accepted(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> bool:
    """Whether a person vouches for an unverified replica."""
    return not replica.verified and bool(
        accepted(run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=replica.manifest_id)
    )


def _source(run: Run, work_item: WorkItem, replica: ReplicaInfo | None) -> Assessment:
    if replica and replica.verified:
        return _compare_again(run, work_item, replica)
    is_accepted = replica is not None and _accepted(run, work_item, replica)
    sent = replica is not None and replica.found_by == run.route
    if replica and not (is_accepted or sent):
        return None
    if under_way := run.catalog.open_submission(work_item.name.id, run.route, work_item.destination):
        return replace(work_item, origin=under_way.source, manifest_id=under_way.manifest_id)
    return _prove(run, work_item) if sent and not is_accepted else _list(run, work_item)


def _prove(run: Run, work_item: WorkItem) -> Assessment:
    """Prove what was sent and is unverified, if the rig's copies are unchanged and this worker can read them."""
    if run.origin(work_item).local_path is None or (on_rig := _list_rig(run, work_item)) is None:
        return None
    if changes := changed_since(archived=run.catalog.files(work_item.name.id), found=on_rig):
        words = f"changed on the rig before it was proven: {changes[0].path}: {changes[0].detail}"
        return work_item.state(State.CHANGED, words, run_id=run.run_id)
    assessment = _list(run, work_item)
    if isinstance(assessment, StateRow) and assessment.state not in ALARMS:
        # What makes it wait now says nothing about the copy in the archive.
        return None
    return assessment


def _not_on_the_rig(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Assessment:
    """Archived data sets stay archived if their folder is gone, or if names no longer say which it is."""
    linked = known.linked.get(claim.session.id)
    replica = known.replicas.get(linked.name.id) if linked else None
    if linked is None or replica is None or claim.state is State.IGNORED:
        assert claim.state is not None, "a session without a folder has a state"
        return work_item.state(claim.state, claim.reason, run_id=run.run_id)
    if not replica.verified:
        return None
    return replace(
        work_item,
        data_set=str(linked.name),
        directory=linked.directory,
        n_files=replica.n_files,
        n_bytes=replica.n_bytes,
    ).state(State.ARCHIVED, f"on the rig: {claim.reason}", run_id=run.run_id)


def _link(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> StateRow | None:
    """Attach a data set that was archived before its session was known; refused if another session has it."""
    linked = known.linked.get(claim.session.id)
    if run.selection.dry_run or (linked and linked.name == work_item.name):
        return None
    try:
        run.catalog.link(
            work_item.name,
            work_item.session_key,
            run.settings.data_sets[work_item.name.data_set_type].link_table,
        )
    except RefusedError as error:
        return work_item.state(State.REFUSED, str(error), run_id=run.run_id)
    return None


def _compare_again(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> Assessment:
    """Compare with the rig if its disk can be read here: changed raw files are an alarm, later files are sent."""
    archived = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
    on_rig = _list_rig(run, work_item) if run.origin(work_item).local_path is not None else None
    if on_rig is None or on_rig.id == replica.manifest_id:
        return archived.state(State.ARCHIVED, run_id=run.run_id)
    known = run.catalog.files(work_item.name.id)
    if changes := changed_since(archived=known, found=on_rig):
        words = f"changed on the rig after archiving: {changes[0].path}: {changes[0].detail}"
        return archived.state(State.CHANGED, words, run_id=run.run_id)
    later = came_later(archived=known, found=on_rig)
    if not later:
        return archived.state(State.ARCHIVED, run_id=run.run_id)
    words = f"{len(later)} files came later, such as {later[0]}"
    if came_later(archived=on_rig, found=known):
        gone = f"{words}: not archived, since others are no longer on the rig"
        return archived.state(State.ARCHIVED, gone, run_id=run.run_id)
    assessment = _list(run, work_item)
    if not isinstance(assessment, StateRow) or assessment.state in ALARMS:
        return assessment
    return archived.state(
        State.ARCHIVED, f"{words}: {assessment.state}: {assessment.reason}", run_id=run.run_id
    )


def _list_rig(run: Run, work_item: WorkItem) -> Manifest | None:
    """The files on the rig; None if they cannot be listed."""
    try:
        return run.list_origin(work_item).require_whole().manifest
    except ListingError as error:
        # The archive's copy is safe; a folder that can no longer be listed stops no other data set.
        run.report.leave_out(work_item.origin, [Problem(lines(work_item.directory)[0], str(error))])
        return None


def _list(run: Run, work_item: WorkItem) -> Assessment:
    try:
        listing = run.list_origin(work_item)
    except ListingError as error:
        return not_listed(run, work_item, error)
    for why in listing.unseen:
        if isinstance(why, NoAnswerError):
            run.could_not_list(work_item.origin, lines(work_item.directory)[0], why)
    left_out = [problem for problem in listing.problems if not problem.blocks]
    run.report.leave_out(work_item.origin, left_out)
    manifest = listing.manifest
    listed = replace(
        work_item, manifest_id=manifest.id, n_files=len(manifest.files), n_bytes=manifest.n_bytes
    )
    if verdict := judge_listing(listing, max_files=run.settings.limits.max_files):
        return listed.state(verdict[0], verdict[1], run_id=run.run_id)
    if waiting := why_waiting(run, listed, manifest, left_out=left_out):
        return listed.state(State.WAITING, waiting, run_id=run.run_id)
    if mismatch := _mismatch(run, listed):
        return listed.state(State.REFUSED, mismatch, run_id=run.run_id)
    if not run.selection.dry_run:
        run.catalog.save_manifest(manifest)
    return listed


def _mismatch(run: Run, work_item: WorkItem) -> str:
    """Why these files are not sent again: the checksum of the last copy was not that of the acquisition program."""
    for submission, outcome in run.catalog.attempts(work_item.name.id, work_item.destination)[-1:]:
        if (
            submission.manifest_id != work_item.manifest_id
            or outcome is None
            or MISMATCH not in outcome.detail
        ):
            return ""
        if accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=work_item.manifest_id):
            return ""
        again = accepted(run, work_item, Verdict.SEND_AGAIN, manifest_id=work_item.manifest_id).decisions
        sent_at = submission.begun_at
        since = [each for each in again if each.decided_at and sent_at and each.decided_at > sent_at]
        return "" if since else outcome.detail
    return ""
