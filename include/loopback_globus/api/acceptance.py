"""Creates a task, exactly once: one transaction."""

from __future__ import annotations

import hashlib
import json
import posixpath
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from loopback_globus import clock, filters
from loopback_globus.api.submission import Delete, Transfer
from loopback_globus.auth.tokens import Caller
from loopback_globus.engine import task_records
from loopback_globus.errors import ApiError, bad_request
from loopback_globus.service import Service


class Item(NamedTuple):
    """One explicit item; a delete has only the source."""

    n: int
    source: str
    destination: str | None = None
    recursive: bool | None = None
    external_checksum: str | None = None
    algorithm: str | None = None


@dataclass(frozen=True)
class Order:
    """A valid submission: TRANSFER or DELETE, the collections, and the items."""

    kind: str
    submission: Transfer | Delete
    endpoints: tuple[str, str | None]
    items: Iterable[Item]
    paths: list[tuple[str, str]]


def accept(service: Service, caller: Caller, order: Order) -> tuple[str, str]:
    """Create the task with all its items, or refuse it.

    returns : `Accepted` or `Duplicate`, and the task's id
    raises  : ApiError 409 for identical paths and too many tasks, 400 for a deadline that has passed
    """
    submission_id, digest = str(order.submission.submission_id), _digest(order)
    with service.store.write() as db:
        task_id = _known(db, caller.identity, submission_id)
        if task_id is not None:
            return "Duplicate", task_id
        _require_room(db, caller.identity, digest, most=service.settings.most_pending)
        task_id = str(uuid.uuid4())
        _insert(db, caller, order, digest, task_id)
        cursor = db.executemany(
            "INSERT INTO entry"
            " (task_id, n, kind, source, destination, recursive, external_checksum, algorithm)"
            " VALUES (?, ?, 'item', ?, ?, ?, ?, ?)",
            ((task_id, *item) for item in order.items),
        )
        db.execute("UPDATE task SET entries = ? WHERE task_id = ?", (cursor.rowcount, task_id))
        service.journal.accepted(
            task_id=task_id, submission_id=submission_id, label=order.submission.label, items=cursor.rowcount
        )
    service.engine.wake()
    return "Accepted", task_id


def _known(db: sqlite3.Connection, owner: str, submission_id: str) -> str | None:
    row = db.execute(
        "SELECT task_id FROM task WHERE owner_id = ? AND submission_id = ?", (owner, submission_id)
    ).fetchone()
    return row and str(row["task_id"])


def _require_room(db: sqlite3.Connection, owner: str, digest: str, *, most: int) -> None:
    unfinished = [
        row["paths_digest"]
        for row in db.execute(
            "SELECT paths_digest FROM task WHERE owner_id = ? AND completion_time IS NULL", (owner,)
        )
    ]
    if digest in unfinished:
        raise ApiError(
            status=409, code="Conflict", message="A transfer with identical paths has not yet completed"
        )
    if len(unfinished) >= most:
        # The real service's code is not established; this one is ours.
        raise ApiError(
            status=409,
            code="TooManyPendingTasks",
            message=f"There are {most} unfinished tasks already; wait until one ends",
        )


def _insert(db: sqlite3.Connection, caller: Caller, order: Order, digest: str, task_id: str) -> None:
    now, submission = clock.now(), order.submission
    deadline = (
        filters.timestamp(submission.deadline) if submission.deadline else now + task_records.DEFAULT_DEADLINE
    )
    if deadline <= now:
        raise bad_request(f"The deadline {submission.deadline} has passed")
    db.execute(
        "INSERT INTO task (task_id, owner_id, submission_id, type, status, label, source_endpoint_id,"
        " destination_endpoint_id, options, paths_digest, request_time, deadline, deadline_given)"
        " VALUES (?, ?, ?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            task_id,
            caller.identity,
            str(submission.submission_id),
            order.kind,
            submission.label or None,
            *order.endpoints,
            json.dumps(_options(order)),
            digest,
            now,
            deadline,
            bool(submission.deadline) or order.kind == "DELETE",
        ),
    )


def _options(order: Order) -> dict[str, Any]:
    """The requested options; with the path that all items share, if store_base_path_info was requested."""
    options = order.submission.model_dump(
        mode="json", exclude={"DATA", "submission_id", "label", "deadline"}, exclude_none=True
    )
    if order.submission.store_base_path_info:
        sources, destinations = zip(*order.paths, strict=True)
        options["base_paths"] = {
            "source_base_path": _shared(sources),
            "destination_base_path": _shared(destinations) if order.kind == "TRANSFER" else None,
        }
    return options


def _shared(paths: Iterable[str]) -> str:
    return posixpath.commonpath([f"/{path.lstrip('/')}" for path in paths])


def _digest(order: Order) -> str:
    """What 'identical paths' compares; the order of the items does not matter."""
    hasher = hashlib.sha256(repr((order.kind, order.endpoints)).encode(), usedforsecurity=False)
    for pair in sorted(order.paths):
        hasher.update("\0".join(pair).encode() + b"\0\0")
    return hasher.hexdigest()
