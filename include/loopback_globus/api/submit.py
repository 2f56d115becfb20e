"""/submission_id, /transfer, /delete: how a task comes to be, exactly once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from loopback_globus import filters
from loopback_globus.api.submission import Delete, Submission, Transfer, TransferItem
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.auth.tokens import Caller
from loopback_globus.engine.copy import algorithm_name
from loopback_globus.errors import ApiError, bad_request, request_id
from loopback_globus.service import Service, raw_body, service_of
from loopback_globus.settings import Collection

router = APIRouter(prefix="/v0.10")
_Service = Annotated[Service, Depends(service_of)]
_Body = Annotated[bytes, Depends(raw_body)]

#: Unfinished tasks that one identity may have (2nd-hand: Globus FAQ).
MOST_PENDING = 100
#: Seconds until a task without a deadline expires (Globus docs).
DEFAULT_DEADLINE = 86_400.0


_Document = TypeVar("_Document", bound=Submission)
#: n, source, destination, recursive, external checksum, algorithm
_Row = tuple[int, str, str | None, bool | None, str | None, str | None]


@router.get("/submission_id")
def submission_id(caller: TransferCaller) -> dict[str, str]:
    return {"DATA_TYPE": "submission_id", "value": str(uuid.uuid4())}


@router.post("/transfer")
def transfer(service: _Service, caller: TransferCaller, body: _Body) -> JSONResponse:
    wanted = _read(Transfer, body)
    source = _collection(service, caller, wanted.source_endpoint)
    destination = _collection(service, caller, wanted.destination_endpoint)
    if not wanted.DATA:
        raise bad_request(
            "A transfer requires at least one item", code="ClientError.BadRequest.NoTransferItems"
        )
    if wanted.delete_destination_extra:
        raise bad_request("loopback_globus does not delete extra files", code="NotSupported")
    return _submit(
        service,
        caller,
        kind="TRANSFER",
        wanted=wanted,
        endpoints=(source.id, destination.id),
        rows=_transfer_rows(wanted.DATA),
        paths=((item["source_path"], item["destination_path"]) for item in wanted.DATA),
    )


@router.post("/delete")
def delete(service: _Service, caller: TransferCaller, body: _Body) -> JSONResponse:
    wanted = _read(Delete, body)
    collection = _collection(service, caller, wanted.endpoint)
    if not wanted.DATA:
        raise bad_request("A delete requires at least one item", code="ClientError.BadRequest.NoDeleteItems")
    return _submit(
        service,
        caller,
        kind="DELETE",
        wanted=wanted,
        endpoints=(collection.id, None),
        rows=((n, item["path"], None, None, None, None) for n, item in enumerate(wanted.DATA)),
        paths=((item["path"], "") for item in wanted.DATA),
    )


def _read(model: type[_Document], body: bytes) -> _Document:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise bad_request(f"{where}: {problem['msg']}") from None


def _collection(service: Service, caller: Caller, collection_id: uuid.UUID) -> Collection:
    collection = service.collection(str(collection_id))
    if collection.needs_consent and not caller.may_reach(collection.id):
        service.require_usable(collection, may_reach=False)
    return collection


def _transfer_rows(items: list[TransferItem]) -> Iterator[_Row]:
    for n, item in enumerate(items):
        algorithm = item.get("checksum_algorithm")
        if algorithm:
            name = algorithm_name(algorithm)
            if name is None:
                raise bad_request(f"Unknown checksum algorithm '{algorithm}'")
            algorithm = name
        yield (
            n,
            item["source_path"],
            item["destination_path"],
            item.get("recursive"),
            item.get("external_checksum") or None,
            algorithm,
        )


def _submit(
    service: Service,
    caller: Caller,
    *,
    kind: str,
    wanted: Transfer | Delete,
    endpoints: tuple[str, str | None],
    rows: Iterable[_Row],
    paths: Iterable[tuple[str, str]],
) -> JSONResponse:
    """One transaction: either the task with all its items exists, or it was refused."""
    submission = str(wanted.submission_id)
    digest = _digest(kind, endpoints, paths)
    with service.store.write() as db:
        task_id = _known(db, caller.identity, submission)
        if task_id is not None:
            return _result(kind, "Duplicate", submission, task_id)
        _require_room(db, caller.identity, digest)
        task_id = str(uuid.uuid4())
        _insert(db, caller, kind, wanted, endpoints, digest, task_id)
        cursor = db.executemany(
            "INSERT INTO entry"
            " (task_id, n, kind, source, destination, recursive, external_checksum, algorithm)"
            " VALUES (?, ?, 'item', ?, ?, ?, ?, ?)",
            ((task_id, *row) for row in rows),
        )
        db.execute("UPDATE task SET entries = ? WHERE task_id = ?", (cursor.rowcount, task_id))
        service.journal.accepted(
            task_id=task_id, submission_id=submission, label=wanted.label, items=cursor.rowcount
        )
    service.engine.wake()
    return _result(kind, "Accepted", submission, task_id)


def _known(db: sqlite3.Connection, owner: str, submission: str) -> str | None:
    row = db.execute(
        "SELECT task_id FROM task WHERE owner_id = ? AND submission_id = ?", (owner, submission)
    ).fetchone()
    return row and str(row["task_id"])


def _require_room(db: sqlite3.Connection, owner: str, digest: str) -> None:
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
    if len(unfinished) >= MOST_PENDING:
        # The real service's code is not established; this one is ours.
        raise ApiError(
            status=409,
            code="TooManyPendingTasks",
            message=f"There are {MOST_PENDING} unfinished tasks already; wait until one ends",
        )


def _insert(
    db: sqlite3.Connection,
    caller: Caller,
    kind: str,
    wanted: Transfer | Delete,
    endpoints: tuple[str, str | None],
    digest: str,
    task_id: str,
) -> None:
    now = time.time()
    deadline = filters.instant(wanted.deadline) if wanted.deadline else now + DEFAULT_DEADLINE
    if deadline <= now:
        raise bad_request(f"The deadline {wanted.deadline} has passed")
    options = wanted.model_dump(
        mode="json", exclude={"DATA", "submission_id", "label", "deadline"}, exclude_none=True
    )
    db.execute(
        "INSERT INTO task (task_id, owner_id, submission_id, type, status, label, source_endpoint_id,"
        " destination_endpoint_id, options, paths_digest, request_time, deadline, deadline_given)"
        " VALUES (?, ?, ?, ?, 'ACTIVE', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            task_id,
            caller.identity,
            str(wanted.submission_id),
            kind,
            wanted.label or None,
            *endpoints,
            json.dumps(options),
            digest,
            now,
            deadline,
            bool(wanted.deadline) or kind == "DELETE",
        ),
    )


def _digest(kind: str, endpoints: tuple[str, str | None], paths: Iterable[tuple[str, str]]) -> str:
    """What 'identical paths' compares; the order of the items does not matter."""
    hasher = hashlib.sha256(repr((kind, endpoints)).encode())
    for pair in sorted(paths):
        hasher.update("\0".join(pair).encode() + b"\0\0")
    return hasher.hexdigest()


def _result(kind: str, code: str, submission: str, task_id: str) -> JSONResponse:
    noun = kind.lower()
    message = (
        f"The {noun} has been accepted and a task has been created and queued for execution"
        if code == "Accepted"
        else f"A {noun} with the same submission_id has been accepted before"
    )
    document: dict[str, Any] = {
        "DATA_TYPE": f"{noun}_result",
        "code": code,
        "message": message,
        "request_id": request_id(),
        "resource": f"/v0.10/{noun}",
        "submission_id": submission,
        "task_id": task_id,
        "task_link": {
            "DATA_TYPE": "link",
            "href": f"/v0.10/task/{task_id}?format=json",
            "rel": "related",
            "resource": "task",
            "title": "related task",
        },
    }
    return JSONResponse(document, status_code=202 if code == "Accepted" else 200)
