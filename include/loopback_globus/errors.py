"""The error documents of the Transfer service."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refusal that clients read: HTTP status, Globus's code, a message, further keys and headers."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        message: str,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def document(self, resource: str) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "request_id": request_id(),
            "resource": resource,
            **self.extra,
        }


def request_id() -> str:
    """Nine characters, as the service gives them."""
    return secrets.token_urlsafe(7)[:9]


def bad_request(message: str, *, code: str = "ClientError.BadRequest") -> ApiError:
    return ApiError(status=400, code=code, message=message)


def unauthenticated(message: str = "Token is not active") -> ApiError:
    return ApiError(status=401, code="ClientError.AuthenticationFailed", message=message)


def endpoint_not_found(endpoint_id: str) -> ApiError:
    return ApiError(status=404, code="EndpointNotFound", message=f"No such endpoint '{endpoint_id}'")


def task_not_found(task_id: str) -> ApiError:
    return ApiError(status=404, code="ClientError.NotFound", message=f"No task found with id '{task_id}'")


def consent_required(collection_id: str) -> ApiError:
    """Mapped collections require their data_access scope, nested in the transfer scope."""
    scope = (
        "urn:globus:auth:scope:transfer.api.globus.org:all"
        f"[*https://auth.globus.org/scopes/{collection_id}/data_access]"
    )
    return ApiError(
        status=403,
        code="ConsentRequired",
        message="Missing required data_access consent",
        extra={"required_scopes": [scope]},
    )


def collection_offline(name: str) -> ApiError:
    return ApiError(
        status=502,
        code="ExternalError.DirListingFailed.GCDisconnected",
        message=f"The Globus Connect Personal endpoint '{name}' is not currently connected to Globus",
    )


def not_imitated(what: str) -> ApiError:
    """What Globus may well have, and this service has not."""
    return ApiError(status=501, code="NotImitated", message=f"loopback_globus does not imitate {what}")
