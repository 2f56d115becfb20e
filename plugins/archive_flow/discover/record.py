"""DISCOVER's verify and record: each data set in the archive becomes a replica, with how far its content is proven."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archive_flow.discover.evidence import Evidence
from archive_flow.discover.fetch import fetched, list_work_items
from archive_flow.discover.imported_records import claimed, refuse
from archive_flow.run.acceptances import Accepted, accepted
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from session_archive import clock
from session_archive.errors import (
    CatalogError,
    ListingError,
    MissingDirectoryError,
    NamingError,
    NoAnswerError,
    RefusedError,
)
from session_archive.fixity.compare import FixityReport
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.vouchers import Voucher, unvouched
from session_archive.listing import Listing
from session_archive.recording.completeness import Texts, findings
from session_archive.recording.copy_check import rig_agreement, why_incomplete
from session_archive.recording.verdict import judge_listing, left_out
from session_archive.recording.video_trials import VideoTrial, video_trials
from session_archive.sidecar.document import SidecarManifest
from session_archive.sidecar.trust import TrustReport
from session_archive.states.decisions import Verdict
from session_archive.states.reasons import UNCLAIMED
from session_archive.states.state import LabSession, State

if TYPE_CHECKING:
    from session_archive.recording.cataloged import ReplicaInfo

_UNPROVEN = "found in the archive; names, sizes and times as listed, content not proven"


def record_found(run: Run, work_items: Sequence[WorkItem], *, key: str, given_up: str) -> list[Result]:
    """Record each data set of one group in a transaction of its own; trouble with one stops no other.

    key      : names what the group's fetch task listed and fetched
    given_up : why its wait gave up; '' if it did not
    """
    if not work_items:
        return []
    small_files = fetched(run, work_items, key=key, given_up=given_up)
    recorder, unlisted = _Recorder(run, Evidence(run, small_files)), []
    for work_item in work_items:
        listing = small_files.listing(work_item) if small_files else None
        if listing is None:
            unlisted.append(work_item)
        else:
            recorder.record(work_item, listing)
    list_work_items(run, unlisted, recorder.record)
    if small_files:
        small_files.clear()
    return recorder.results


@dataclass(slots=True)
class _Recorder:
    run: Run
    evidence: Evidence
    results: list[Result] = field(default_factory=list)
    _replicas: dict[str, dict[uuid.UUID, ReplicaInfo]] = field(default_factory=dict)

    def record(self, work_item: WorkItem, listing: Listing | ListingError) -> None:
        """Assess and record one data set."""
        try:
            self.results.append(self._record(work_item, listing))
        except (NamingError, RefusedError) as error:
            self.results.append(self._keep_state(work_item, State.REFUSED, str(error)))

    def _record(self, work_item: WorkItem, listing: Listing | ListingError) -> Result:
        replica = self._replica(work_item)
        if replica and replica.verified:
            # An earlier try of this task has recorded it.
            return Result(
                work_item.label, work_item.data_set, State.ARCHIVED, "", replica.n_files, replica.n_bytes
            )
        if isinstance(listing, MissingDirectoryError):
            return self._keep_state(work_item, State.WAITING, f"vanished while it was listed: {listing}")
        if isinstance(listing, NoAnswerError):
            return replace(
                self._keep_state(work_item, State.WAITING, f"its place did not answer: {listing}"),
                unlisted=True,
            )
        if isinstance(listing, ListingError):
            return self._keep_state(work_item, State.REFUSED, str(listing))
        manifest = listing.manifest
        work_item = replace(
            work_item, manifest_id=manifest.id, n_files=len(manifest.files), n_bytes=manifest.n_bytes
        )
        if verdict := judge_listing(listing):
            return self._keep_state(work_item, *verdict)
        return self._assessed(work_item, listing)

    def _assessed(self, work_item: WorkItem, listing: Listing) -> Result:
        """Restore it from a trusted sidecar manifest; without one, judge it by its own files and the rig's copy."""
        manifest = listing.manifest
        texts, unread = self.evidence.texts(manifest.files)
        trust = self.evidence.trust(work_item, manifest)
        if trust.newest and not (self._replica(work_item) and unvouched(trust.newest.manifest)):
            try:
                return self._restored(work_item, trust, texts)
            except (RefusedError, CatalogError) as error:
                if error.retryable:
                    raise
                # A manifest that the catalog cannot store was not written by it.
                trust = TrustReport(doubts=(str(error), *trust.doubts))
        if work_item.undecided or self._is_unclaimed(work_item):
            return self._unclaimed_result(work_item, trust)
        claim = claimed(self.run, work_item, manifest)
        if claim.missing and not self._accepted(work_item):
            return refuse(self.run, work_item, manifest, claim)
        if missing := self._why_incomplete(work_item, manifest, texts):
            words = f"incomplete in the archive: {missing}"
            return self._keep_state(work_item, State.WAITING, "; ".join(filter(None, (words, trust.words))))
        return self._keep(work_item, listing, texts, trust, remarks=(unread, claim.words))

    # --- what is known about it ---

    def _replica(self, work_item: WorkItem) -> ReplicaInfo | None:
        place = work_item.destination
        if place not in self._replicas:
            self._replicas[place] = self.run.catalog.replicas.at(place)
        return self._replicas[place].get(work_item.name.id)

    def _why_incomplete(self, work_item: WorkItem, manifest: Manifest, texts: Texts) -> str:
        problems = findings(
            manifest.files,
            texts.metas,
            trial_maps=texts.trial_maps,
            catgt_logs=texts.catgt_logs,
            now=clock.utc_now(),
        )
        return why_incomplete(manifest, findings=problems, rig=self.evidence.on_the_rig(work_item))

    def _is_unclaimed(self, work_item: WorkItem) -> bool:
        archives_unclaimed = self.run.settings.data_sets[work_item.name.data_set_type].unclaimed == "archive"
        return not (work_item.session_key or archives_unclaimed or self._replica(work_item))

    # --- what becomes of it ---

    def _restored(self, work_item: WorkItem, trust: TrustReport, texts: Texts) -> Result:
        """Restore its rows from the manifest; a replica that the catalog already has is raised to archived."""
        run, newest = self.run, trust.newest
        assert newest is not None, "checked before"
        owner = _owned_by(work_item, newest, self.evidence.sessions(work_item.name.data_set_type))
        run.catalog.decisions.restore(newest.decisions)
        state, lacking = State.ARCHIVED, ""
        if files := unvouched(newest.manifest):
            state, lacking = State.UNVERIFIED, f"nothing proves the content of {len(files)} of its files"
        reason = "; ".join(filter(None, ("as recorded in its sidecar manifest", lacking, trust.words)))
        new = run.catalog.restore.data_set(
            trust.revisions,
            place=run.destination(work_item),
            link_table=run.settings.data_sets[work_item.name.data_set_type].link_table,
            state=owner.state(state, reason, run_id=run.run_id),
            videos={each.revision: _videos(each.manifest, texts) for each in trust.revisions},
        )
        if new:
            return owner.result(state, reason, new=True, changed=True)
        return self._record_replica(
            owner,
            Manifest.of(replace(file, vouched_by=str(Voucher.MANIFEST)) for file in newest.manifest.files),
            state=State.ARCHIVED,
            reason=reason,
            method=f"sidecar manifest, of a verification by {newest.verified.method}"
            f" on {newest.verified.verified_at:%Y-%m-%d}; listing",
            texts=texts,
        )

    def _unclaimed_result(self, work_item: WorkItem, trust: TrustReport) -> Result:
        reason = "; ".join(filter(None, (UNCLAIMED, trust.words)))
        if work_item.undecided:
            return work_item.result(State.AMBIGUOUS, trust.words, changed=True)
        return self._keep_state(work_item, State.UNCLAIMED, reason)

    def _accepted(self, work_item: WorkItem) -> Accepted:
        return accepted(self.run, work_item, Verdict.ACCEPT_CONTENT, manifest_id=work_item.manifest_id)

    def _keep(
        self,
        work_item: WorkItem,
        listing: Listing,
        texts: Texts,
        trust: TrustReport,
        *,
        remarks: tuple[str, ...],
    ) -> Result:
        """Record a data set that nothing proves as unverified, unless a person vouches for it."""
        accepted = self._accepted(work_item)
        manifest = accepted.vouch(listing.manifest)
        missing = unvouched(manifest)
        alike = rig_agreement(manifest, self.evidence.on_the_rig(work_item))
        unproven = "; ".join(filter(None, (_UNPROVEN, alike, *remarks))) if missing else ""
        words = (accepted.words, unproven, trust.words, left_out(listing))
        return self._record_replica(
            work_item,
            manifest,
            state=State.UNVERIFIED if missing else State.ARCHIVED,
            reason="; ".join(filter(None, words)),
            method="; ".join(filter(None, ("listing", accepted.words))),
            texts=texts,
        )

    def _record_replica(
        self, work_item: WorkItem, manifest: Manifest, *, state: State, reason: str, method: str, texts: Texts
    ) -> Result:
        run = self.run
        row = work_item.state(state, reason, run_id=run.run_id)
        new = run.catalog.writer.record_replica(
            data_set=work_item.name,
            directory=work_item.directory,
            session_key=work_item.session_key or None,
            link_table=run.settings.data_sets[work_item.name.data_set_type].link_table,
            place=run.destination(work_item),
            manifest=manifest,
            # There was nothing to compare the listing with.
            report=FixityReport(len(manifest.files), manifest.n_bytes),
            verdict="verified" if state is State.ARCHIVED else "unverified",
            method=method,
            found_by=run.route,
            submission_id=None,
            run_id=run.run_id,
            dag_id=run.dag_id,
            state=row,
            videos=_videos(manifest, texts),
        )
        return work_item.result(state, reason, new=new, changed=new)

    def _keep_state(self, work_item: WorkItem, state: State, reason: str) -> Result:
        changed = self.run.catalog.states.record([work_item.state(state, reason, run_id=self.run.run_id)])
        return work_item.result(state, reason, changed=bool(changed))


def _owned_by(work_item: WorkItem, sidecar: SidecarManifest, sessions: Sequence[LabSession]) -> WorkItem:
    """The work item of the session that its sidecar manifest names, whatever its folder is called."""
    session = next((each for each in sessions if each.key == sidecar.session_key), None)
    if session is None:
        return work_item
    return replace(work_item, session_id=str(session.id), session=str(session), session_key=session.key)


def _videos(manifest: Manifest, texts: Texts) -> tuple[VideoTrial, ...]:
    return video_trials([file.path for file in manifest.files], texts.trial_maps)
