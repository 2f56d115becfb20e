"""Restores the rows of a lost catalog from a sidecar manifest in the archive, in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_archive.catalog.data_sets.replica_writer import ReplicaWriter
from session_archive.catalog.data_sets.revision import VERIFIED
from session_archive.catalog.data_sets.rows import (
    Check,
    data_set_row,
    file_row,
    replica_row,
    unproven_row,
    verification_row,
)
from session_archive.catalog.database.connection import dj
from session_archive.catalog.history.states import States
from session_archive.catalog.schema.store import ROWS, Store, now, stored_time
from session_archive.errors import CatalogError, RefusedError
from session_archive.fixity.compare import FixityReport
from session_archive.fixity.vouchers import unvouched
from session_archive.recording.video_trials import VideoTrial
from session_archive.settings.places import Place
from session_archive.sidecar.document import SidecarManifest
from session_archive.states.state import StateRow


class Restore:
    """Adds the rows of a lost catalog again."""

    def __init__(self, store: Store, *, replica_writer: ReplicaWriter, states: States) -> None:
        self._store, self._tables = store, store.tables
        self._writer, self._states = replica_writer, states

    def data_set(
        self,
        revisions: Sequence[SidecarManifest],
        *,
        place: Place,
        link_table: str,
        state: StateRow,
        videos: Mapping[int, Sequence[VideoTrial]],
    ) -> bool:
        """Restore one data set, or one more copy of it; False, with nothing done, if the catalog knows it there.

        Also False where the catalog has other files of it.

        revisions : by ascending revision; all are trusted
        videos    : which trial each video shows, by revision
        raises    : CatalogError if the lab's pipeline no longer has the session, RefusedError for files that cannot
                    be stored
        """
        newest = revisions[-1]
        checks = [(sidecar, _check(sidecar, place)) for sidecar in revisions]
        key = {"data_set_id": newest.name.id}
        for _, check in checks:
            self._writer.insert_terms(check)
        with self._store.writing(f"data set {newest.name.id}"):
            if self._tables.DataSet & key:
                if not self._is_further_copy(checks, place):
                    return False
            else:
                row = data_set_row(newest.name, newest.directory)
                self._tables.DataSet.insert1({**row, "recorded_at": stored_time(newest.recorded_at)})
                for sidecar, check in checks:
                    self._insert_files(sidecar, check)
                    self._writer.insert_videos(
                        {**key, "revision": sidecar.revision}, videos.get(sidecar.revision, ())
                    )
                self._link(newest, link_table)
            for sidecar, check in checks:
                self._insert_replica(sidecar, check)
            self._states.append(state)
        return True

    def _is_further_copy(self, checks: Sequence[tuple[SidecarManifest, Check]], place: Place) -> bool:
        """True if no replica of it is known at this place, and the catalog has the same files in each revision."""
        replica = self._tables.Replica
        key = {"data_set_id": checks[0][1].data_set.id}
        if replica & {**key, "storage_location": place.name}:
            return False
        return all(
            set((replica & {**key, "revision": sidecar.revision}).to_arrays("manifest_id"))
            == {check.manifest.id}
            for sidecar, check in checks
        )

    def _insert_files(self, sidecar: SidecarManifest, check: Check) -> None:
        data_set = {"data_set_id": check.data_set.id, "revision": sidecar.revision}
        rows = ({**data_set, **file_row(file)} for file in check.manifest.files)
        self._tables.DataSet.PhysicalFile.insert(rows, chunk_size=ROWS)

    def _insert_replica(self, sidecar: SidecarManifest, check: Check) -> None:
        t = self._tables
        key = {
            "data_set_id": check.data_set.id,
            "revision": sidecar.revision,
            "storage_location": check.place.name,
        }
        recorded = {
            "found_by": sidecar.found_by,
            "dag_id": sidecar.dag_id,
            "run_id": sidecar.run_id,
            "recorded_at": stored_time(sidecar.replica_recorded_at),
        }
        t.Replica.insert1({**key, **replica_row(check), **recorded})
        verified = sidecar.verified
        row = verification_row(check, verified.verification_id, n_differences=0)
        if t.Verification & {"verification_id": verified.verification_id}:
            raise RefusedError(f"{sidecar.data_set}: its manifest names a verification of another data set")
        t.Verification.insert1({**row, "verified_at": stored_time(verified.checked_at)})
        t.Replica.Verified.insert1(
            {
                **key,
                "verification_id": verified.verification_id,
                "verified_at": stored_time(verified.verified_at),
            }
        )
        if files := unvouched(check.manifest):
            # An older version called that verified too.
            t.Replica.Unproven.insert1({**key, **unproven_row(files)})
        t.Replica.Carried.insert1({**key, "carried_at": now()})

    def _link(self, sidecar: SidecarManifest, link_table: str) -> None:
        if sidecar.session_key is None:
            return
        row = {"data_set_id": sidecar.name.id, "linked_at": stored_time(sidecar.linked_at) or now()}
        try:
            self._store.links[link_table].insert1({**sidecar.session_key, **row})
        except dj.errors.IntegrityError as error:
            raise CatalogError(
                f"{sidecar.data_set}: the lab's pipeline no longer has the session {sidecar.session_key}"
            ) from error


def _check(sidecar: SidecarManifest, place: Place) -> Check:
    """The verification as it was; its run and timestamp are those of the manifest."""
    verified, manifest = sidecar.verified, sidecar.manifest
    return Check(
        data_set=sidecar.name,
        place=place,
        manifest=manifest,
        report=FixityReport(len(manifest.files), manifest.n_bytes),
        verdict=VERIFIED,
        method=verified.method,
        route=verified.route,
        submission_id=verified.submission_id,
        run_id=verified.run_id,
        dag_id=verified.dag_id,
    )
