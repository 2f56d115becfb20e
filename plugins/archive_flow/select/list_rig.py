"""Lists a data set on its rig, and has the listing judged: to be sent, to be proven, or compared once more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive_flow.run.acceptances import decisions_on
from archive_flow.run.report import Lines, Notes, add_up, left_out
from archive_flow.run.twins import twins_of
from archive_flow.run.unlisted import could_not_list
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed
from archive_flow.select.readiness import judge_readiness
from archive_flow.transfer.checksums import known_checksums
from archive_flow.upload.source_digests import source_digests
from session_archive.assess.moved import judge_moved
from session_archive.assess.names import judge_names, look_alike
from session_archive.assess.on_rig import (
    after_listing_to_prove,
    changed_before_proof,
    compare_again,
    find_mismatch,
    to_compare,
)
from session_archive.assess.verdict import Leave, Record, Transfer, not_listed
from session_archive.errors import ListingError, NoAnswerError, RefusedError
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.storable import require_storable
from session_archive.listing import Problem
from session_archive.naming.session_name import lines
from session_archive.recording.verdict import files_behind, judge_listing, names_decided
from session_archive.states.state import State

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.recording.cataloged import ReplicaInfo


def compare_with_rig(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> Assessed:
    """Compare an archived data set with the rig if its disk can be read here; `recheck` compares the others."""
    archived = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
    if run.rig_root(work_item) is None:
        return Assessed(archived, Record(State.ARCHIVED))
    try:
        return compare_listing(run, work_item, replica)
    except ListingError as error:
        # The archive's copy is safe; a folder that can no longer be listed stops no other data set.
        return Assessed(archived, Record(State.ARCHIVED), not_compared(work_item, error))


def compare_listing(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> Assessed:
    """Compare an archived data set with its rig, by whatever lists that. Raises ListingError."""
    archived = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
    on_rig = to_compare(replica, run.list_origin(work_item).require_whole().manifest)
    if on_rig is None:
        return Assessed(archived, Record(State.ARCHIVED))
    compared = compare_again(archived=_archived(run, work_item), on_rig=on_rig)
    if isinstance(compared, Record):
        return Assessed(archived, compared)
    to_send = list_to_send(run, replace(work_item, settled=True), decided=work_item.settled)
    assessment = compared.after_listing(to_send.assessment)
    of_archived = assessment is not to_send.assessment
    return Assessed(archived if of_archived else to_send.work_item, assessment, to_send.notes)


def not_compared(work_item: WorkItem, error: ListingError) -> Notes:
    """A note that an archived data set could not be listed on its rig."""
    return left_out(work_item.origin, [Problem(lines(work_item.directory)[0], str(error))])


def list_to_prove(run: Run, work_item: WorkItem) -> Assessed:
    """Prove what was sent and is unverified, if the rig's copies are unchanged and this worker can read them."""
    on_rig, notes = list_again(run, work_item)
    if on_rig is None:
        return Assessed(work_item, Leave(), notes)
    if changed := changed_before_proof(archived=_archived(run, work_item), on_rig=on_rig):
        return Assessed(work_item, changed, notes)
    to_send = list_to_send(run, work_item, decided=work_item.settled)
    return replace(
        to_send, assessment=after_listing_to_prove(to_send.assessment), notes=notes + to_send.notes
    )


def list_again(run: Run, work_item: WorkItem) -> tuple[Manifest | None, Notes]:
    """The files on the rig; None if this worker cannot read its disk, or they cannot be listed."""
    if run.rig_root(work_item) is None:
        return None, Notes()
    try:
        return run.list_origin(work_item).require_whole().manifest, Notes()
    except ListingError as error:
        return None, not_compared(work_item, error)


def list_to_send(run: Run, work_item: WorkItem, *, decided: bool) -> Assessed:
    """List a data set, and take it up if it may be sent as it is now.

    work_item : `settled` also if the data set is archived already
    decided   : a person decided which session its folder is of
    """
    try:
        listing = run.list_origin(work_item)
    except ListingError as error:
        return Assessed(work_item, not_listed(error), no_answer(work_item, error))
    skipped = [problem for problem in listing.problems if not problem.blocks]
    overruled = names_decided(listing) if decided else ()
    notes = add_up([no_answer(work_item, why) for why in listing.unseen])
    notes += left_out(work_item.origin, skipped)
    manifest = listing.manifest
    listed = replace(
        work_item, manifest_id=manifest.id, n_files=len(manifest.files), n_bytes=manifest.n_bytes
    )
    notes += Notes(noted=Lines.of(f"{work_item.origin}:{each.path}: {each.what}" for each in overruled))
    verdict = judge_listing(
        listing,
        kind=run.settings.conventions.kind(work_item.name.data_set_type),
        max_files=run.settings.limits.max_files,
        settled=work_item.settled,
        decided=decided,
    )
    if verdict:
        return Assessed(listed, Record(*verdict, files=files_behind(listing, verdict[0])), notes)
    try:
        require_storable(work_item.name, work_item.directory, manifest.files)
    except RefusedError as error:
        return Assessed(listed, Record(State.REFUSED, str(error), files=error.files), notes)
    if refused := _judge_names(run, listed, manifest):
        return Assessed(listed, refused, notes)
    waiting, of_readiness = judge_readiness(run, listed, manifest, odd=(*skipped, *overruled))
    notes += of_readiness
    if kept := waiting or _judge_mismatch(run, listed) or _judge_moved(run, listed, manifest):
        return Assessed(listed, kept, notes)
    if not run.selection.dry_run:
        run.catalog.ledger.save_manifest(manifest)
    return Assessed(listed, Transfer(), notes)


def no_answer(work_item: WorkItem, error: ListingError) -> Notes:
    """A note that its place did not answer; no note for any other error, which is the data set's own."""
    if isinstance(error, NoAnswerError):
        return could_not_list(work_item.origin, lines(work_item.directory)[0], error)
    return Notes()


def refused_at(run: Run, work_item: WorkItem, manifest: Manifest) -> Record | None:
    """Why these files may not be sent to their destination, whatever the rig has; None if they may."""
    return _judge_names(run, work_item, manifest) or _judge_mismatch(run, work_item)


def _judge_mismatch(run: Run, work_item: WorkItem) -> Record | None:
    """Refused where the checksum of the last copy was not that of the acquisition program."""
    attempts = run.catalog.ledger.attempts(work_item.name.id, work_item.destination)
    mismatch = find_mismatch(attempts, manifest_id=work_item.manifest_id)
    if mismatch is None:
        return None
    places = (work_item.origin, work_item.destination)
    algorithms = {algorithm for algorithm, _ in source_digests(run, work_item).values()}
    return mismatch.judge(
        decisions_on(run, work_item, manifest_id=work_item.manifest_id),
        doubted_at=known_checksums(run, places).doubted_at(algorithms, places),
    )


def _judge_names(run: Run, work_item: WorkItem, manifest: Manifest) -> Record | None:
    """Not sent where the destination may take names for one; the catalog is asked only if any look alike."""
    if not look_alike(manifest):
        return None
    destination = run.destination(work_item)
    listed = {file.path for file in _archived(run, work_item).files}
    return judge_names(
        manifest, run.catalog.place_names.of(destination), place=destination.name, listed=listed
    )


def _archived(run: Run, work_item: WorkItem) -> Manifest:
    return run.catalog.replicas.files_at(work_item.name.id, work_item.destination)


def _judge_moved(run: Run, work_item: WorkItem, manifest: Manifest) -> Record | None:
    """Ambiguous where its files are archived under another name; asked only of what is new and ready to be sent."""
    if work_item.settled:
        return None
    return judge_moved(twins_of(run, work_item.name, manifest), folder=work_item.path)
