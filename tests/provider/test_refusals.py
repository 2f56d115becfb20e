"""Each answer that is not a success is read by its own name: one example of each row, through the real SDK."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import BaseHook
from tests.provider.conftest import Lab

from globus_provider.errors import (
    GlobusAccessError,
    GlobusBadRequestError,
    GlobusBusyError,
    GlobusConflictError,
    GlobusExistsError,
    GlobusLoginError,
    GlobusNoCollectionError,
    GlobusNotFoundError,
    GlobusOfflineError,
    GlobusProviderError,
    GlobusRequestError,
    GlobusUnavailableError,
)
from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from globus_provider.hooks.native_app import NativeAppLogin
from globus_provider.refusals import OF_AUTH, OF_CODE, OF_IDENTITY, OF_TRANSFER, refusal_of
from globus_provider.request import TransferItem, TransferRequest
from loopback_globus.testing import LoopbackGlobus

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "00000000-1111-2222-3333-444444444444"
IDENTICAL = "A transfer with identical paths has not yet completed"

#: status, code, message; the kind; whether the same call can succeed later without a person
EXAMPLES: Sequence[tuple[int, str, str, type[GlobusProviderError], bool]] = (
    (401, "ClientError.AuthenticationFailed", "Token is not active", GlobusLoginError, False),
    (429, "ClientError.TooManyRequests", "slow down", GlobusUnavailableError, True),
    (404, "EndpointNotFound", "No such endpoint", GlobusNoCollectionError, False),
    (404, "ClientError.NotFound", "No task found with id", GlobusNotFoundError, False),
    (404, "NotFound", "no such path", GlobusNotFoundError, False),
    (502, "ExternalError.DirListingFailed.NotFound", "no such path", GlobusNotFoundError, False),
    (409, "Conflict.TooManyTasks", "You have 100 pending tasks", GlobusBusyError, True),
    (409, "TooManyPendingTasks", "wait until one ends", GlobusBusyError, True),
    (403, "LimitExceeded", "100 tasks", GlobusBusyError, True),
    (400, "LIMIT_EXCEEDED", "100 tasks", GlobusBusyError, True),
    (409, "Conflict", "There are too many pending tasks", GlobusBusyError, True),
    (409, "Conflict", IDENTICAL, GlobusConflictError, False),
    (409, "ClientError.Conflict", IDENTICAL, GlobusConflictError, False),
    (502, "ExternalError.MkdirFailed.Exists", "exists", GlobusExistsError, False),
    (409, "Exists", "exists", GlobusExistsError, False),
    (502, "ExternalError.DirListingFailed.NotDirectory", "a file", GlobusRequestError, False),
    (502, "ExternalError.DirListingFailed.SizeLimit", "limit of 100000 reached", GlobusRequestError, False),
    (400, "ClientError.InvalidPath", "CR LF", GlobusRequestError, False),
    (409, "NotSupported", "no rename here", GlobusRequestError, False),
    (403, "EndpointPermissionDenied", "Path not allowed", GlobusAccessError, False),
    (502, "ExternalError.DirListingFailed.PermissionDenied", "denied", GlobusAccessError, False),
    (403, "AuthorizationFailed", "no rights", GlobusAccessError, False),
    (502, "ExternalError.DirListingFailed.LoginFailed", "log in", GlobusAccessError, False),
    (403, "SubscriptionRequired", "no subscription", GlobusAccessError, False),
    (409, "OperationPaused", "disk swap on Friday", GlobusOfflineError, True),
    (409, "ExternalError.DirListingFailed.GCDisconnected", "off", GlobusOfflineError, True),
    (502, "ExternalError.DirListingFailed.GCDisconnected", "off", GlobusOfflineError, True),
    (500, "EndpointError", "broken pipe", GlobusOfflineError, True),
    (408, "RequestTimeout", "too slow", GlobusUnavailableError, True),
    (501, "NotImplemented", "never", GlobusRequestError, False),
    (503, "ServiceUnavailable", "maintenance", GlobusUnavailableError, True),
    (500, "InternalError", "oops", GlobusUnavailableError, True),
    (502, "BadGateway", "oops", GlobusUnavailableError, True),
    (504, "GatewayTimeout", "oops", GlobusUnavailableError, True),
    (400, "ClientError.BadRequest", "malformed", GlobusBadRequestError, False),
    (409, "SomethingNew", "the moon is full", GlobusRequestError, False),
    (418, "Teapot", "short and stout", GlobusRequestError, False),
)  # fmt: skip
#: Every call of the hook by which the archive works, with what it asks for.
CALLS: dict[str, tuple[str, Any]] = {
    "submission id": ("GET /v0.10/submission_id", lambda hook, lab: hook.submission_id()),
    "task": ("GET /v0.10/task/*", lambda hook, lab: hook.task(NOWHERE)),
    "tasks": ("GET /v0.10/task_list", lambda hook, lab: hook.unfinished()),
    "listing": ("GET /v0.10/operation/*", lambda hook, lab: hook.list_directory(collection=lab.rig, path="/")),
    "cancel": ("POST /v0.10/task/*", lambda hook, lab: hook.cancel(NOWHERE)),
}  # fmt: skip


@pytest.fixture(scope="module")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One service for all examples."""
    folder: Path = tmp_path_factory.mktemp("refusals")
    for name in ("rig", "archive"):
        (folder / name).mkdir()
    roots = {name: folder / name for name in ("rig", "archive")}
    with LoopbackGlobus(roots, directory=folder / "service") as globus, pytest.MonkeyPatch.context() as patch:
        lab = Lab(globus, folder, patch)
        lab.connect()
        yield lab


@pytest.fixture(scope="module")
def hook(shared_lab: Lab) -> GlobusHook:
    return GlobusHook(max_retries=0)


@pytest.fixture(autouse=True)
def no_faults(shared_lab: Lab) -> Iterator[None]:
    yield
    shared_lab.globus.clear_faults()


@pytest.mark.fault(38)
@pytest.mark.parametrize(("status", "code", "message", "kind", "retryable"), EXAMPLES)
def test_each_status_of_each_call_is_read_by_its_code(
    shared_lab: Lab,
    hook: GlobusHook,
    status: int,
    code: str,
    message: str,
    kind: type[GlobusProviderError],
    retryable: bool,
) -> None:
    for request, call in CALLS.values():
        # A rejected token is exchanged for another once, and asked with again.
        shared_lab.globus.fault(
            match=request, do="status", status=status, code=code, message=message, times=0
        )
        with pytest.raises(GlobusProviderError) as caught:
            call(hook, shared_lab)
        assert (type(caught.value), caught.value.retryable) == (kind, retryable)
        assert f"({code}: {message}" in str(caught.value), "the service's own words"
        assert (caught.value.code, caught.value.http_status) == (code, status)
        assert "{" not in str(caught.value)


def test_every_row_has_an_example() -> None:
    shown = {
        refusal_of(OF_TRANSFER, status=status, code=code, message=message)
        for status, code, message, *_ in EXAMPLES
    } | {refusal_of(OF_TRANSFER, status=404, code="", message="")}
    assert set(OF_TRANSFER) - shown == set()


@pytest.mark.fault(41)
@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_an_answer_without_a_code_is_not_from_globus(shared_lab: Lab, hook: GlobusHook, status: int) -> None:
    shared_lab.globus.fault(match="GET /v0.10/task/*", do="malformed", status=status, times=0)
    with pytest.raises(GlobusUnavailableError, match="is a proxy or a login page in between"):
        hook.task(NOWHERE)


@pytest.mark.fault(41)
@pytest.mark.parametrize(
    "verb",
    [
        lambda hook: hook.submission_id(),
        lambda hook: hook.task(NOWHERE),
        lambda hook: hook.unfinished(),
        lambda hook: hook.last_fault(NOWHERE),
        lambda hook: list(hook.successful_transfers(NOWHERE)),
    ],
)
def test_a_success_without_what_was_requested_is_not_from_globus(
    shared_lab: Lab, hook: GlobusHook, verb: Any
) -> None:
    shared_lab.globus.fault(match="GET /v0.10/*", do="empty", times=0)
    with pytest.raises(GlobusUnavailableError, match="what answered is not Globus"):
        verb(hook)


def sent(lab: Lab, hook: GlobusHook) -> str:
    """A transfer of a file that never comes."""
    name = f"/{uuid.uuid4()}"
    request = TransferRequest(
        source_collection=lab.rig,
        destination_collection=lab.archive,
        items=(TransferItem(name, name),),
        label="of no file",
    )
    return hook.submit(request, submission_id=hook.submission_id())


@pytest.mark.fault(41)
@pytest.mark.parametrize(
    ("keys", "verb"),
    [
        (["value"], lambda lab, hook: hook.submission_id()),
        (["status"], lambda lab, hook: hook.task(sent(lab, hook))),
        (["request_time"], lambda lab, hook: hook.task(sent(lab, hook))),
        (["task_id"], sent),
        (["code"], sent),
        (["DATA"], lambda lab, hook: hook.unfinished()),
    ],
)
def test_an_answer_that_lacks_a_key_is_not_from_globus(
    shared_lab: Lab, hook: GlobusHook, keys: list[str], verb: Any
) -> None:
    shared_lab.globus.fault(match="* /v0.10/t*", do="lacks", keys=keys, times=0)
    shared_lab.globus.fault(match="GET /v0.10/submission_id", do="lacks", keys=keys, times=0)
    with pytest.raises(GlobusUnavailableError, match="what answered is not Globus"):
        verb(shared_lab, hook)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, GlobusUnavailableError), (503, GlobusUnavailableError), (400, GlobusLoginError)],
)
def test_each_status_of_the_login_service(
    shared_lab: Lab, status: int, kind: type[GlobusProviderError]
) -> None:
    shared_lab.globus.fault(match="POST /v2/oauth2/token", do="status", status=status, times=0)
    with pytest.raises(GlobusProviderError) as caught:
        GlobusHook(max_retries=0).submission_id()
    assert type(caught.value) is kind


def test_every_row_of_the_login_service_has_an_example() -> None:
    assert {refusal_of(OF_AUTH, status=each, code="", message="") for each in (429, 503, 400)} == set(OF_AUTH)


@pytest.mark.parametrize(
    ("status", "code", "says", "kind"),
    [
        (400, "invalid_grant", "was used before", GlobusLoginError),
        (400, "invalid_client", "as that of a native app", GlobusLoginError),
        (400, "unauthorized_client", "as that of a native app", GlobusLoginError),
        (401, "", "as that of a native app", GlobusLoginError),
        (403, "", "as that of a native app", GlobusLoginError),
        (400, "server_is_new", "server_is_new", GlobusLoginError),
        (429, "", "not available now", GlobusUnavailableError),
        (503, "", "not available now", GlobusUnavailableError),
    ],
)
def test_each_answer_to_a_person_s_code(
    shared_lab: Lab, status: int, code: str, says: str, kind: type[GlobusProviderError]
) -> None:
    person = NativeAppLogin(Login.of(BaseHook.get_connection("globus_default")), max_retries=0)
    # In a document of OAuth 2, the code has another key.
    do = "oauth" if code else "status"
    shared_lab.globus.fault(match="POST /v2/oauth2/token", do=do, status=status, code=code, times=0)
    with pytest.raises(GlobusProviderError, match=says) as caught:
        person.exchange("pasted")
    assert type(caught.value) is kind
    assert str(caught.value).startswith("could not log in: ")
    assert refusal_of(OF_CODE, status=status, code=code, message="").kind is kind


def test_every_row_about_a_login_has_an_example() -> None:
    answers = [(400, "invalid_grant"), (400, "invalid_client"), (400, "unauthorized_client")]
    answers += [(401, ""), (403, ""), (400, "x"), (429, ""), (503, "")]
    assert {refusal_of(OF_CODE, status=status, code=code, message="") for status, code in answers} == set(
        OF_CODE
    )
    assert {
        refusal_of(OF_IDENTITY, status=each, code="", message="") for each in (403, 400, 429, 503)
    } == set(OF_IDENTITY)


def test_write_access_is_not_concluded_from_a_missing_collection(shared_lab: Lab, hook: GlobusHook) -> None:
    hook.require_writing(collection=shared_lab.rig, path="/")
    with pytest.raises(GlobusNoCollectionError):
        hook.require_writing(collection=NOWHERE, path="/")
