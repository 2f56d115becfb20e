"""/endpoint and /endpoint_search."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from loopback_globus import filters
from loopback_globus.api.imitation import only_known_parameters
from loopback_globus.auth.identify import TransferCaller
from loopback_globus.documents import username
from loopback_globus.service import Service, service_of
from loopback_globus.settings import ENTITY_TYPES, Collection

router = APIRouter(prefix="/v0.10", dependencies=[Depends(only_known_parameters)])
_Service = Annotated[Service, Depends(service_of)]

#: The kinds of collection that a scope narrows the search to; the other scopes are everything.
_KINDS: dict[str, tuple[str, ...]] = {
    "my-gcp-endpoints": ("personal",),
    "shared-by-me": ("guest",),
    "shared-with-me": (),
}
_Scope = Literal[
    "all",
    "my-endpoints",
    "my-gcp-endpoints",
    "recently-used",
    "in-use",
    "shared-by-me",
    "shared-with-me",
    "hide-no-permissions",
    "administered-by-me",
]


@router.get("/endpoint/{endpoint_id}")
def endpoint(service: _Service, caller: TransferCaller, endpoint_id: str, fields: str = "") -> dict[str, Any]:
    document = endpoint_document(service.collection(endpoint_id), owner_id=caller.identity)
    return filters.project(document, fields)


@router.get("/endpoint_search")
def endpoint_search(
    service: _Service,
    caller: TransferCaller,
    filter_fulltext: str = "",
    filter_scope: _Scope = "all",
    filter_entity_type: str = "",
    filter_owner_id: str = "",
    filter_non_functional: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
    fields: str = "",
) -> dict[str, Any]:
    """Every word must occur in the name or the id. All collections are the caller's, and all work."""
    words = filter_fulltext.lower().split()
    matches_none = filter_owner_id not in ("", caller.identity) or filter_non_functional == "1"
    matching = [
        collection
        for collection in service.settings.collections.values()
        if _holds(collection, words)
        and collection.kind in _KINDS.get(filter_scope, ENTITY_TYPES)
        and filter_entity_type in ("", collection.entity_type)
        and not matches_none
    ]
    page = matching[offset : offset + limit]
    return {
        "DATA_TYPE": "endpoint_list",
        "DATA": [filters.project(endpoint_document(c, owner_id=caller.identity), fields) for c in page],
        "has_next_page": len(matching) > offset + limit,
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
        "description": "A folder that loopback_globus serves",
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
        "subscription_admin_verified": False,
        "requester_pays": False,
        "gcs_version": None,
        "gcs_manager_url": None,
        "default_directory": "/",
        "high_assurance": collection.kind == "high-assurance",
        "authentication_timeout_mins": None,
        "authentication_assurance_timeout": None,
        "authentication_policy_id": None,
        "acl_max_expiration_period_mins": None,
        "restrict_transfers_to_high_assurance": None,
        "auto_delete_timeout": None,
        "skip_auto_delete": None,
        "last_accessed_time": None,
        "associated_flow_policy": None,
        "guest_collection_activity_notification_policy": None,
        "preserve_modtime": None,
        "network_use": "normal",
        "location": "Automatic",
        "max_concurrency": 4,
        "preferred_concurrency": 2,
        "max_parallelism": 8,
        "preferred_parallelism": 4,
        "local_user_info_available": None,
        "is_globus_connect": personal,
        "globus_connect_setup_key": None,
        "gcp_connected": True if personal else None,
        "gcp_paused": False if personal else None,
        "host_endpoint": None,
        "host_endpoint_id": None,
        "host_endpoint_display_name": None,
        "host_path": None,
        "mapped_collection_id": None,
        "mapped_collection_display_name": None,
        "sharing_target_endpoint": None,
        "sharing_target_root_path": None,
        "storage_type": None,
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
        "acl_editable": guest,
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
