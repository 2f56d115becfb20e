"""/task and /task_list: the state of submitted tasks."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from loopback_globus import documents, filters
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.engine import task_records
from loopback_globus.errors import bad_request, request_id, task_not_found
from loopback_globus.service import Service, service_of

router = APIRouter(prefix="/v0.10", dependencies=[Depends(only_known_parameters)])
_Service = Annotated[Service, Depends(service_of)]
_Limit = Annotated[int, Query(ge=1, le=1000)]
_Offset = Annotated[int, Query(ge=0)]

_TEXTS = {
    name: name
    for name in ("task_id", "status", "type", "label", "source_endpoint_id", "destination_endpoint_id")
}
_TIMES = {name: name for name in ("request_time", "completion_time", "deadline")}
_ORDER = {
    **_TEXTS,
    **_TIMES,
    **{name: name for name in ("faults", "files", "directories", "bytes_transferred", "files_transferred")},
}


async def _task(service: _Service, caller: TransferCaller, task_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = (
        service.store.read()
        .execute("SELECT * FROM task WHERE task_id = ? AND owner_id = ?", (task_id, caller.identity))
        .fetchone()
    )
    if row is None:
        raise task_not_found(task_id)
    return row


OwnTask = Annotated[sqlite3.Row, Depends(_task)]


@router.get("/task/{task_id}")
async def get_task(service: _Service, task: OwnTask, fields: str = "") -> JSONResponse:
    return JSONResponse(filters.project(documents.task(task, settings=service.settings), fields))


@router.get("/task_list")
def task_list(
    service: _Service,
    caller: TransferCaller,
    filter: Annotated[list[str] | None, Query()] = None,
    orderby: str = "",
    limit: _Limit = 10,
    offset: _Offset = 0,
    fields: str = "",
) -> JSONResponse:
    condition, values = filters.as_sql("/".join(filter or []), texts=_TEXTS, times=_TIMES)
    order = filters.order_sql(orderby, columns=_ORDER, default="request_time DESC")
    where = f"FROM task WHERE owner_id = ? AND {condition}"
    db = service.store.read()
    total = db.execute(f"SELECT COUNT(*) {where}", (caller.identity, *values)).fetchone()[0]
    rows = db.execute(
        f"SELECT * {where} ORDER BY {order}, rowid DESC LIMIT ? OFFSET ?",
        (caller.identity, *values, limit, offset),
    ).fetchall()
    page = [filters.project(documents.task(row, settings=service.settings), fields) for row in rows]
    return JSONResponse(paged("task_list", page, limit=limit, offset=offset, total=total))


def paged(kind: str, page: list[dict[str, Any]], *, limit: int, offset: int, total: int) -> dict[str, Any]:
    return {
        "DATA_TYPE": kind,
        "DATA": page,
        "length": len(page),
        "limit": limit,
        "offset": offset,
        "total": total,
        "has_next_page": offset + len(page) < total,
    }


class _Update(BaseModel):
    label: str | None = None
    deadline: str | None = None


@router.put("/task/{task_id}")
def update_task(service: _Service, task: OwnTask, body: _Update) -> dict[str, Any]:
    """Label and deadline, only while the task runs. raises : ApiError 400."""
    deadline = filters.timestamp(body.deadline) if body.deadline else None
    with service.store.write() as db:
        cursor = db.execute(
            "UPDATE task SET label = COALESCE(?, label), deadline = COALESCE(?, deadline),"
            " deadline_given = deadline_given OR ? WHERE task_id = ? AND completion_time IS NULL",
            (body.label, deadline, deadline is not None, task["task_id"]),
        )
    if not cursor.rowcount:
        raise bad_request(f"Task '{task['task_id']}' has ended; only running tasks can be changed")
    service.engine.wake()
    return _result(task, "Updated", "Updated task deadline successfully", resource="")


@router.post("/task/{task_id}/cancel")
def cancel(service: _Service, task: OwnTask) -> dict[str, Any]:
    """Cancel; after the answer, the task moves nothing more."""
    with service.store.write() as db:
        ended = db.execute(
            "SELECT completion_time FROM task WHERE task_id = ?", (task["task_id"],)
        ).fetchone()
        running = ended is not None and ended["completion_time"] is None
        if running:
            task_records.finish(
                db, task["task_id"], fatal_code="CANCELED", details="Canceled by the task owner"
            )
    service.engine.interrupt(task["task_id"])
    if not running:
        message = "The task completed before the cancel request was processed."
        return _result(task, "TaskComplete", message, resource="/cancel")
    return _result(task, "Canceled", "The task has been cancelled successfully.", resource="/cancel")


def _result(task: sqlite3.Row, code: str, message: str, *, resource: str) -> dict[str, Any]:
    return {
        "DATA_TYPE": "result",
        "code": code,
        "message": message,
        "resource": f"/task/{task['task_id']}{resource}",
        "request_id": request_id(),
    }


@router.get("/task/{task_id}/pause_info")
def pause_info(service: _Service, task: OwnTask) -> dict[str, Any]:
    message = task["pause_message"]
    rules = [] if message is None else [_pause_rule(service, task, message)]
    return {
        "DATA_TYPE": "pause_info_limited",
        "pause_rules": rules,
        "source_pause_message": message,
        "destination_pause_message": None,
        "source_pause_message_share": None,
        "destination_pause_message_share": None,
    }


def _pause_rule(service: Service, task: sqlite3.Row, message: str) -> dict[str, Any]:
    tasks = ("transfer_read", "transfer_write", "transfer_delete", "delete")
    stopped = {f"pause_task_{name}": True for name in tasks}
    running_on = {name: False for name in ("pause_ls", "pause_mkdir", "pause_rename", "pause_symlink")}
    collection = service.settings.collections.get(task["source_endpoint_id"])
    return {
        "DATA_TYPE": "pause_rule_limited",
        "id": task["task_id"],
        "message": message,
        "start_time": None,
        "endpoint_id": task["source_endpoint_id"],
        "endpoint_display_name": collection and collection.name,
        "identity_id": None,
        **stopped,
        **running_on,
    }
