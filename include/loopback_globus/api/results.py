"""The results of one task: its events, the files that moved, and those that were skipped."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from loopback_globus import documents, filters
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.api.tasks import OwnTask, paged
from loopback_globus.errors import bad_request
from loopback_globus.service import Service, service_of

router = APIRouter(prefix="/v0.10", dependencies=[Depends(only_known_parameters)])
_Service = Annotated[Service, Depends(service_of)]
_Limit = Annotated[int, Query(ge=1, le=1000)]
_Offset = Annotated[int, Query(ge=0)]


@router.get("/task/{task_id}/event_list")
def event_list(
    service: _Service,
    task: OwnTask,
    filter: str = "",
    limit: _Limit = 10,
    offset: _Offset = 0,
    fields: str = "",
) -> JSONResponse:
    """Newest first; `filter` takes is_error and code."""
    condition, values = filters.as_sql(filter, texts={"is_error": "is_error", "code": "code"}, times={})
    condition = condition.replace("COALESCE(is_error, '')", "CAST(is_error AS TEXT)")
    where = f"FROM event WHERE task_id = ? AND {condition}"
    db = service.store.read()
    total = db.execute(f"SELECT COUNT(*) {where}", (task["task_id"], *values)).fetchone()[0]
    rows = db.execute(
        f"SELECT * {where} ORDER BY n DESC LIMIT ? OFFSET ?", (task["task_id"], *values, limit, offset)
    )
    page = [filters.project(documents.event(row), fields) for row in rows]
    return JSONResponse(paged("event_list", page, limit=limit, offset=offset, total=total))


@router.get("/task/{task_id}/successful_transfers")
def successful_transfers(
    service: _Service, task: OwnTask, marker: _Offset = 0, fields: str = ""
) -> JSONResponse:
    """Only files that moved: no directories, and no file that a sync level or an error skipped."""
    if task["status"] in ("ACTIVE", "INACTIVE"):
        raise bad_request(
            f"Task '{task['task_id']}' is still in progress, successful transfers are not yet available"
        )
    rows, following = _marked(service, task["task_id"], "done", marker)
    page = [
        {
            "DATA_TYPE": "successful_transfer",
            "source_path": row["source"],
            "destination_path": row["destination"],
            "size": row["size"],
            "checksum": row["checksum"],
            "checksum_algorithm": row["algorithm"] if row["checksum"] else None,
            "dynamic": False,
        }
        for row in rows
        if service.faults.for_file(row["destination"], kinds=frozenset({"left_out"})) is None
    ]
    return JSONResponse(_marked_page("successful_transfers", page, marker, following, fields))


@router.get("/task/{task_id}/skipped_errors")
def skipped_errors(service: _Service, task: OwnTask, marker: _Offset = 0, fields: str = "") -> JSONResponse:
    rows, following = _marked(service, task["task_id"], "skipped", marker)
    page = [
        {
            "DATA_TYPE": "skipped_error",
            "source_path": row["source"],
            "destination_path": row["destination"],
            "error_code": row["error_code"],
            "error_details": row["error_details"],
            "error_time": documents.task_time(row["error_time"]),
            "is_directory": row["kind"] == "dir",
            "is_symlink": False,
            "is_delete_destination_extra": False,
            "external_checksum": row["external_checksum"],
            "checksum_algorithm": row["algorithm"],
        }
        for row in rows
    ]
    return JSONResponse(_marked_page("skipped_errors", page, marker, following, fields))


def _marked(service: Service, task_id: str, state: str, marker: int) -> tuple[list[sqlite3.Row], int | None]:
    """A page of entries from `marker` on, and the marker of the next page; None at the end."""
    kinds = "('item', 'file', 'dir')" if state == "skipped" else "('file')"
    size = service.settings.page_size
    rows = (
        service.store.read()
        .execute(
            f"SELECT * FROM entry WHERE task_id = ? AND n >= ? AND state = ? AND kind IN {kinds}"
            " ORDER BY n LIMIT ?",
            (task_id, marker, state, size + 1),
        )
        .fetchall()
    )
    return rows[:size], rows[size]["n"] if len(rows) > size else None


def _marked_page(
    kind: str, page: list[dict[str, Any]], marker: int, following: int | None, fields: str
) -> dict[str, Any]:
    rows = [filters.project(row, fields) for row in page]
    return {"DATA_TYPE": kind, "DATA": rows, "marker": marker, "next_marker": following}
