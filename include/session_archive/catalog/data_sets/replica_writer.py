"""Writes the result of a verification into the catalog, in one short transaction: all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from session_archive.catalog.data_sets.replica_reader import ReplicaReader
from session_archive.catalog.data_sets.revision import FAILED, VERIFIED, Recorded, require_verdict, revise
from session_archive.catalog.data_sets.rows import (
    Check,
    data_set_row,
    difference_rows,
    file_row,
    replica_row,
    verification_row,
    video_row,
)
from session_archive.catalog.history.damages import Damages
from session_archive.catalog.history.states import States
from session_archive.catalog.lab.links import Links
from session_archive.catalog.schema.bound_store import insert_missing
from session_archive.catalog.schema.store import ROWS, Store, cut, now
from session_archive.catalog.schema.tables import TEXT_LENGTH
from session_archive.errors import CatalogError
from session_archive.fixity.compare import Difference, FixityReport
from session_archive.fixity.damage import damage_words
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.storable import require_storable
from session_archive.naming.session_name import DataSetName
from session_archive.recording.video_trials import VideoTrial
from session_archive.settings.places import Place
from session_archive.states.state import State, StateRow


class ReplicaWriter:
    """Adds replicas, retrievals and verification reports."""

    def __init__(
        self, store: Store, *, replicas: ReplicaReader, links: Links, states: States, damages: Damages
    ) -> None:
        self._store, self._tables = store, store.tables
        self._replicas, self._links, self._states, self._damages = replicas, links, states, damages

    def record_replica(
        self,
        *,
        data_set: DataSetName,
        directory: str,
        session_key: Mapping[str, Any] | None,
        link_table: str,
        place: Place,
        manifest: Manifest,
        report: FixityReport,
        verdict: str,
        method: str,
        found_by: str,
        submission_id: uuid.UUID | None,
        run_id: str,
        dag_id: str,
        state: StateRow,
        videos: Iterable[VideoTrial] = (),
    ) -> bool:
        """Record what was seen of a data set at a place; True if it was not known there, or is proven now.

        A failed verification leaves only its report and the state. Recording the same again only adds a missing link,
        and a verification if it is of another transfer.
        Until a replica is verified, other files than before are a new revision.

        session_key : the lab session's key; None while no session claims the data set
        verdict     : 'verified', 'unverified' or 'failed'
        method      : what was compared, in a few words
        found_by    : the route, 'upload' or 'discover'
        videos      : which trial each video shows
        raises      : RefusedError, naming the first file that differs from a verified replica, or all that cannot
                      be stored; CatalogError if the place or the lab's session has changed
        """
        check = Check(
            data_set, place, manifest, report, verdict, method, found_by, submission_id, run_id, dag_id
        )
        require_verdict(verdict, manifest)
        if verdict != FAILED:
            # Before the transaction: what cannot be stored is refused as a whole.
            require_storable(data_set, directory, manifest.files)
            self.insert_terms(check)
        # Of 100,000 files, the rows would take 50 MB: only a part of them exists at a time.
        files = map(file_row, manifest.files)
        with self._store.writing(f"data set {data_set.id}"):
            newly = False
            if verdict == FAILED:
                self._insert_verification(check)
            else:
                newly = self._insert_replica(check, directory=directory, files=files, videos=videos)
                if session_key is not None:
                    self._links.add(data_set, session_key, link_table)
            self._states.append(self._unless_damaged(state, data_set, place))
        return newly

    def _unless_damaged(self, state: StateRow, data_set: DataSetName, place: Place) -> StateRow:
        """The state, unless an audit found damage there that no later one found whole: it ends no damage."""
        if state.state not in (State.ARCHIVED, State.UNVERIFIED):
            return state
        damages = self._damages.of((data_set.id,), place.name).get(data_set.id)
        if not damages:
            return state
        reason = damage_words(place.name, damages, n_files=state.n_files)
        return replace(state, state=State.DAMAGED, reason=reason)

    def record_retrieval(
        self,
        *,
        data_set: DataSetName,
        place: Place,
        manifest: Manifest,
        report: FixityReport,
        verdict: str,
        method: str,
        submission_id: uuid.UUID | None,
        run_id: str,
        dag_id: str,
        chosen: str = "",
    ) -> None:
        """Record a data set that was brought to a scratch place; unless verified, only the report is kept.

        The same run records it once, however often its task is tried.

        chosen : which files of it, in words; '' for all
        """
        check = Check(
            data_set, place, manifest, report, verdict, method, "retrieve", submission_id, run_id, dag_id
        )
        require_verdict(verdict)
        once = {"data_set_id": data_set.id, "place": place.name, "dag_id": dag_id, "run_id": run_id}
        with self._store.writing(f"data set {data_set.id}"):
            if verdict == VERIFIED and self._tables.Retrieval & once:
                return
            verification_id = self._insert_verification(check)
            if verdict != VERIFIED:
                return
            if not self._tables.DataSet & {"data_set_id": data_set.id}:
                raise CatalogError(f"{data_set} was retrieved, but is not in the catalog")
            self._tables.Retrieval.insert1(
                {
                    **once,
                    "retrieval_id": uuid.uuid4(),
                    "collection": place.collection,
                    "directory": place.directory,
                    "manifest_id": manifest.id,
                    "verification_id": verification_id,
                    "n_files": len(manifest.files),
                    "n_bytes": manifest.n_bytes,
                    "chosen": cut(chosen, TEXT_LENGTH),
                    "retrieved_at": now(),
                }
            )

    def insert_terms(self, check: Check) -> None:
        """The rows that others refer to; they may stay even if the transaction fails."""
        words = self._store.layout.descriptions
        kind, place = check.data_set.data_set_type, check.place
        with self._store.reading():
            insert_missing(
                self._tables.DataSetType,
                [{"data_set_type": kind, "data_set_type_description": cut(words.get(kind, ""), TEXT_LENGTH)}],
            )
            insert_missing(
                self._tables.FileType,
                [
                    {"file_type": name, "file_type_description": cut(words.get(name, ""), TEXT_LENGTH)}
                    for name in sorted({file.file_type for file in check.manifest.files})
                ],
            )
            row = {
                "storage_location": place.name,
                "collection": place.collection,
                "directory": place.directory,
            }
            insert_missing(self._tables.StorageLocation, [row])
            for known in (self._tables.StorageLocation & {"storage_location": place.name}).to_dicts():
                if known != row:
                    raise CatalogError(
                        f"location {place.name!r} is {known['collection']}:{known['directory']} in the catalog, but "
                        f"{place.collection}:{place.directory} in archive.toml; give the new place a name of its own"
                    )

    def _insert_replica(
        self,
        check: Check,
        *,
        directory: str,
        files: Iterable[dict[str, Any]],
        videos: Iterable[VideoTrial],
    ) -> bool:
        t, data_set_id, place = self._tables, check.data_set.id, check.place.name
        known = self._replicas.known_files(data_set_id)
        proven = self._replicas.proven({"data_set_id": data_set_id})
        revision = revise(
            check.data_set, Recorded(*known, proven=proven) if known is not None else None, check.manifest
        )
        if known is None:
            t.DataSet.insert1(data_set_row(check.data_set, directory))
        if known is None or revision > known[0]:
            rows = ({"data_set_id": data_set_id, "revision": revision, **row} for row in files)
            t.DataSet.PhysicalFile.insert(rows, chunk_size=ROWS)
        self.insert_videos({"data_set_id": data_set_id, "revision": revision}, videos)
        key = {"data_set_id": data_set_id, "storage_location": place, "revision": revision}
        seen = bool(t.Replica & key)
        newly = check.verdict == VERIFIED and not t.Replica.Verified & key
        if not seen:
            t.Replica.insert1({**key, **replica_row(check)})
        if newly or not seen or self._ends_a_transfer(check):
            verification_id = self._insert_verification(check)
            if newly:
                t.Replica.Verified.insert1({**key, "verification_id": verification_id, "verified_at": now()})
        return newly or not seen

    def _ends_a_transfer(self, check: Check) -> bool:
        """True if no verification says yet what became of its transfer, even if nothing new is known of the files."""
        key = {"submission_id": check.submission_id}
        return check.submission_id is not None and not self._tables.Verification & key

    def insert_videos(self, key: dict[str, Any], videos: Iterable[VideoTrial]) -> None:
        """Record what the videos of one revision show, inside an open transaction."""
        table = self._tables.DataSet.VideoTrial
        known = set((table & key).to_arrays("path_id"))
        rows = [{**key, **video_row(video)} for video in videos]
        table.insert([row for row in rows if row["path_id"] not in known], chunk_size=ROWS)

    def _insert_verification(self, check: Check) -> uuid.UUID:
        verification_id, table = uuid.uuid4(), self._tables.Verification
        extra = [Difference(path, "extra", "was not promised") for path in check.report.extra]
        differences = [*check.report.differences, *extra]
        table.insert1(verification_row(check, verification_id, n_differences=len(differences)))
        table.Difference.insert(difference_rows(verification_id, differences), chunk_size=ROWS)
        return verification_id
