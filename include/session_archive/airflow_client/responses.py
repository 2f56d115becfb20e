"""What Airflow's responses mean: each refusal becomes one error with one clear line."""

from __future__ import annotations

import json
from typing import Any

import httpx

from session_archive.errors import ArchiveError, ServiceUnavailableError

Json = dict[str, Any]


class AirflowRequestError(ArchiveError):
    """Airflow refused a request; `status` is the HTTP status code."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


def unreachable(url: str, error: httpx.HTTPError) -> ArchiveError:
    """The error for a request that got no response."""
    if isinstance(error, httpx.TimeoutException):
        return ServiceUnavailableError(f"Airflow at {url} does not answer in time; try again later")
    reason = str(error) or type(error).__name__
    if isinstance(error, httpx.UnsupportedProtocol | httpx.RemoteProtocolError | httpx.DecodingError):
        return not_airflow(url, reason)
    return ServiceUnavailableError(
        f"Airflow at {url} does not answer: {reason}; is the address right, and is it running?"
    )


def not_airflow(url: str, reason: str) -> ArchiveError:
    """The error for a response that Airflow would not give."""
    return ArchiveError(
        f"the server at {url} is not Airflow 3 ({reason}); expected the address of Airflow's UI, such as "
        "https://airflow.lab.edu"
    )


def require_good(response: httpx.Response, *, url: str, user: str, doing: str) -> None:
    """Raise the error that a refusal means.

    doing : completes "may not ..." and "could not ..."
    """
    status = response.status_code
    if response.is_redirect:
        raise not_airflow(url, f"it redirects to {response.headers.get('location', 'nowhere')}")
    if status == httpx.codes.UNAUTHORIZED:
        raise AirflowRequestError(
            f"Airflow at {url} refuses the login {user!r}; check its name and password",
            status=status,
        )
    if status == httpx.codes.FORBIDDEN:
        raise AirflowRequestError(
            f"the login {user!r} may not {doing} at {url}; ask an administrator of Airflow for the right",
            status=status,
        )
    if response.is_server_error:
        raise ServiceUnavailableError(
            f"Airflow at {url} could not {doing}: {status} {response.reason_phrase}; see its own log"
        )
    if response.is_error:
        raise AirflowRequestError(f"Airflow could not {doing}: {reason(response)}", status=status)


def document(response: httpx.Response, *, url: str) -> Json:
    """The JSON object of a successful response."""
    if not response.content:
        return {}
    try:
        content = response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise not_airflow(url, "its response is not JSON") from None
    if not isinstance(content, dict):
        raise not_airflow(url, "its response is not a JSON object")
    return content


def reason(response: httpx.Response) -> str:
    """Airflow's own reason for a refusal, in one line; for a wrong param, which one and why."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}"
    if isinstance(detail, list):  # the request itself is malformed
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
    if isinstance(detail, dict):
        detail = detail.get("reason") or detail.get("message") or json.dumps(detail)
    # For a wrong param the whole schema follows the first paragraph.
    words = " ".join(str(detail).split("\n\n")[0].split())
    return words.replace("Invalid input for param ", "param ")
