"""Puts back what a manifest in the archive says that the catalog knew: row for row, in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_archive.catalog.data_sets.replica_writer import Records
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
from session_archive.catalog.schema.layout import PlaceLike
from session_archive.catalog.schema.store import ROWS, Store, now, stored_time
from session_archive.errors import CatalogError, RefusedError
from session_archive.fixity.compare import FixityReport
from session_archive.fixity.vouchers import unvouched
from session_archive.recording.video_trials import VideoTrial
from session_archive.sidecar.document import SidecarManifest
from session_archive.states.state import StateRow


class Restoring:
    """Adds the rows of a lost catalog again."""

    def __init__(self, store: Store, *, records: Records, states: States) -> None:
        self._store, self._tables = store, store.tables
        self._records, self._states = records, states

    def restore(
        self,
        revisions: Sequence[SidecarManifest],
        *,
        place: PlaceLike,
        link_table: str,
        state: StateRow,
        videos: Mapping[int, Sequence[VideoTrial]],
    ) -> bool:
        """Put back one data set; False, and nothing done, where the catalog knows anything of it already.

        revisions : by ascending revision; all are believed
        videos    : which trial each video shows, by revision
        raises    : CatalogError where the lab's pipeline has no such session any more, RefusedError for files that
                    cannot be kept
        """
        newest = revisions[-1]
        checks = [(carried, _check(carried, place)) for carried in revisions]
        key = {"data_set_id": newest.name.id}
        for _, check in checks:
            self._records.insert_terms(check)
        with self._store.writing(f"data set {newest.name.id}"):
            if self._tables.DataSet & key:
                return False
            row = data_set_row(newest.name, newest.directory)
            self._tables.DataSet.insert1({**row, "recorded_at": stored_time(newest.recorded_at)})
            for carried, check in checks:
                self._put_back(carried, check)
                self._records.insert_videos(
                    {**key, "revision": carried.revision}, videos.get(carried.revision, ())
                )
            self._link(newest, link_table)
            self._states.append(state)
        return True

    def _put_back(self, carried: SidecarManifest, check: Check) -> None:
        t = self._tables
        data_set = {"data_set_id": check.data_set.id, "revision": carried.revision}
        rows = ({**data_set, **file_row(file)} for file in check.manifest.files)
        t.DataSet.PhysicalFile.insert(rows, chunk_size=ROWS)
        key = {**data_set, "storage_location": check.place.name}
        told = {
            "found_by": carried.found_by,
            "dag_id": carried.dag_id,
            "run_id": carried.run_id,
            "recorded_at": stored_time(carried.replica_recorded_at),
        }
        t.Replica.insert1({**key, **replica_row(check), **told})
        verified = carried.verified
        row = verification_row(check, verified.verification_id, n_differences=0)
        if t.Verification & {"verification_id": verified.verification_id}:
            raise RefusedError(f"{carried.data_set}: its manifest names a verification that is another's")
        t.Verification.insert1({**row, "verified_at": stored_time(verified.checked_at)})
        t.Replica.Verified.insert1(
            {
                **key,
                "verification_id": verified.verification_id,
                "verified_at": stored_time(verified.verified_at),
            }
        )
        if files := unvouched(check.manifest):
            # Written by an older version, which called that verified too.
            t.Replica.Unproven.insert1({**key, **unproven_row(files)})
        t.Replica.Carried.insert1({**key, "carried_at": now()})

    def _link(self, carried: SidecarManifest, link_table: str) -> None:
        if carried.session_key is None:
            return
        row = {"data_set_id": carried.name.id, "linked_at": stored_time(carried.linked_at) or now()}
        try:
            self._store.links[link_table].insert1({**carried.session_key, **row})
        except dj.errors.IntegrityError as error:
            raise CatalogError(
                f"{carried.data_set}: the lab's pipeline has no session {carried.session_key} any more"
            ) from error


def _check(carried: SidecarManifest, place: PlaceLike) -> Check:
    """The verification as it was; its own run and instant are those of the manifest."""
    verified, manifest = carried.verified, carried.manifest
    return Check(
        data_set=carried.name,
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
