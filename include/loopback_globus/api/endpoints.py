"""/endpoint and /endpoint_search."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from loopback_globus import filters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.documents import username
from loopback_globus.service import Service, service_of
from loopback_globus.settings import Collection

router = APIRouter(prefix="/v0.10")
_Service = Annotated[Service, Depends(service_of)]


@router.get("/endpoint/{endpoint_id}")
def endpoint(service: _Service, caller: TransferCaller, endpoint_id: str, fields: str = "") -> dict[str, Any]:
    document = endpoint_document(service.collection(endpoint_id), owner_id=caller.identity)
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
        "DATA": [filters.project(endpoint_document(c, owner_id=caller.identity), fields) for c in page],
        "has_next_page": len(found) > offset + limit,
        "limit": limit,
        "offset": offset,
    }


def _holds(collection: Collection, words: list[str]) -> bool:
    text = f"{collection.name} {collection.id}".lower()
    return all(word in text for word in words)


def endpoint_document(collection: Collection, *, owner_id: str) -> dict[str, Any]:
    """The endpoint document of a collection."""
    personal = collection.kind == "personal"
    guest = collection.kind == "guest"
    return {
        "DATA_TYPE": "endpoint",
        "DATA": [],
        "id": collection.id,
        "canonical_name": f"{username(owner_id)}#{collection.id}",
        "name": collection.id,
        "display_name": collection.name,
        "entity_type": collection.entity_type,
        "description": None,
        "organization": "loopback_globus",
        "department": None,
        "keywords": None,
        "contact_email": None,
        "contact_info": None,
        "info_link": None,
        "user_message": None,
        "user_message_link": None,
        "owner_id": owner_id,
        "owner_string": f"{owner_id}@clients.auth.globus.org",
        "username": username(owner_id),
        "public": True,
        "subscription_id": None,
        "default_directory": "/",
        "high_assurance": collection.kind == "high-assurance",
        "authentication_timeout_mins": None,
        "is_globus_connect": personal,
        "globus_connect_setup_key": None,
        "gcp_connected": True if personal else None,
        "gcp_paused": False if personal else None,
        "host_endpoint_id": None,
        "host_path": None,
        "mapped_collection_id": None,
        "shareable": not guest,
        "non_functional": False,
        "non_functional_endpoint_display_name": None,
        "non_functional_endpoint_id": None,
        "disable_verify": False,
        "force_verify": False,
        "force_encryption": False,
        "disable_anonymous_writes": False,
        "mfa_required": False,
        "french_english_bilingual": False,
        "acl_available": guest,
        "acl_editable": False,
        "in_use": False,
        "my_effective_roles": [],
        "s3_url": None,
        "s3_owner_activated": False,
        "myproxy_server": None,
        "myproxy_dn": None,
        "oauth_server": None,
        "activated": False,
        "expires_in": -1,
        "expire_time": None,
        "https_server": None,
        "tlsftp_server": None,
    }
