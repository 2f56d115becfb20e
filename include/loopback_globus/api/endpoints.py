"""/endpoint and /endpoint_search."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from loopback_globus import documents, filters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.service import Service, service_of
from loopback_globus.settings import Collection

router = APIRouter(prefix="/v0.10")
_Service = Annotated[Service, Depends(service_of)]


@router.get("/endpoint/{endpoint_id}")
def endpoint(service: _Service, caller: TransferCaller, endpoint_id: str, fields: str = "") -> dict[str, Any]:
    document = documents.endpoint(service.collection(endpoint_id), owner_id=caller.identity)
    return filters.project(document, fields)


@router.get("/endpoint_search")
def endpoint_search(
    service: _Service,
    caller: TransferCaller,
    filter_fulltext: str = "",
    filter_scope: str = "all",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
    fields: str = "",
) -> dict[str, Any]:
    """Every word must stand in the name or the id; the scope narrows nothing here: all is the caller's."""
    words = filter_fulltext.lower().split()
    found = [c for c in service.settings.collections.values() if _holds(c, words)]
    page = found[offset : offset + limit]
    return {
        "DATA_TYPE": "endpoint_list",
        "DATA": [filters.project(documents.endpoint(c, owner_id=caller.identity), fields) for c in page],
        "has_next_page": len(found) > offset + limit,
        "limit": limit,
        "offset": offset,
    }


def _holds(collection: Collection, words: list[str]) -> bool:
    text = f"{collection.name} {collection.id}".lower()
    return all(word in text for word in words)
