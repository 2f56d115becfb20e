"""What becomes of one expected data set in this run: taken up, left as it is with its state, or nothing new."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archive_flow.discover.imported import missing_folder
from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.select.alone import Verdict, not_listed
from archive_flow.select.readiness import why_waiting
from archive_flow.sidecar.present import Found
from archive_flow.submissions.outcome import MISMATCH
from session_archive.errors import ListingError, NoAnswerError, RefusedError
from session_archive.fixity.compare import came_later, changed_since
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Problem
from session_archive.naming.session_name import DataSetName, lines
from session_archive.recording.sessions import Claim
from session_archive.recording.verdict import judge_listing
from session_archive.states.decisions import Verdict as Decided
from session_archive.states.state import ALARMS, State, StateRow

if TYPE_CHECKING:
    from session_archive.catalog.data_sets.imports import Imported
    from session_archive.catalog.data_sets.replicas import ReplicaInfo
    from session_archive.catalog.lab.links import LinkedDataSet


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog holds of one data set type, asked for once a run.

    replicas : at the type's location, by data set id
    linked   : the data set of each session that has one, by the session's id
    imported : the data set that another catalog tells of, by the session's id
    beside   : DISCOVER: the manifests that lie in the archive beside data sets that it has not proven yet
    busy     : DISCOVER: ids of data sets that are on their way there
    unseen   : DISCOVER: data sets beside which manifests may lie, where nobody answered when asked for them
    """

    replicas: Mapping[uuid.UUID, ReplicaInfo]
    linked: Mapping[uuid.UUID, LinkedDataSet]
    imported: Mapping[uuid.UUID, Imported]
    beside: Mapping[DataSetName, list[Found]] = field(default_factory=dict)
    busy: frozenset[uuid.UUID] = frozenset()
    unseen: frozenset[DataSetName] = frozenset()

    def only_told(self, session_id: uuid.UUID) -> Imported | None:
        """What another catalog tells of a session whose data set nobody here has seen."""
        told = self.imported.get(session_id)
        return told if told and told.name.id not in self.replicas else None


def judge_archived(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Verdict:
    """DISCOVER: take up what the catalog does not know; its files are listed a batch of folders a task."""
    if claim.found is not None:
        if run.hidden(work_item.name.session, place=work_item.origin, layout=claim.found.folder.layout):
            # Parts of it may lie where nobody could look: what is recorded must be whole.
            return None
        refused = _link(run, work_item, claim, known) if work_item.name.id in known.replicas else None
        return refused or judge_loose(run, work_item, known)
    if claim.state in (State.AMBIGUOUS, State.IGNORED):
        return work_item.state(claim.state, claim.reason, run_id=run.run_id)
    told = known.only_told(claim.session.id)
    if told and (why := missing_folder(run, told)):
        named = replace(work_item, data_set=str(told.name), directory=told.directory)
        return named.state(State.REFUSED, why, run_id=run.run_id)
    return None


def judge_source(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Verdict:
    """UPLOAD: what is archived is looked at again, what is under way is taken up again, the rest is listed."""
    if claim.found is None:
        unseen = claim.state is State.NOT_FOUND and (
            _may_be_hidden(run, claim) or known.only_told(claim.session.id)
        )
        return None if unseen else _not_on_the_rig(run, work_item, claim, known)
    if part := run.hidden(work_item.name.session, place=work_item.origin, layout=claim.found.folder.layout):
        words = f"parts of it may lie in {part.where}, which could not be listed: {part.why}"
        return (
            None
            if work_item.name.id in known.replicas
            else work_item.state(State.WAITING, words, run_id=run.run_id)
        )
    replica = known.replicas.get(work_item.name.id)
    refused = _link(run, work_item, claim, known) if replica else None
    return refused or _source(run, work_item, replica)


def _may_be_hidden(run: Run, claim: Claim) -> bool:
    """While a place cannot be listed, nobody can say that a folder is not there.

    Nor, of a folder of another subject or day that a person gave to this session, in a run that looks at some only.
    """
    if claim.decided:
        return bool(run.unlisted or run.wanted.dates)
    return run.hidden(claim.expected) is not None


def judge_loose(run: Run, work_item: WorkItem, known: Known) -> Verdict:
    """As both, for a folder that no session claims."""
    replica = known.replicas.get(work_item.name.id)
    if run.route.origin == "archive":
        return _found_again(run, work_item, replica, known)
    return _source(run, work_item, replica)


def _found_again(run: Run, work_item: WorkItem, replica: ReplicaInfo | None, known: Known) -> Verdict:
    """What is new is taken up, and what was only seen where something new speaks for it."""
    manifests = known.beside.get(work_item.name, [])
    if work_item.name.id in known.busy or work_item.name in known.unseen:
        return None
    if replica and (replica.verified or not (manifests or _raised(run, work_item, replica))):
        return None
    return replace(work_item, manifests=manifests)


def _raised(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> bool:
    """A person vouches for what was only seen."""
    return not replica.verified and bool(
        accepted(run, work_item, Decided.ACCEPT_CONTENT, manifest_id=replica.manifest_id)
    )


def _source(run: Run, work_item: WorkItem, replica: ReplicaInfo | None) -> Verdict:
    if replica and replica.verified:
        return _look_again(run, work_item, replica)
    raised = replica is not None and _raised(run, work_item, replica)
    sent = replica is not None and replica.found_by == run.route.name
    if replica and not (raised or sent):
        return None
    if under_way := run.catalog.open_submission(work_item.name.id, run.route.name, work_item.destination):
        return replace(work_item, origin=under_way.source, manifest_id=under_way.manifest_id)
    return _prove(run, work_item) if sent and not raised else _list(run, work_item)


def _prove(run: Run, work_item: WorkItem) -> Verdict:
    """Take up again what was sent and is not proven, where the rig's copies are as they were and can be read here."""
    if run.origin(work_item).local_path is None or (found := _found(run, work_item)) is None:
        return None
    if changes := changed_since(archived=run.catalog.files(work_item.name.id), found=found):
        words = f"changed on the rig before it was proven: {changes[0].path}: {changes[0].detail}"
        return work_item.state(State.CHANGED, words, run_id=run.run_id)
    verdict = _list(run, work_item)
    # What holds it back now is no news of what lies in the archive.
    return verdict if isinstance(verdict, WorkItem) or (verdict and verdict.state in ALARMS) else None


def _not_on_the_rig(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> Verdict:
    """What is archived stays so when its folder is gone, or names no longer tell which one it is."""
    held = known.linked.get(claim.session.id)
    replica = known.replicas.get(held.name.id) if held else None
    if held is None or replica is None or claim.state is State.IGNORED:
        assert claim.state is not None, "a session without a folder has a state"
        return work_item.state(claim.state, claim.reason, run_id=run.run_id)
    if not replica.verified:
        return None
    return replace(
        work_item,
        data_set=str(held.name),
        directory=held.directory,
        n_files=replica.n_files,
        n_bytes=replica.n_bytes,
    ).state(State.ARCHIVED, f"on the rig: {claim.reason}", run_id=run.run_id)


def _link(run: Run, work_item: WorkItem, claim: Claim, known: Known) -> StateRow | None:
    """Attach a data set that was archived before its session was known; a state where it is another session's."""
    held = known.linked.get(claim.session.id)
    if run.wanted.dry_run or (held and held.name == work_item.name):
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


def _look_again(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> Verdict:
    """Looked for where listing costs nothing: raw files that changed are an alarm, files that came later are sent."""
    archived = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
    found = _found(run, work_item) if run.origin(work_item).local_path is not None else None
    if found is None or found.id == replica.manifest_id:
        return archived.state(State.ARCHIVED, run_id=run.run_id)
    known = run.catalog.files(work_item.name.id)
    if changes := changed_since(archived=known, found=found):
        words = f"changed on the rig after archiving: {changes[0].path}: {changes[0].detail}"
        return archived.state(State.CHANGED, words, run_id=run.run_id)
    later = came_later(archived=known, found=found)
    if not later:
        return archived.state(State.ARCHIVED, run_id=run.run_id)
    words = f"{len(later)} files came later, such as {later[0]}"
    if came_later(archived=found, found=known):
        gone = f"{words}: not archived, since others are no longer on the rig"
        return archived.state(State.ARCHIVED, gone, run_id=run.run_id)
    verdict = _list(run, work_item)
    if not isinstance(verdict, StateRow) or verdict.state in ALARMS:
        return verdict
    return archived.state(State.ARCHIVED, f"{words}: {verdict.state}: {verdict.reason}", run_id=run.run_id)


def _found(run: Run, work_item: WorkItem) -> Manifest | None:
    """What lies on the rig; None when it cannot be listed."""
    try:
        return run.list_origin(work_item).require_whole().manifest
    except ListingError as error:
        # What is archived is safe; that its folder cannot be listed any more stops no other data set.
        run.report.leave_out(work_item.origin, [Problem(lines(work_item.directory)[0], str(error))])
        return None


def _list(run: Run, work_item: WorkItem) -> Verdict:
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
    if held := judge_listing(listing, max_files=run.settings.limits.max_files):
        return listed.state(held[0], held[1], run_id=run.run_id)
    if waiting := why_waiting(run, listed, manifest, left_out=left_out):
        return listed.state(State.WAITING, waiting, run_id=run.run_id)
    if mismatch := _mismatch(run, listed):
        return listed.state(State.REFUSED, mismatch, run_id=run.run_id)
    if not run.wanted.dry_run:
        run.catalog.save_manifest(manifest)
    return listed


def _mismatch(run: Run, work_item: WorkItem) -> str:
    """Why these files are not sent again: the last copy was not what the acquisition program wrote."""
    for submission, outcome in run.catalog.attempts(work_item.name.id, work_item.destination)[-1:]:
        if (
            submission.manifest_id != work_item.manifest_id
            or outcome is None
            or MISMATCH not in outcome.detail
        ):
            return ""
        if accepted(run, work_item, Decided.ACCEPT_WITHOUT_CHECKSUM, manifest_id=work_item.manifest_id):
            return ""
        again = accepted(run, work_item, Decided.SEND_AGAIN, manifest_id=work_item.manifest_id).decisions
        sent_at = submission.begun_at
        since = [each for each in again if each.decided_at and sent_at and each.decided_at > sent_at]
        return "" if since else outcome.detail
    return ""
