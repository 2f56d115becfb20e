"""/operation/endpoint: ls, stat, mkdir, rename: operations that need no task."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from loopback_globus import filters, listing, paths
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.errors import ApiError, bad_request, collection_offline, request_id
from loopback_globus.faults import Fault
from loopback_globus.service import Service, service_of
from loopback_globus.settings import Collection

router = APIRouter(
    prefix="/v0.10/operation/endpoint/{endpoint_id}", dependencies=[Depends(only_known_parameters)]
)

#: Entries that one directory may have in a listing (facts: "Directory limit of 100000 reached").
LS_LIMIT = 100_000


async def _usable(
    service: Annotated[Service, Depends(service_of)], caller: TransferCaller, endpoint_id: str
) -> Collection:
    collection = service.collection(endpoint_id)
    service.require_usable(collection, may_reach=caller.may_reach(collection.id))
    return collection


_Collection = Annotated[Collection, Depends(_usable)]
_Service = Annotated[Service, Depends(service_of)]


@router.get("/ls")
def ls(
    service: _Service,
    collection: _Collection,
    path: str = "/",
    show_hidden: str = "1",
    orderby: str = "",
    filter: Annotated[list[str] | None, Query()] = None,
    limit: Annotated[int | None, Query(ge=1, le=LS_LIMIT)] = None,
    offset: Annotated[int, Query(ge=0)] = 0,
    fields: str = "",
) -> JSONResponse:
    fault = _listing_fault(service, collection, path)
    matches = filters.file_test(filter or [])
    hidden_too = show_hidden.lower() not in ("0", "false")
    with _refusals(collection, path, operation="ls"):
        directory = paths.resolve(collection, path)
        # One entry more than may be listed is enough to know; a paged listing may walk through all.
        most = None if limit is not None else LS_LIMIT + 1
        entries = list(islice(listing.documents_of(collection, directory, show_hidden=hidden_too), most))
    if limit is None and len(entries) > LS_LIMIT:
        raise ApiError(
            status=502,
            code="ExternalError.DirListingFailed.SizeLimit",
            message=f"Directory limit of {LS_LIMIT} reached. You can still transfer this directory",
        )
    entries = listing.in_order([document for document in entries if matches(document)], orderby)
    page = entries[offset : offset + (limit or LS_LIMIT)]
    if fault:
        page = listing.broken(page, fault.do)
    document = {
        "DATA_TYPE": "file_list",
        "DATA": [filters.project(one, fields) for one in page] if fields else page,
        "endpoint": collection.id,
        "path": path if path.endswith("/") else path + "/",
        "absolute_path": None,
        "rename_supported": True,
        "symlink_supported": False,
        "length": len(page),
        "limit": limit or LS_LIMIT,
        "offset": offset,
        "total": len(entries),
    }
    if fault and fault.do == "ends_early":
        del document["total"]
    return JSONResponse(document)


def _listing_fault(service: Service, collection: Collection, path: str) -> Fault | None:
    """The fault that makes this listing wrong. raises : ApiError if the folder cannot be listed at all"""
    with _refusals(collection, path, operation="ls"):
        inner = paths.collapse(path)
    fault = service.faults.for_listing(inner, collection_id=collection.id, name=collection.name)
    if fault and fault.do == "offline":
        raise collection_offline(collection.name)
    if fault and fault.do == "permission_denied":
        raise _denied(f"Error (ls)\nEndpoint: {collection.name} ({collection.id})\nPath: {path}\n")
    return fault


@router.get("/stat")
def stat(collection: _Collection, path: str = "/", fields: str = "") -> JSONResponse:
    with _refusals(collection, path, operation="stat"):
        place = paths.resolve(collection, path, follow=False)
        document = listing.file_document(collection, place)
        if document is None:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
    if place == collection.root:
        document["name"] = ""
    return JSONResponse(filters.project(document, fields))


class _Mkdir(BaseModel):
    path: str


@router.post("/mkdir")
def mkdir(service: _Service, collection: _Collection, endpoint_id: str, body: _Mkdir) -> dict[str, Any]:
    with _refusals(collection, body.path, operation="mkdir"):
        paths.resolve(collection, body.path).mkdir()
    service.journal.effect("mkdir", collection=collection.id, path=paths.collapse(body.path))
    return {
        "DATA_TYPE": "mkdir_result",
        "code": "DirectoryCreated",
        "message": "The directory was created successfully",
        "request_id": request_id(),
        "resource": f"/v0.10/operation/endpoint/{endpoint_id}/mkdir",
    }


class _Rename(BaseModel):
    old_path: str
    new_path: str


@router.post("/rename")
def rename(service: _Service, collection: _Collection, endpoint_id: str, body: _Rename) -> dict[str, Any]:
    """A path that exists is not replaced; the new parent must exist."""
    with _refusals(collection, body.old_path, operation="rename"):
        old = paths.resolve(collection, body.old_path, follow=False)
        old.lstat()
    with _refusals(collection, body.new_path, operation="rename"):
        new = paths.resolve(collection, body.new_path, follow=False)
        if collection.root in (old, new):
            raise paths.OutsideError(body.old_path)
        _rename(old, new)
    service.journal.effect("renamed", collection=collection.id, path=paths.collapse(body.new_path))
    return {
        "DATA_TYPE": "result",
        "code": "FileRenamed",
        "message": "File or directory renamed successfully",
        "request_id": request_id(),
        "resource": f"/v0.10/operation/endpoint/{endpoint_id}/rename",
    }


def _rename(old: Path, new: Path) -> None:
    if os.path.lexists(new):
        raise FileExistsError(errno.EEXIST, "File exists")
    old.rename(new)


@contextmanager
def _refusals(collection: Collection, path: str, *, operation: str) -> Iterator[None]:
    """Turn errors of the system into the service's refusals; each operation has codes of its own."""
    # A path that is no text cannot be in an answer.
    shown = path.encode(errors="replace").decode()
    where = f"Error ({operation})\nEndpoint: {collection.name} ({collection.id})\nPath: {shown}\n"
    try:
        yield
    except paths.InvalidPathError:
        raise bad_request(f"{where}Message: Invalid path", code="InvalidPath") from None
    except paths.OutsideError:
        raise _denied(f"{where}Message: Path not allowed.") from None
    except OSError as error:
        raise _refused(error, where, operation) from None


def _refused(error: OSError, where: str, operation: str) -> ApiError:
    if isinstance(error, PermissionError):
        return _denied(f"{where}Message: {error.strerror}")
    if isinstance(error, FileNotFoundError):
        code = "NotFound" if operation == "stat" else "ClientError.NotFound"
        message = f"Path not entries, {where}Message: No such file or directory"
        return ApiError(status=404, code=code, message=message)
    if error.errno == errno.ENAMETOOLONG:
        return bad_request(f"{where}Message: {error.strerror}", code="InvalidPath")
    kind = {errno.ENOTDIR: ".NotDirectory", errno.EEXIST: ".Exists"}.get(error.errno or 0, "")
    code = f"ExternalError.{_FAILED[operation]}{kind}"
    return ApiError(status=502, code=code, message=f"{where}Message: {error.strerror}")


_FAILED = {"ls": "DirListingFailed", "stat": "StatFailed", "mkdir": "MkdirFailed", "rename": "RenameFailed"}


def _denied(message: str) -> ApiError:
    return ApiError(status=403, code="EndpointPermissionDenied", message=f"Denied by endpoint, {message}")
