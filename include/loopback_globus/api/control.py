"""/_control: faults and changes that a test may order. It requires the client's secret, as the token endpoint does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, ConfigDict, Field

from loopback_globus import clock
from loopback_globus.api.middleware import CONTROL
from loopback_globus.auth import scopes
from loopback_globus.auth.identify import client_of
from loopback_globus.auth.routes import REFRESH_LIFETIME
from loopback_globus.engine import task_records
from loopback_globus.errors import task_not_found, unauthenticated
from loopback_globus.faults import Fault
from loopback_globus.service import Service, service_of

router = APIRouter(prefix=CONTROL)
_Service = Annotated[Service, Depends(service_of)]


async def _client(service: _Service, authorization: Annotated[str, Header()] = "") -> str:
    client_id = client_of(service, authorization, {})
    if client_id is None:
        raise unauthenticated("The control endpoint requires a client's id and secret (HTTP Basic)")
    return client_id


_Client = Annotated[str, Depends(_client)]


@router.post("/faults")
def arm(service: _Service, client: _Client, fault: Fault) -> dict[str, Any]:
    service.faults.arm(fault)
    return {"armed": service.faults.armed()}


@router.get("/faults")
def armed(service: _Service, client: _Client) -> dict[str, Any]:
    return {"armed": service.faults.armed()}


@router.delete("/faults")
def clear(service: _Service, client: _Client) -> dict[str, Any]:
    service.faults.clear()
    return {"armed": []}


@router.post("/expire_tokens")
def expire_tokens(service: _Service, client: _Client) -> dict[str, Any]:
    service.tokens.expire_all()
    return {"expired": ["access"]}


@router.post("/refresh_token")
def refresh_token(service: _Service, client: _Client, scope: str = scopes.TRANSFER) -> dict[str, Any]:
    """Return a refresh token, as a person's login would; `scope` is in the grammar of the token endpoint."""
    value = service.tokens.issue(kind="refresh", client_id=client, scope=scope, lifetime=REFRESH_LIFETIME)
    return {"refresh_token": value}


class _Tick(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: No more than ten years at once, so that no date is beyond what a text can say.
    seconds: float = Field(gt=0, le=315_360_000)


@router.post("/tick")
def tick(service: _Service, client: _Client, order: _Tick) -> dict[str, Any]:
    """Move the service's time forward in one step: deadlines, histories, tokens and tries that are then due are due."""
    clock.tick(service.store, order.seconds)
    service.engine.wake()
    return {"seconds_ahead": clock.ahead()}


class _Pretend(BaseModel):
    model_config = ConfigDict(extra="forbid")

    from_bytes: int | None = Field(ge=0)


@router.post("/pretend")
def pretend(service: _Service, client: _Client, order: _Pretend) -> dict[str, Any]:
    """Give files of so many bytes or more their size and time only; null: copy all of them again."""
    if order.from_bytes is None:
        service.pretending.end()
    else:
        service.pretending.begin(from_bytes=order.from_bytes)
    return {"from_bytes": service.pretending.from_bytes}


class TaskChange(BaseModel):
    """What somebody other than the owner does to a task."""

    model_config = ConfigDict(extra="forbid")

    do: Literal[
        "pause",
        "resume",
        "inactive",
        "activate",
        "stick",
        "unstick",
        "strange",
        "admin_cancel",
        "forget",
        "expire_history",
    ]
    message: str = ""


_UPDATES = {
    "resume": "pause_message = NULL, next_try = 0",
    "inactive": "status = 'INACTIVE', working = 0",
    "activate": "status = 'ACTIVE', next_try = 0",
    "stick": "hold = 'stuck', error_code = NULL",
    "unstick": "hold = NULL, next_try = 0",
}
_EVENTS = {"pause": "PAUSED", "resume": "UNPAUSED", "inactive": "NO_CREDENTIALS"}


@router.post("/task/{task_id}")
def change_task(service: _Service, client: _Client, task_id: str, change: TaskChange) -> dict[str, Any]:
    """Change an unfinished task (forget and expire_history: any). raises : ApiError 404."""
    with service.store.write() as db:
        row = db.execute("SELECT * FROM task WHERE task_id = ?", (task_id,)).fetchone()
        if row is None:
            raise task_not_found(task_id)
        if change.do == "forget":
            for table in ("entry", "event", "task"):
                db.execute(f"DELETE FROM {table} WHERE task_id = ?", (task_id,))
        elif change.do == "expire_history":
            task_records.forget_history(db, task_id)
        elif row["completion_time"] is None:
            _change_unfinished(db, task_id, change)
    service.engine.interrupt(task_id)
    return {"task_id": task_id, "done": change.do}


def _change_unfinished(db: Any, task_id: str, change: TaskChange) -> None:
    if change.do == "admin_cancel":
        db.execute(
            "UPDATE task SET canceled_by_admin = 'DESTINATION', canceled_by_admin_message = ?"
            " WHERE task_id = ?",
            (change.message or "Cancelled by the collection's administrator", task_id),
        )
        task_records.finish(db, task_id, fatal_code="CANCELED", details="Canceled by an administrator")
        return
    if change.do == "strange":
        shown = change.message or "WEIRD"
        db.execute("UPDATE task SET hold = ?, working = 0 WHERE task_id = ?", (f"shows {shown}", task_id))
    elif change.do == "pause":
        message = change.message or "Paused by the collection's administrator"
        db.execute("UPDATE task SET pause_message = ?, working = 0 WHERE task_id = ?", (message, task_id))
        task_records.give_time(db, task_id, task_records.PAUSED_DEADLINE)
    else:
        db.execute(f"UPDATE task SET {_UPDATES[change.do]} WHERE task_id = ?", (task_id,))
    if change.do == "resume":
        task_records.give_time(db, task_id, task_records.DEFAULT_DEADLINE)
    if change.do in _EVENTS:
        task_records.event(db, task_id, _EVENTS[change.do], change.message, is_error=change.do != "resume")
