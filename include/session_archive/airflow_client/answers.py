"""What Airflow's answers mean: each refusal becomes one error with one clear line."""

from __future__ import annotations

import json
from typing import Any

import httpx

from session_archive.errors import ArchiveError, ServiceUnavailableError

Json = dict[str, Any]


class AirflowRequestError(ArchiveError):
    """Airflow refused a request; `status` is HTTP's."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


def unreachable(url: str, error: httpx.HTTPError) -> ArchiveError:
    """The error for a request that got no answer."""
    if isinstance(error, httpx.TimeoutException):
        return ServiceUnavailableError(f"Airflow at {url} does not answer in time; try again later")
    reason = str(error) or type(error).__name__
    if isinstance(error, httpx.UnsupportedProtocol | httpx.RemoteProtocolError | httpx.DecodingError):
        return not_airflow(url, reason)
    return ServiceUnavailableError(
        f"Airflow at {url} does not answer: {reason}; is the address right, and is it running?"
    )


def not_airflow(url: str, reason: str) -> ArchiveError:
    """The error for an answer that Airflow would not give."""
    return ArchiveError(
        f"what answers at {url} is no Airflow 3 ({reason}); expected the address of Airflow's UI, such as "
        "https://airflow.lab.edu"
    )


def require_good(answer: httpx.Response, *, url: str, user: str, doing: str) -> None:
    """Raise what a refusal means.

    doing : to be read after "may not" and "could not"
    """
    status = answer.status_code
    if answer.is_redirect:
        raise not_airflow(url, f"it sends one on to {answer.headers.get('location', 'nowhere')}")
    if status == httpx.codes.UNAUTHORIZED:
        raise AirflowRequestError(
            f"Airflow at {url} refuses the login {user!r}; check its name and password", status=status
        )
    if status == httpx.codes.FORBIDDEN:
        raise AirflowRequestError(
            f"the login {user!r} may not {doing} at {url}; an administrator of Airflow gives the right",
            status=status,
        )
    if answer.is_server_error:
        raise ServiceUnavailableError(
            f"Airflow at {url} could not {doing}: {status} {answer.reason_phrase}; its own log says why"
        )
    if answer.is_error:
        raise AirflowRequestError(f"Airflow could not {doing}: {reason(answer)}", status=status)


def document(answer: httpx.Response, *, url: str) -> Json:
    """The JSON of a good answer."""
    if not answer.content:
        return {}
    try:
        told = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise not_airflow(url, "its answer is no JSON") from None
    if not isinstance(told, dict):
        raise not_airflow(url, "its answer is no object")
    return told


def reason(answer: httpx.Response) -> str:
    """Airflow's own words for a refusal, in one line: of a param that is wrong, which one and why."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} {answer.reason_phrase}"
    if isinstance(detail, list):  # of the request's own form
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
    if isinstance(detail, dict):
        detail = detail.get("reason") or detail.get("message") or json.dumps(detail)
    # A param that is wrong: after the first paragraph comes the whole schema.
    words = " ".join(str(detail).split("\n\n")[0].split())
    return words.replace("Invalid input for param ", "param ")
