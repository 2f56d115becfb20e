"""Submissions and outcomes as rows of the ledger, and back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from sys import intern
from typing import Any

from session_archive.catalog.schema.limits import TEXT_LENGTH
from session_archive.catalog.schema.store import cut, now, read_time, stored_time
from session_archive.fixity.manifest import FileEntry
from session_archive.packed_json import unpack_list, unpack_mapping
from session_archive.transfers.submission import End, Outcome, Submission


def submission_row(submission: Submission) -> dict[str, Any]:
    """Without its items."""
    return {
        "submission_id": submission.submission_id,
        "manifest_id": submission.manifest_id,
        "data_set_id": submission.data_set_id,
        "data_set_name": submission.data_set,
        "route": submission.route,
        "source": submission.source,
        "destination": submission.destination,
        "n_items": len(submission.items),
        "resumes": submission.resumes,
        "label": submission.label,
        "run_id": submission.run_id,
        "begun_at": stored_time(submission.begun_at) or now(),
    }


def read_submission(row: Mapping[str, Any], *, items: bytes) -> Submission:
    """A submission, with the service's acceptance if there is one.

    items : packed
    """
    task_id = row["transfer_task_id"]
    return Submission(
        submission_id=uuid.UUID(bytes=row["submission_id"]),
        data_set_id=uuid.UUID(bytes=row["data_set_id"]),
        data_set=row["data_set_name"],
        route=row["route"],
        source=row["source"],
        destination=row["destination"],
        manifest_id=row["manifest_id"],
        # Interned, since the manifest has the same paths.
        items=tuple(map(intern, unpack_list(items))),
        resumes=bool(row["resumes"]),
        label=row["label"],
        run_id=row["run_id"],
        begun_at=read_time(row["begun_at"]),
        transfer_task_id=uuid.UUID(bytes=task_id) if task_id else None,
        accepted_at=read_time(row["accepted_at"]),
    )


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """Without the key of its submission, its checksums and the files that it left."""
    return {
        "status": str(outcome.status),
        "detail": cut(outcome.detail, TEXT_LENGTH),
        "n_files": outcome.n_files,
        "n_bytes": outcome.n_bytes,
        "completed_at": stored_time(outcome.completed_at),
        "recorded_at": now(),
    }


def as_recorded(outcome: Outcome, row: Mapping[str, Any]) -> Outcome:
    """The outcome as `read_outcome` gives it, once `row` of it is stored."""
    return replace(
        outcome,
        detail=row["detail"],
        completed_at=read_time(row["completed_at"]),
        recorded_at=read_time(row["recorded_at"]),
    )


def read_outcome(row: Mapping[str, Any], *, checksums: bytes, left: bytes) -> Outcome:
    """How a transfer ended.

    checksums, left : packed; b'' for none
    """
    return Outcome(
        status=End(row["status"]),
        detail=row["detail"],
        n_files=row["n_files"],
        n_bytes=row["n_bytes"],
        completed_at=read_time(row["completed_at"]),
        recorded_at=read_time(row["recorded_at"]),
        checksums=dict(_checksums(checksums)) if checksums else {},
        left=tuple(FileEntry(*file) for file in unpack_list(left)) if left else None,
    )


def _checksums(packed: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    for path, (algorithm, digest) in unpack_mapping(packed):
        # One copy in memory of what many files have.
        yield intern(path), (intern(algorithm), digest)
