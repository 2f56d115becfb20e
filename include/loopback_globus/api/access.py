"""/endpoint/<id>/access: rules of a guest collection, kept and shown. They have no effect on who may do what."""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from loopback_globus import clock, filters
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.errors import ApiError, bad_request, request_id
from loopback_globus.service import Service, service_of
from loopback_globus.settings import Collection

router = APIRouter(prefix="/v0.10/endpoint/{endpoint_id}", dependencies=[Depends(only_known_parameters)])
_Service = Annotated[Service, Depends(service_of)]


async def _guest(service: _Service, caller: TransferCaller, endpoint_id: str) -> Collection:
    """The collection. raises : ApiError 409 if it is of a kind that has no rules."""
    collection = service.collection(endpoint_id)
    if collection.kind != "guest":
        # The real service's code is not established; this one is ours.
        message = f"'{collection.name}' is no guest collection: only these have access rules"
        raise ApiError(status=409, code="NotSupported", message=message)
    return collection


_Guest = Annotated[Collection, Depends(_guest)]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    DATA_TYPE: Literal["access"] = "access"
    principal_type: Literal["identity", "group", "all_authenticated_users", "anonymous"]
    principal: str = ""
    path: str
    permissions: Literal["r", "rw"]
    expiration_date: str | None = None
    notify_email: str | None = None
    notify_message: str | None = None


@router.get("/access_list")
def access_list(service: _Service, collection: _Guest) -> dict[str, Any]:
    rows = _living(service, collection)
    return {
        "DATA_TYPE": "access_list",
        "endpoint": collection.id,
        "length": len(rows),
        "DATA": [_document(row) for row in rows],
    }


@router.post("/access")
def create(service: _Service, collection: _Guest, rule: _Rule) -> JSONResponse:
    if not rule.path.startswith("/") or not rule.path.endswith("/"):
        raise bad_request(f"path: '{rule.path}' must begin and end with '/'")
    if bool(rule.principal) != (rule.principal_type in ("identity", "group")):
        raise bad_request("principal: an identity and a group have an id, and nobody else has")
    expires = filters.timestamp(rule.expiration_date) if rule.expiration_date else None
    new = (rule.principal_type, rule.principal, rule.path)
    if any(
        (row["principal_type"], row["principal"], row["path"]) == new for row in _living(service, collection)
    ):
        raise ApiError(
            status=409, code="Exists", message=f"A rule for this principal exists at '{rule.path}'"
        )
    rule_id = str(uuid.uuid4())
    with service.store.write() as db:
        row = (rule_id, collection.id, *new, rule.permissions, clock.now(), expires)
        db.execute("INSERT INTO access_rule VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    document = {
        "DATA_TYPE": "access_create_result",
        "code": "Created",
        "message": "Access rule created successfully.",
        "access_id": rule_id,
        "request_id": request_id(),
        "resource": f"/endpoint/{collection.id}/access",
    }
    return JSONResponse(document, status_code=201)


@router.get("/access/{rule_id}")
def show(service: _Service, collection: _Guest, rule_id: str) -> dict[str, Any]:
    return _document(_rule(service, collection, rule_id))


@router.delete("/access/{rule_id}")
def delete(service: _Service, collection: _Guest, rule_id: str) -> dict[str, Any]:
    _rule(service, collection, rule_id)
    with service.store.write() as db:
        db.execute("DELETE FROM access_rule WHERE id = ?", (rule_id,))
    return {
        "DATA_TYPE": "result",
        "code": "Deleted",
        "message": f"Access rule '{rule_id}' deleted successfully",
        "request_id": request_id(),
        "resource": f"/endpoint/{collection.id}/access/{rule_id}",
    }


def _living(service: Service, collection: Collection) -> list[sqlite3.Row]:
    """The rules that have not expired, the oldest first."""
    return (
        service.store.read()
        .execute(
            "SELECT * FROM access_rule WHERE collection = ? AND (expires IS NULL OR expires > ?) ORDER BY created, id",
            (collection.id, clock.now()),
        )
        .fetchall()
    )


def _rule(service: Service, collection: Collection, rule_id: str) -> sqlite3.Row:
    for row in _living(service, collection):
        if row["id"] == rule_id:
            return row
    raise ApiError(status=404, code="AccessRuleNotFound", message=f"No access rule found with id '{rule_id}'")


def _document(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "DATA_TYPE": "access",
        "id": row["id"],
        "principal_type": row["principal_type"],
        "principal": row["principal"],
        "path": row["path"],
        "permissions": row["permissions"],
        "role_id": None,
        "role_type": None,
        "create_time": _time(row["created"]),
        "expiration_date": None if row["expires"] is None else _time(row["expires"]),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
