"""The errors between Airflow and Globus, and whether a retry can help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowFailException

if TYPE_CHECKING:
    import globus_sdk

#: Answers after which the same call can succeed without a person acting.
_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
#: A 502 reports an error of the machine behind the collection; with these endings a person has to act.
_PERMANENT_ENDINGS = (
    "NotDirectory",
    "PermissionDenied",
    "SizeLimit",
    "LoginFailed",
    "Exists",
    "NotFound",
    "InvalidPath",
)
#: Codes with which Globus passes on an error of that machine, or its silence.
_OF_COLLECTION = ("ExternalError", "EndpointError")
_NO_ACCESS = "permission denied; give the identity of Airflow connection '{}' access to it"
_COLLECTION_OF_SCOPE = re.compile(r"scopes/([0-9a-fA-F-]{36})/data_access")


class GlobusProviderError(Exception):
    """Root of this provider's errors; the text says what failed and what to do.

    code        : the service's own code; '' if there is none
    http_status : 0 if there was no answer
    """

    retryable = False

    def __init__(self, text: str, *, code: str = "", http_status: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.http_status = http_status


class GlobusUnavailableError(GlobusProviderError):
    """Globus, or the machine behind a collection, does not answer now: try again later."""

    retryable = True


class GlobusOfflineError(GlobusUnavailableError):
    """Globus answers, but the machine behind a collection does not: switched off, or off the network."""


class GlobusPermanentError(GlobusProviderError):
    """A retry gives the same answer; a person has to act."""


class GlobusRequestError(GlobusPermanentError):
    """The request itself is wrong, or was refused."""


class GlobusNotFoundError(GlobusPermanentError):
    """No such collection, path or transfer task."""


class GlobusLoginError(GlobusPermanentError):
    """The Airflow connection's client id, secret or refresh token is missing or not accepted."""


class GlobusAccessError(GlobusPermanentError):
    """The login is accepted, but lacks the permission."""


class GlobusConsentError(GlobusAccessError):
    """A collection requires a data_access consent that this login has not given."""


class GlobusConflictError(GlobusPermanentError):
    """Another unfinished transfer has identical paths."""


class GlobusStatusError(GlobusPermanentError):
    """A transfer task has a status that Globus does not document."""


class TransferFailedError(GlobusPermanentError):
    """A transfer ended badly, or cannot go on."""


class NotNow(Exception):
    """Raised by a submission store: too much is under way, try again after `seconds`.

    Give 30 or more in production: Airflow 3.3.2 may mistake a trigger that fires within seconds of its
    deferral for a crashed task (apache/airflow #67287).
    """

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(f"{reason}; trying again in {seconds:g} s")
        self.seconds = seconds
        self.reason = reason


@contextmanager
def fail_without_retry() -> Iterator[None]:
    """Inside a task: an error that no retry can cure fails the task immediately, with one line."""
    try:
        yield
    except GlobusPermanentError as error:
        raise AirflowFailException(str(error)) from error


def translate(error: globus_sdk.GlobusError, *, doing: str, connection: str) -> GlobusProviderError:
    """Translate an SDK error into one of ours.

    doing      : what was tried, as words after "could not", e.g. "list /a on collection X"
    connection : the Airflow connection's id
    """
    import globus_sdk

    if isinstance(error, globus_sdk.NetworkError):
        return GlobusUnavailableError(f"could not {doing}: Globus does not answer ({error})")
    if not isinstance(error, globus_sdk.GlobusAPIError):
        return GlobusLoginError(
            f"could not {doing}: no usable token for Airflow connection '{connection}' "
            f"({type(error).__name__}); check its client id, client secret and refresh token"
        )
    of_login = isinstance(error, globus_sdk.AuthAPIError)
    kind, what = (_login_fault if of_login else _transfer_fault)(error, connection)
    answer = f"{error.code or error.http_status}: {error.message or error.http_reason}"
    request = f", request {error.request_id}" if error.request_id else ""
    text = f"could not {doing}: {what} ({answer}{request})"
    return kind(text, code=error.code or "", http_status=error.http_status)


def _login_fault(error: globus_sdk.GlobusAPIError, connection: str) -> tuple[type[GlobusProviderError], str]:
    if error.http_status in _TRANSIENT_STATUS:
        return GlobusUnavailableError, "Globus Auth is not available now"
    return GlobusLoginError, (
        f"Globus Auth refused Airflow connection '{connection}'; check its client id, client secret "
        "and refresh token (a refresh token expires after six months without use)"
    )


def _transfer_fault(
    error: globus_sdk.GlobusAPIError, connection: str
) -> tuple[type[GlobusProviderError], str]:
    code, status = error.code or "", error.http_status
    if error.info.consent_required:
        scopes = " ".join(error.info.consent_required.required_scopes)
        collections = " and ".join(sorted(set(_COLLECTION_OF_SCOPE.findall(scopes)))) or "a collection"
        return GlobusConsentError, (
            f"{collections} requires a data_access consent that connection '{connection}' has not given; "
            "log in again with that consent and store the new refresh token in the connection"
        )
    if status in _TRANSIENT_STATUS and not code.endswith(_PERMANENT_ENDINGS):
        if code.startswith(_OF_COLLECTION):
            return GlobusOfflineError, "the machine behind the collection does not answer"
        return GlobusUnavailableError, "not available now"
    for matches, kind, what in (
        (status == 401, GlobusLoginError, "the login of Airflow connection '{}' was not accepted"),
        (code == "EndpointNotFound", GlobusNotFoundError, "no such collection; check its id"),
        (status == 404 or code.endswith("NotFound"), GlobusNotFoundError, "not found"),
        (status == 403, GlobusAccessError, _NO_ACCESS),
        (code.endswith(("PermissionDenied", "LoginFailed")), GlobusAccessError, _NO_ACCESS),
        (status == 409, GlobusConflictError, "an unfinished transfer has identical paths"),
    ):
        if matches:
            return kind, what.format(connection)
    return GlobusRequestError, "refused"
