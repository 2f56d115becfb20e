"""The errors between Airflow and Globus, and whether a retry can help. `refusals` says which answer becomes which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from printable_text import message


class GlobusProviderError(Exception):
    """Root of this provider's errors; the text says what failed and what to do.

    code        : the service's own code; '' if there is none
    http_status : 0 if there was no answer
    request_id  : the service's name for the call; '' if there is none
    """

    retryable = False

    def __init__(self, text: str, *, code: str = "", http_status: int = 0, request_id: str = "") -> None:
        # It may quote the service, and that a path.
        super().__init__(message(text))
        self.code = code
        self.http_status = http_status
        self.request_id = request_id

    @property
    def words(self) -> str:
        """The text without the call's own name, so that equal refusals have equal words."""
        return str(self).replace(f", request {self.request_id}", "")


class GlobusUnavailableError(GlobusProviderError):
    """Globus, or the machine behind a collection, does not answer now: try again later."""

    retryable = True


class GlobusOfflineError(GlobusUnavailableError):
    """Globus answers, but a collection does not: its machine is off or off the network, or it is paused."""


class GlobusBusyError(GlobusUnavailableError):
    """Globus accepts no more unfinished transfers of this login: try again when some have ended."""


class GlobusPermanentError(GlobusProviderError):
    """A retry gives the same answer; a person has to act."""


class GlobusRequestError(GlobusPermanentError):
    """The request itself is wrong, or was refused."""


class GlobusBadRequestError(GlobusRequestError):
    """The request was refused as it is: malformed, or too early, such as a list of files of a transfer under way."""


class GlobusExistsError(GlobusRequestError):
    """A new name is taken already."""


class GlobusNotFoundError(GlobusPermanentError):
    """No such collection, path or transfer task."""


class GlobusNoCollectionError(GlobusNotFoundError):
    """No such collection; this says nothing about a path or a transfer task."""


class GlobusLoginError(GlobusPermanentError):
    """The Airflow connection's client id, secret or refresh token is missing or not accepted."""


class GlobusAccessError(GlobusPermanentError):
    """The login is accepted, but lacks the permission."""


class GlobusConsentError(GlobusAccessError):
    """A collection requires a data_access consent that this login has not given."""


class GlobusConflictError(GlobusPermanentError):
    """Something under way is in conflict with the request: of a transfer, an unfinished one has identical paths."""


class GlobusStatusError(GlobusPermanentError):
    """A transfer task has a status that Globus does not document."""


class TransferFailedError(GlobusPermanentError):
    """A transfer ended badly, or cannot go on."""


class NotNow(Exception):
    """Too much is under way, by a submission store or by Globus: try again after `seconds`.

    Give 30 or more in production: Airflow 3.3.2 may mistake a trigger that fires within seconds of its
    deferral for a crashed task (apache/airflow #67287).
    """

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(f"{message(reason)}; trying again in {seconds:g} s")
        self.seconds = seconds
        self.reason = message(reason)


@contextmanager
def fail_without_retry() -> Iterator[None]:
    """Inside a task: an error that no retry can cure fails the task immediately, with one line."""
    try:
        yield
    except GlobusPermanentError as error:
        raise AirflowFailException(str(error)) from error
