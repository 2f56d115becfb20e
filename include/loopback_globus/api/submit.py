"""/submission_id, /transfer, /delete."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from loopback_globus.api.acceptance import Item, Order, accept
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.api.submission import Delete, Submission, Transfer, TransferItem
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.auth.tokens import Caller
from loopback_globus.engine.checksum import algorithm_name
from loopback_globus.errors import bad_request, not_imitated, request_id
from loopback_globus.service import Service, raw_body, service_of
from loopback_globus.settings import Collection

router = APIRouter(prefix="/v0.10", dependencies=[Depends(only_known_parameters)])
_Service = Annotated[Service, Depends(service_of)]
_Body = Annotated[bytes, Depends(raw_body)]

_Document = TypeVar("_Document", bound=Submission)


@router.get("/submission_id")
def submission_id(caller: TransferCaller) -> dict[str, str]:
    return {"DATA_TYPE": "submission_id", "value": str(uuid.uuid4())}


@router.post("/transfer")
def transfer(service: _Service, caller: TransferCaller, body: _Body) -> JSONResponse:
    submission = _read(Transfer, body)
    source = _collection(service, caller, submission.source_endpoint)
    destination = _collection(service, caller, submission.destination_endpoint)
    if not submission.DATA:
        raise bad_request(
            "A transfer requires at least one item", code="ClientError.BadRequest.NoTransferItems"
        )
    if submission.delete_destination_extra:
        raise not_imitated("delete_destination_extra")
    order = Order(
        kind="TRANSFER",
        submission=submission,
        endpoints=(source.id, destination.id),
        items=_items(submission.DATA),
        paths=[(item["source_path"], item["destination_path"]) for item in submission.DATA],
    )
    return _result(order, *accept(service, caller, order))


@router.post("/delete")
def delete(service: _Service, caller: TransferCaller, body: _Body) -> JSONResponse:
    submission = _read(Delete, body)
    collection = _collection(service, caller, submission.endpoint)
    if not submission.DATA:
        raise bad_request("A delete requires at least one item", code="ClientError.BadRequest.NoDeleteItems")
    order = Order(
        kind="DELETE",
        submission=submission,
        endpoints=(collection.id, None),
        items=(Item(n, item["path"]) for n, item in enumerate(submission.DATA)),
        paths=[(item["path"], "") for item in submission.DATA],
    )
    return _result(order, *accept(service, caller, order))


def _read(model: type[_Document], body: bytes) -> _Document:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden" or (problem["loc"] or ("",))[-1] == "DATA_TYPE":
            # Globus has more options than are imitated here; to leave one out might change what happens.
            raise not_imitated(f"{where} {problem['input']!r} of a submission") from None
        raise bad_request(f"{where}: {problem['msg']}") from None


def _collection(service: Service, caller: Caller, collection_id: uuid.UUID) -> Collection:
    collection = service.collection(str(collection_id))
    if collection.needs_consent and not caller.may_reach(collection.id):
        service.require_usable(collection, may_reach=False)
    return collection


def _items(items: list[TransferItem]) -> Iterator[Item]:
    for n, item in enumerate(items):
        algorithm = item.get("checksum_algorithm")
        if algorithm:
            name = algorithm_name(algorithm)
            if name is None:
                raise bad_request(f"Unknown checksum algorithm '{algorithm}'")
            algorithm = name
        yield Item(
            n,
            item["source_path"],
            item["destination_path"],
            item.get("recursive"),
            item.get("external_checksum") or None,
            algorithm,
        )


def _result(order: Order, code: str, task_id: str) -> JSONResponse:
    noun = order.kind.lower()
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
        "submission_id": str(order.submission.submission_id),
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
