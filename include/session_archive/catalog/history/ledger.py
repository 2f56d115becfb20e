"""The ledger: what was promised, what Globus accepted, and how it ended. Rows are added, never changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any
from weakref import WeakValueDictionary

from session_archive import clock
from session_archive.catalog.database.errors import AlreadyBegunError, TooManyUnfinishedError
from session_archive.catalog.history.inquiries import newest_inquiries
from session_archive.catalog.history.ledger_rows import (
    as_recorded,
    outcome_row,
    read_outcome,
    read_submission,
    submission_row,
)
from session_archive.catalog.history.open_submissions import OpenSubmissions
from session_archive.catalog.schema.store import Store, now, pieces, stored_time
from session_archive.errors import CatalogError
from session_archive.fixity.manifest import Manifest
from session_archive.packed_json import pack_list, pack_mapping
from session_archive.transfers.submission import Outcome, Submission


class Ledger:
    """Manifests, submissions and outcomes, each committed before anything depends on it."""

    def __init__(self, store: Store) -> None:
        self._store, self._tables = store, store.tables
        self._open = OpenSubmissions(store)
        #: By id and revision, those in use: a task asks for one several times, and 100,000 files take 30 MB.
        self._in_use: WeakValueDictionary[tuple[str, int], Manifest] = WeakValueDictionary()
        #: By submission, those in use; its rows are never changed either, and its checksums take 16 MB.
        self._outcomes: WeakValueDictionary[bytes, Outcome] = WeakValueDictionary()

    def review(self) -> None:
        """Let later runs read no submission that ended long ago; does nothing while few have."""
        self._open.review()

    def save_manifest(self, manifest: Manifest) -> str:
        """Keep a manifest and return its id; one with the same id and other checksums or types becomes the newest."""
        content = self._tables.Manifest.Content
        with self._store.writing(f"manifest {manifest.id}"):
            revision, packed = self._newest(manifest.id)
            if packed is not None and manifest.is_packed_in(packed):
                return manifest.id
            if packed is None:
                self._tables.Manifest.insert1(
                    {"manifest_id": manifest.id, "n_files": len(manifest.files), "n_bytes": manifest.n_bytes}
                )
            row = {"manifest_id": manifest.id, "revision": revision + 1, "saved_at": now()}
            _insert_pieces(content, row, manifest.pack())
        return manifest.id

    def manifest(self, manifest_id: str) -> Manifest:
        """The manifest that was saved under this id, in its newest version. Raises CatalogError if there is none."""
        if (manifest := self.find_manifest(manifest_id)) is None:
            raise CatalogError(f"the ledger has no manifest {manifest_id!r}")
        return manifest

    def find_manifest(self, manifest_id: str) -> Manifest | None:
        """As `manifest`; None if there is none."""
        with self._store.reading():
            revision, packed = self._newest(manifest_id)
        if packed is None:
            return None
        manifest = self._in_use.get((manifest_id, revision)) or Manifest.unpack(packed)
        self._in_use[manifest_id, revision] = manifest
        return manifest

    def begin(
        self, submission: Submission, *, max_unfinished: int, known: Collection[uuid.UUID] | None = None
    ) -> None:
        """Commit a submission before it is posted to the service; the same one again does nothing.

        max_unfinished : of all routes and runs together
        known          : the earlier submissions of this data set to this destination when that was looked at; None for
                         whatever there are
        raises         : TooManyUnfinishedError; AlreadyBegunError if another submission of this data set
                         to this destination is unfinished, or is not known
        """
        table = self._tables.Submission
        with self._store.writing("submissions"):
            if table & {"submission_id": submission.submission_id}:
                return
            to_same = {"data_set_id": submission.data_set_id, "destination": submission.destination}
            # Of this data set all are asked, by an index; no review counts here.
            for other in ((table & to_same) - self._tables.TransferOutcome).to_dicts():
                raise AlreadyBegunError(
                    f"{submission.data_set} is already on its way to {submission.destination}: "
                    f"submission {other['submission_id']} of run {other['run_id']!r}"
                )
            begun = (table & to_same).to_dicts() if known is not None else []
            for other in (row for row in begun if row["submission_id"] not in (known or ())):
                raise AlreadyBegunError(
                    f"another task has begun to send {submission.data_set} to {submission.destination} since this "
                    f"one looked there: submission {other['submission_id']} of run {other['run_id']!r}"
                )
            self._require_room(max_unfinished)
            if not self._tables.Manifest & {"manifest_id": submission.manifest_id}:
                raise CatalogError(
                    f"there is no manifest {submission.manifest_id}: call save_manifest before begin"
                )
            table.insert1(submission_row(submission))
            key = {"submission_id": submission.submission_id}
            _insert_pieces(table.Items, key, pack_list(submission.items))

    def require_room(self, max_unfinished: int) -> None:
        """Raise TooManyUnfinishedError while no submission may begin; `begin` checks it again."""
        with self._store.reading():
            self._require_room(max_unfinished)

    def _unfinished(self) -> list[uuid.UUID]:
        candidates, arguments = self._open.candidates()
        rows = self._store.rows(
            f"SELECT submission_id FROM {candidates} c "
            f"LEFT JOIN {self._tables.TransferOutcome.full_table_name} o USING (submission_id) "
            "WHERE o.status IS NULL",
            *arguments,
        )
        return sorted(uuid.UUID(bytes=row["submission_id"]) for row in rows)

    def _require_room(self, max_unfinished: int) -> None:
        ids = self._unfinished()
        standings, at = newest_inquiries(self._store, ids).values(), clock.utc_now()
        # The trouble of one submission stays with it.
        count = len(ids) - sum(standing.overdue(now=at) for standing in standings)
        if count >= max_unfinished:
            raise TooManyUnfinishedError(
                f"{count} transfers are unfinished, limits.max_unfinished is {max_unfinished}; "
                "this one waits until one has ended"
            )

    def accept(
        self, submission_id: uuid.UUID, transfer_task_id: uuid.UUID, *, at: dt.datetime | None = None
    ) -> None:
        """Commit the service's answer; the same again does nothing. Raises CatalogError for another task.

        at : when the service accepted, UTC; None for now
        """
        key = {"submission_id": submission_id}
        with self._store.writing(f"submission {submission_id}"):
            for known in (self._tables.Acceptance & key).to_dicts():
                if known["transfer_task_id"] != transfer_task_id:
                    raise CatalogError(
                        f"submission {submission_id} is transfer task {known['transfer_task_id']}, "
                        f"not {transfer_task_id}"
                    )
                return
            self._require_begun(submission_id)
            self._tables.Acceptance.insert1(
                {**key, "transfer_task_id": transfer_task_id, "accepted_at": stored_time(at) or now()}
            )

    def finish(self, submission_id: uuid.UUID, outcome: Outcome) -> Outcome:
        """Commit how the transfer ended; the same status again does nothing. Raises CatalogError for another.

        returns : what the ledger has, which is what `attempts` gives from now on
        """
        key = {"submission_id": submission_id}
        with self._store.writing(f"submission {submission_id}"):
            for known in (self._tables.TransferOutcome & key).to_dicts():
                if known["status"] != outcome.status:
                    raise CatalogError(
                        f"submission {submission_id} ended as {known['status']}, not {outcome.status}"
                    )
                return self._outcome({**known, "submission_id": submission_id.bytes})
            self._require_begun(submission_id)
            table, row = self._tables.TransferOutcome, outcome_row(outcome)
            table.insert1(key | row)
            _insert_pieces(table.Checksums, key, pack_mapping(outcome.checksums))
            if outcome.left is not None:
                files = ((file.path, file.size, file.mtime) for file in outcome.left)
                _insert_pieces(table.Left, key, pack_list(files))
        finished = self._outcomes[submission_id.bytes] = as_recorded(outcome, row)
        return finished

    def open_submission(self, data_set_id: uuid.UUID, route: str, destination: str) -> Submission | None:
        """The unfinished submission of this data set by this route to this place, if there is one."""
        for submission, outcome in reversed(self.attempts(data_set_id, destination)):
            if outcome is None and submission.route == route:
                return submission
        return None

    def attempts(self, data_set_id: uuid.UUID, destination: str) -> list[tuple[Submission, Outcome | None]]:
        """All submissions of this data set to this place, oldest first; the outcome of an unfinished one is None."""
        t = self._tables
        with self._store.reading():
            rows = self._store.rows(
                "SELECT s.*, a.transfer_task_id, a.accepted_at, o.status, o.detail, o.completed_at, o.recorded_at, "
                "o.n_files, o.n_bytes "
                f"FROM {t.Submission.full_table_name} s "
                f"LEFT JOIN {t.Acceptance.full_table_name} a USING (submission_id) "
                f"LEFT JOIN {t.TransferOutcome.full_table_name} o USING (submission_id) "
                "WHERE s.data_set_id = %s AND s.destination = %s ORDER BY s.begun_at, s.submission_id",
                data_set_id.bytes,
                destination,
            )
            return [
                (self._submission(row), None if row["status"] is None else self._outcome(row)) for row in rows
            ]

    def ever_begun(self, data_set_ids: Collection[uuid.UUID], *, route: str) -> set[uuid.UUID]:
        """Those with a submission by this route, no matter how it ended."""
        if not data_set_ids:
            return set()
        # Plain SQL, since DataJoint takes a second for a list of a thousand.
        ids = ", ".join(f"X'{each.hex}'" for each in data_set_ids)
        with self._store.reading():
            rows = self._store.rows(
                f"SELECT DISTINCT data_set_id FROM {self._tables.Submission.full_table_name} "
                f"WHERE route = %s AND data_set_id IN ({ids})",
                route,
            )
        return {uuid.UUID(bytes=row["data_set_id"]) for row in rows}

    def unfinished(self) -> list[Submission]:
        """Every submission without an outcome, of all routes and runs."""
        with self._store.reading():
            ids = self._unfinished()
        return [self.submission(submission_id)[0] for submission_id in ids]

    def submission(self, submission_id: uuid.UUID) -> tuple[Submission, Outcome | None]:
        """One submission and its outcome. Raises CatalogError if it was never begun."""
        with self._store.reading():
            row = self._require_begun(submission_id)
        for submission, outcome in self.attempts(row["data_set_id"], row["destination"]):
            if submission.submission_id == submission_id:
                return submission, outcome
        raise CatalogError(f"submission {submission_id} is not in the ledger")

    def _require_begun(self, submission_id: uuid.UUID) -> dict[str, Any]:
        for row in (self._tables.Submission & {"submission_id": submission_id}).to_dicts():
            return dict(row)
        raise CatalogError(f"submission {submission_id} is not in the ledger; call begin first")

    def _newest(self, manifest_id: str) -> tuple[int, bytes | None]:
        rows = (self._tables.Manifest.Content & {"manifest_id": manifest_id}).to_dicts(
            order_by=("revision", "piece")
        )
        if not rows:
            return -1, None
        newest = rows[-1]["revision"]
        return newest, b"".join(row["content"] for row in rows if row["revision"] == newest)

    def _submission(self, row: Mapping[str, Any]) -> Submission:
        items = self._packed(self._tables.Submission.Items, uuid.UUID(bytes=row["submission_id"]))
        return read_submission(row, items=items)

    def _outcome(self, row: Mapping[str, Any]) -> Outcome:
        if (known := self._outcomes.get(row["submission_id"])) is not None:
            return known
        table, submission_id = self._tables.TransferOutcome, uuid.UUID(bytes=row["submission_id"])
        checksums, left = (self._packed(part, submission_id) for part in (table.Checksums, table.Left))
        outcome = read_outcome(row, checksums=checksums, left=left)
        self._outcomes[row["submission_id"]] = outcome
        return outcome

    def _packed(self, part: Any, submission_id: uuid.UUID) -> bytes:
        """The content of a part table; b'' if it has no rows."""
        rows = (part & {"submission_id": submission_id}).to_dicts(order_by="piece")
        return b"".join(row["content"] for row in rows)


def _insert_pieces(part: Any, key: Mapping[str, Any], packed: bytes) -> None:
    rows = [{**key, "piece": number, "content": content} for number, content in enumerate(pieces(packed))]
    part.insert(rows, chunk_size=1)
