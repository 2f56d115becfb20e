"""What each answer of Globus that is not a success means: the only reader of statuses and codes of calls.

`task_status` reads the documents of transfer tasks. The names are those of the Transfer API's reference, of recorded
answers and of public reports. A code that no row names is an error with the service's own words, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from globus_provider.errors import (
    GlobusAccessError,
    GlobusBadRequestError,
    GlobusBusyError,
    GlobusConflictError,
    GlobusConsentError,
    GlobusExistsError,
    GlobusLoginError,
    GlobusNoCollectionError,
    GlobusNotFoundError,
    GlobusOfflineError,
    GlobusProviderError,
    GlobusRequestError,
    GlobusUnavailableError,
)

if TYPE_CHECKING:
    import globus_sdk

_COLLECTION_OF_SCOPE = re.compile(r"scopes/([0-9a-fA-F-]{36})/data_access")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row: which answers it is about, and what they mean.

    status  : of HTTP, as a pattern: `409`, `5??`, `*`
    code    : the service's name for it, as a pattern; '' for an answer without one, which Globus Transfer never gives
    kind    : the error that it becomes
    what    : in words; {} is the Airflow connection
    message : for a code with two meanings, words in the service's message, in lower case
    """

    status: str
    code: str
    kind: type[GlobusProviderError]
    what: str
    message: str = ""

    def fits(self, *, status: int, code: str, message: str) -> bool:
        """Whether an answer is one of these."""
        return (
            fnmatchcase(str(status), self.status)
            and fnmatchcase(code, self.code)
            and self.message in message.lower()
        )


_NO_ACCESS = "permission denied; give the identity of Airflow connection '{}' access to it"
_QUEUE_FULL = "too many transfers of this login are unfinished at Globus"

#: The answers of Globus Transfer; the first row that fits counts.
OF_TRANSFER: tuple[Refusal, ...] = (
    Refusal("401", "*", GlobusLoginError, "the login of Airflow connection '{}' was not accepted"),
    Refusal("429", "*", GlobusUnavailableError, "too many requests"),
    Refusal(
        "4??", "", GlobusUnavailableError,
        "what answered is not Globus; is a proxy or a login page in between?",
    ),
    Refusal("*", "EndpointNotFound", GlobusNoCollectionError, "no such collection; check its id"),
    Refusal("*", "*NotFound", GlobusNotFoundError, "not found"),
    Refusal("*", "*TooMany*", GlobusBusyError, _QUEUE_FULL),
    Refusal("*", "*LimitExceeded*", GlobusBusyError, _QUEUE_FULL),
    Refusal("*", "*LIMIT_EXCEEDED*", GlobusBusyError, _QUEUE_FULL),
    Refusal("409", "*Conflict", GlobusBusyError, _QUEUE_FULL, message="too many"),
    Refusal("409", "*Conflict", GlobusConflictError, "something under way is in conflict with it"),
    Refusal("*", "*Exists", GlobusExistsError, "the name is taken already"),
    Refusal("*", "*NotDirectory", GlobusRequestError, "it is not a directory"),
    Refusal("*", "*SizeLimit", GlobusRequestError, "Globus does not list so many entries; split the directory"),
    Refusal("*", "*InvalidPath", GlobusRequestError, "Globus does not accept this path"),
    Refusal("*", "*NotSupported", GlobusRequestError, "the collection does not offer this"),
    Refusal("*", "*PermissionDenied", GlobusAccessError, _NO_ACCESS),
    Refusal("*", "*AuthorizationFailed", GlobusAccessError, _NO_ACCESS),
    Refusal("*", "*LoginFailed", GlobusAccessError, _NO_ACCESS),
    Refusal("403", "*", GlobusAccessError, "refused; the identity of Airflow connection '{}' may not do this"),
    Refusal("*", "*Paused", GlobusOfflineError, "an administrator has paused the collection"),
    Refusal("409", "*GCDisconnected", GlobusOfflineError, "the machine behind the collection does not answer"),
    Refusal("5??", "ExternalError*", GlobusOfflineError, "the machine behind the collection does not answer"),
    Refusal("5??", "EndpointError*", GlobusOfflineError, "the machine behind the collection does not answer"),
    Refusal("408", "*", GlobusUnavailableError, "not available now"),
    Refusal("501", "*", GlobusRequestError, "Globus does not offer this"),
    Refusal("5??", "*", GlobusUnavailableError, "not available now"),
    Refusal("400", "*", GlobusBadRequestError, "refused as it is"),
    Refusal("*", "*", GlobusRequestError, "refused, for a reason that is not known here"),
)  # fmt: skip

#: The answers of Globus Auth; the first row that fits counts.
OF_AUTH: tuple[Refusal, ...] = (
    Refusal("429", "*", GlobusUnavailableError, "Globus Auth is not available now"),
    Refusal("5??", "*", GlobusUnavailableError, "Globus Auth is not available now"),
    Refusal(
        "*", "*", GlobusLoginError,
        "Globus Auth refused Airflow connection '{}'; check its client id, client secret and refresh token (a refresh "
        "token expires after six months without use)",
    ),
)  # fmt: skip

_NO_NATIVE_APP = (
    "Globus Auth does not accept the client id of connection '{}' as that of a native app; check it"
)
#: The answers of Globus Auth to the code that a person has pasted; the codes are those of OAuth 2.
OF_CODE: tuple[Refusal, ...] = (
    Refusal(
        "*", "invalid_grant", GlobusLoginError,
        "the code is wrong, was used before or is older than ten minutes; log in again for a new one",
    ),
    Refusal("*", "invalid_client", GlobusLoginError, _NO_NATIVE_APP),
    Refusal("*", "unauthorized_client", GlobusLoginError, _NO_NATIVE_APP),
    Refusal("401", "*", GlobusLoginError, _NO_NATIVE_APP),
    Refusal("403", "*", GlobusLoginError, _NO_NATIVE_APP),
    *OF_AUTH,
)  # fmt: skip
#: The answers of Globus Auth to a question about the login itself.
OF_IDENTITY: tuple[Refusal, ...] = (
    Refusal("403", "*", GlobusAccessError, "the login of connection '{}' may not see this"),
    *OF_AUTH,
)


def refusal_of(table: tuple[Refusal, ...], *, status: int, code: str, message: str) -> Refusal:
    """The row of a table that says what an answer means."""
    return next(row for row in table if row.fits(status=status, code=code, message=message))


def translate(
    error: globus_sdk.GlobusError,
    *,
    doing: str,
    connection: str,
    of_auth: tuple[Refusal, ...] = OF_AUTH,
) -> GlobusProviderError:
    """Translate an SDK error into one of ours.

    doing      : what was tried, as words after "could not", e.g. "list /a on collection X"
    connection : the Airflow connection's id
    of_auth    : the table for an answer of Globus Auth
    """
    import globus_sdk

    if isinstance(error, globus_sdk.NetworkError):
        return GlobusUnavailableError(f"could not {doing}: Globus does not answer ({error})")
    if not isinstance(error, globus_sdk.GlobusAPIError):
        return GlobusLoginError(
            f"could not {doing}: no usable token for Airflow connection '{connection}' "
            f"({type(error).__name__}); check its client id, client secret and refresh token"
        )
    code = _oauth_code(error) or error.code or ""
    kind, what = _meaning(error, code, of_auth)
    answer = f"{code or error.http_status}: {error.message or error.http_reason}"
    request = f", request {error.request_id}" if error.request_id else ""
    text = f"could not {doing}: {what.format(connection)} ({answer}{request})"
    return kind(text, code=code, http_status=error.http_status, request_id=error.request_id or "")


def _oauth_code(error: globus_sdk.GlobusAPIError) -> str:
    """The code of OAuth 2, which Globus Auth gives beside one of its own; '' for another service's answer."""
    import globus_sdk

    of_auth = isinstance(error, globus_sdk.AuthAPIError) and isinstance(error.raw_json, dict)
    return str((error.raw_json or {}).get("error") or "") if of_auth else ""


def _meaning(
    error: globus_sdk.GlobusAPIError, code: str, of_auth: tuple[Refusal, ...]
) -> tuple[type[GlobusProviderError], str]:
    import globus_sdk

    by_auth = isinstance(error, globus_sdk.AuthAPIError)
    # The code alone does not say for which collection.
    if error.info.consent_required and not by_auth:
        scopes = " ".join(error.info.consent_required.required_scopes)
        collections = " and ".join(sorted(set(_COLLECTION_OF_SCOPE.findall(scopes)))) or "a collection"
        return GlobusConsentError, (
            f"{collections} requires a data_access consent that connection '{{}}' has not given; "
            "log in again with that consent and store the new refresh token in the connection"
        )
    row = refusal_of(
        of_auth if by_auth else OF_TRANSFER,
        status=error.http_status,
        code=code,
        message=error.message or "",
    )
    return row.kind, row.what
