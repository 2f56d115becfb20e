"""DISCOVER's verify and record: each data set in the archive becomes a replica, with how far its content is proven.

`session_archive.assess.archive_copy` decides; here its facts are gathered, and its verdict is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from archive_flow.discover.evidence import Evidence
from archive_flow.discover.fetch import fetched, list_work_items
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from session_archive import clock
from session_archive.assess.archive_copy import ArchiveCopy, Need, assess_copy
from session_archive.assess.copy_verdict import (
    AlreadyArchived,
    CopyVerdict,
    KeepState,
    RecordReplica,
    RefuseMissing,
    Restore,
    StayAmbiguous,
)
from session_archive.errors import CatalogError, ListingError, NamingError, RefusedError, SettingsError
from session_archive.fixity.manifest import Manifest
from session_archive.listing import Listing
from session_archive.naming.any_layout import read_by_any_layout
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import lines
from session_archive.recording.completeness import Texts
from session_archive.recording.readiness import Observation
from session_archive.recording.video_trials import VideoTrial, video_trials
from session_archive.sidecar.authority import foreign_decisions, own_decisions
from session_archive.states.state import LabSession, State


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

    def record(self, work_item: WorkItem, listing: Listing | ListingError) -> None:
        """Assess and record one data set."""
        try:
            self.results.append(self._record(work_item, listing))
        except (NamingError, RefusedError) as error:
            files = error.files if isinstance(error, RefusedError) else ()
            verdict = KeepState(State.REFUSED, str(error), files=files)
            self.results.append(self._keep_state(work_item, verdict))
        except SettingsError as error:
            self.results.append(self._keep_state(work_item, KeepState(State.FAILED, str(error))))

    def _record(self, work_item: WorkItem, listing: Listing | ListingError) -> Result:
        replica = self.evidence.replica(work_item)
        data_set_settings = self.run.settings_of(work_item.name.data_set_type)
        copy = ArchiveCopy(
            listing=listing,
            verified=replica.verified if replica else None,
            has_session=bool(work_item.session_key),
            archives_unclaimed=data_set_settings.unclaimed == "archive",
            undecided=work_item.undecided,
            day=work_item.name.session.date,
            # Before an upload sends a data set, it asks the same of the rig's folder, and the decisions are on that.
            settled=work_item.settled or bool(replica and replica.found_by != self.run.route),
            kind=self.run.settings.conventions.kind(work_item.name.data_set_type),
        )
        if replica and replica.verified:
            work_item = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
        elif isinstance(listing, Listing):
            manifest = listing.manifest
            n_files, n_bytes = len(manifest.files), manifest.n_bytes
            work_item = replace(work_item, manifest_id=manifest.id, n_files=n_files, n_bytes=n_bytes)
        return self._assess(work_item, copy)

    def _assess(self, work_item: WorkItem, copy: ArchiveCopy) -> Result:
        """Gather facts until the verdict is known, and store it; a manifest that cannot be stored is rejected."""
        while isinstance(verdict := assess_copy(copy), Need):
            copy = self.evidence.gather(work_item, copy, verdict)
        try:
            listed = copy.listing.manifest if isinstance(copy.listing, Listing) else None
            return self._store(work_item, verdict, copy.texts, listed)
        except (RefusedError, CatalogError) as error:
            if error.retryable or not isinstance(verdict, Restore):
                raise
            copy = copy.reject_sidecars(str(error))
        return self._assess(work_item, copy)

    def _store(
        self, work_item: WorkItem, verdict: CopyVerdict, texts: Texts, listed: Manifest | None
    ) -> Result:
        match verdict:
            case AlreadyArchived():
                return work_item.result(State.ARCHIVED)
            case StayAmbiguous(reason):
                return work_item.result(State.AMBIGUOUS, reason, changed=True)
            case KeepState():
                return self._keep_state(work_item, verdict, listed)
            case RefuseMissing():
                self.run.catalog.ledger.save_manifest(verdict.manifest)
                return replace(self._record_replica(work_item, verdict, texts), changed=True)
            case RecordReplica():
                return self._record_replica(work_item, verdict, texts)
            case Restore():
                return self._restore(work_item, verdict, texts)

    def _keep_state(self, work_item: WorkItem, verdict: KeepState, listed: Manifest | None = None) -> Result:
        if verdict.missing and listed is not None:
            seen = Observation.at(listed, now=clock.utc_now())
            self.run.catalog.observations.record(
                work_item.name.id, work_item.destination, seen, verdict.missing
            )
        row = work_item.state(verdict.state, verdict.reason, run_id=self.run.run_id)
        refusal = work_item.refusal(verdict.reason, verdict.files, run_id=self.run.run_id)
        self.run.catalog.refusals.record([refusal])
        changed = bool(self.run.catalog.states.record([row]))
        result = work_item.result(verdict.state, verdict.reason, changed=changed)
        return replace(result, unlisted=verdict.unlisted)

    def _restore(self, work_item: WorkItem, verdict: Restore, texts: Texts) -> Result:
        """Restore its rows from the manifest; a replica that the catalog already has is raised to archived."""
        run = self.run
        if owner := verdict.session:
            work_item = _of_session(work_item, owner, run.settings.conventions)
        newest = verdict.newest
        run.catalog.decisions.restore(own_decisions(newest))
        run.catalog.unconfirmed.record(
            foreign_decisions(newest), sidecar_of=newest.data_set, sidecar_at=newest.location
        )
        new = run.catalog.restore.data_set(
            verdict.revisions,
            place=run.destination(work_item),
            link_table=run.settings_of(work_item.name.data_set_type).link_table,
            state=work_item.state(verdict.state, verdict.reason, run_id=run.run_id),
            videos={each.revision: _videos(run, each.manifest, texts) for each in verdict.revisions},
        )
        if new:
            return work_item.result(verdict.state, verdict.reason, new=True, changed=True)
        return self._record_replica(work_item, verdict.known, texts)

    def _record_replica(
        self, work_item: WorkItem, verdict: RecordReplica | RefuseMissing, texts: Texts
    ) -> Result:
        run = self.run
        new = run.catalog.writer.record_replica(
            data_set=work_item.name,
            directory=work_item.directory,
            session_key=work_item.session_key or None,
            link_table=run.settings_of(work_item.name.data_set_type).link_table,
            place=run.destination(work_item),
            manifest=verdict.manifest,
            report=verdict.report,
            verdict=verdict.result,
            method=verdict.method,
            found_by=run.route,
            submission_id=None,
            run_id=run.run_id,
            dag_id=run.dag_id,
            state=work_item.state(verdict.state, verdict.reason, run_id=run.run_id),
            videos=_videos(run, verdict.manifest, texts),
        )
        return work_item.result(verdict.state, verdict.reason, new=new, changed=new)


def _of_session(work_item: WorkItem, owner: LabSession, conventions: Conventions) -> WorkItem:
    """The work item of a session; a further gate of its run keeps a state of its own."""
    read = read_by_any_layout(lines(work_item.directory)[0], conventions)
    if read and read.gate:
        name = work_item.name
        return replace(
            work_item,
            session_id=str(name.id),
            session=f"{owner} {name.session.ident}",
            session_key=owner.key,
        )
    return replace(work_item, session_id=str(owner.id), session=str(owner), session_key=owner.key)


def _videos(run: Run, manifest: Manifest, texts: Texts) -> tuple[VideoTrial, ...]:
    paths = [file.path for file in manifest.files]
    return video_trials(paths, texts.trial_maps, run.settings.conventions.spellings)
