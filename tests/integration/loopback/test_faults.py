"""Every fault switch, as the SDK sees it."""

from __future__ import annotations

import globus_sdk
import pytest
from globus_sdk import AuthAPIError, NetworkError, TransferAPIError
from globus_sdk.transport import RetryConfig

from loopback_globus.testing import LoopbackError

from .conftest import Lab, sdk_client


def impatient(lab: Lab) -> globus_sdk.TransferClient:
    """A client without retries."""
    app = sdk_client(lab.globus)._app
    return globus_sdk.TransferClient(app=app, retry_config=RetryConfig(max_retries=0))


def statuses(lab: Lab, path: str, last: int) -> list[int | None]:
    return [line["status"] for line in lab.globus.requests(path=path)][-last:]


@pytest.mark.parametrize("status", [429, 503])
def test_the_sdk_waits_and_retries(lab: Lab, status: int) -> None:
    lab.client.task_list()
    lab.globus.fault(match="GET /v0.10/task_list", do="status", status=status, times=2, retry_after=0.05)
    assert lab.client.task_list().http_status == 200
    assert statuses(lab, "/v0.10/task_list", 3) == [status, status, 200]


def test_a_status_carries_code_message_and_retry_after(lab: Lab) -> None:
    lab.globus.fault(
        match="GET /v0.10/task_list",
        do="status",
        status=502,
        code="EndpointError",
        message="m",
        retry_after=3,
    )
    with pytest.raises(TransferAPIError) as error:
        impatient(lab).task_list()
    assert (error.value.http_status, error.value.code, error.value.message) == (502, "EndpointError", "m")
    assert error.value.headers["Retry-After"] == "3"


def test_a_retry_after_may_be_a_date(lab: Lab) -> None:
    date = "Wed, 21 Oct 2099 07:28:00 GMT"
    lab.globus.fault(match="GET /v0.10/task_list", do="status", status=429, retry_after=date)
    with pytest.raises(TransferAPIError) as error:
        impatient(lab).task_list()
    assert error.value.headers["Retry-After"] == date


def test_an_answer_that_lacks_keys(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.fault(match="GET /v0.10/task*", do="lacks", keys=["status", "DATA_TYPE"], times=2)
    task = lab.client.get_task(task_id).data
    assert "status" not in task and task["task_id"] == task_id
    [row] = [row for row in lab.client.task_list()["DATA"] if row["task_id"] == task_id]
    assert "status" not in row and "label" in row
    assert lab.client.get_task(task_id)["status"] == "ACTIVE"


def test_a_dropped_connection_is_a_network_error_and_nothing_was_done(lab: Lab) -> None:
    lab.globus.fault(match="POST /v0.10/transfer", do="drop")
    before = len(lab.globus.effects("accepted"))
    with pytest.raises(NetworkError):
        impatient(lab).submit_transfer(lab.transfer(("/a", "/a")))
    assert len(lab.globus.effects("accepted")) == before
    assert statuses(lab, "/v0.10/transfer", 1) == [None]
    assert impatient(lab).task_list().http_status == 200


def test_a_connection_dropped_after_the_work_was_done(lab: Lab) -> None:
    lab.globus.fault(match="POST /v0.10/transfer", do="drop_after")
    before = len(lab.globus.effects("accepted"))
    data = lab.transfer(("/a", "/a"))
    with pytest.raises(NetworkError):
        impatient(lab).submit_transfer(data)
    assert len(lab.globus.effects("accepted")) == before + 1
    assert impatient(lab).submit_transfer(data)["code"] == "Duplicate"


def test_slow_answers_time_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    # Get its token before the timeout is short.
    app = lab.client._app
    lab.client.task_list()
    monkeypatch.setenv("GLOBUS_SDK_HTTP_TIMEOUT", "0.5")
    client = globus_sdk.TransferClient(app=app, retry_config=RetryConfig(max_retries=0))
    lab.globus.fault(match="GET /v0.10/task_list", do="slow", seconds=5)
    with pytest.raises(globus_sdk.GlobusTimeoutError):
        client.task_list()


def test_one_401_is_answered_with_a_new_token(lab: Lab) -> None:
    lab.client.task_list()
    lab.globus.fault(match="GET /v0.10/*", do="unauthorized")
    assert lab.client.task_list().http_status == 200


def test_invalid_grant(lab: Lab) -> None:
    lab.globus.fault(match="POST /v2/oauth2/token", do="invalid_grant")
    native = globus_sdk.NativeAppAuthClient(lab.globus.client_id)
    with pytest.raises(AuthAPIError) as error:
        native.oauth2_refresh_token(lab.globus.refresh_token())
    assert error.value.http_status == 400


def test_consent_required(lab: Lab) -> None:
    lab.globus.fault(match="GET /v0.10/operation/*", do="consent")
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_ls(lab.ids[0], path="/")
    assert lab.ids[0] in error.value.info.consent_required.required_scopes[0]


def test_an_answer_that_is_not_json(lab: Lab) -> None:
    lab.globus.fault(match="GET /v0.10/task_list", do="malformed")
    assert lab.client.task_list().data is None


def test_a_collection_that_is_offline(lab: Lab) -> None:
    lab.record("file")
    lab.globus.fault(collection="rig", do="offline", times=0)
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_ls(lab.ids[0], path="/")
    assert error.value.code == "ExternalError.DirListingFailed.GCDisconnected"
    task_id = lab.submit(("/file", "/file"))
    assert lab.showing(task_id, "GC_NOT_CONNECTED")["status"] == "ACTIVE"
    lab.globus.clear_faults()
    assert lab.ended(task_id)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("size_negative", {"name": "a", "size": -1}),
        ("size_text", {"name": "a", "size": "many"}),
        ("no_name", {"name": None}),
        ("no_type", {"name": "a", "type": None}),
        ("time_broken", {"name": "a", "last_modified": "yesterday"}),
        ("twice", {"name": "a"}),
    ],
)
def test_a_malformed_listing(lab: Lab, kind: str, first: dict[str, object]) -> None:
    lab.record("broken/a")
    lab.record("broken/b")
    lab.record("sound/a")
    lab.globus.fault(listing="rig:/broken", do=kind)
    reported, sound, again = (
        lab.client.operation_ls(lab.ids[0], path=path)["DATA"] for path in ("/broken/", "/sound", "/broken")
    )
    assert {key: reported[0].get(key) for key in first} == first
    assert [document.get("name") for document in reported[1:]] == (["a", "b"] if kind == "twice" else ["b"])
    assert [document["name"] for document in sound] == ["a"]
    assert [document["name"] for document in again] == ["a", "b"]


def test_a_listing_that_ends_early(lab: Lab) -> None:
    for name in ("a", "b", "c"):
        lab.record(f"early/{name}")
    lab.globus.fault(listing="rig:/early", do="ends_early")
    early, again = (lab.client.operation_ls(lab.ids[0], path="/early") for _ in range(2))
    assert [document["name"] for document in early["DATA"]] == ["a", "b"]
    assert "total" not in early.data
    assert (len(again["DATA"]), again["total"]) == (3, 3)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("offline", "ExternalError.DirListingFailed.GCDisconnected"),
        ("permission_denied", "EndpointPermissionDenied"),
    ],
)
def test_one_folder_that_cannot_be_listed(lab: Lab, kind: str, code: str) -> None:
    lab.record("closed/a")
    lab.globus.fault(listing=f"{lab.ids[0]}:/clos*", do=kind)
    assert lab.client.operation_ls(lab.ids[0], path="/").http_status == 200
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_ls(lab.ids[0], path="/closed")
    assert error.value.code == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("permission_denied", "PERMISSION_DENIED"),
        ("quota", "QUOTA_EXCEEDED"),
        ("no_space", "NO_SPACE_LEFT"),
        ("changed", "FILE_SIZE_CHANGED"),
    ],
)
def test_one_file_among_others_fails_and_recovers(lab: Lab, kind: str, code: str) -> None:
    for name in ("a", "b", "c"):
        lab.record(name)
    lab.globus.fault(file="/b", do=kind)
    task_id = lab.submit(*((f"/{n}", f"/{n}") for n in ("a", "b", "c")))
    task = lab.ended(task_id)
    assert (task["status"], task["faults"]) == ("SUCCEEDED", 1)
    assert code in lab.events(task_id)


def test_a_file_that_is_left_out_of_the_results_was_copied(lab: Lab) -> None:
    lab.record("a.bin")
    lab.record("b.bin")
    lab.globus.fault(file="/a.bin", do="left_out")
    task = lab.submit(("/a.bin", "/a.bin"), ("/b.bin", "/b.bin"))
    assert lab.ended(task)["files_transferred"] == 2
    assert lab.moved(task).keys() == {"/b.bin"}
    assert (lab.archive / "a.bin").exists()
    assert lab.moved(task).keys() == {"/a.bin", "/b.bin"}


def test_half_a_file_stands_there_until_the_next_try(lab: Lab) -> None:
    (lab.rig / "a").write_bytes(b"0123456789")
    lab.globus.fault(file="/a", do="half", times=0)
    task = lab.submit(("/a", "/a"))
    lab.showing(task, "CONNECTION_RESET")
    assert (lab.archive / "a").read_bytes() == b"01234"
    lab.globus.clear_faults()
    assert lab.ended(task)["status"] == "SUCCEEDED"
    assert (lab.archive / "a").read_bytes() == b"0123456789"


def test_a_file_that_is_lost_counts_as_written(lab: Lab) -> None:
    lab.record("lost")
    lab.globus.fault(file="/lost", do="lost")
    task = lab.submit(("/lost", "/lost"))
    assert lab.ended(task)["files_transferred"] == 1
    assert lab.moved(task).keys() == {"/lost"}
    assert not (lab.archive / "lost").exists()


def test_a_quota_error_fails_the_task_if_requested(lab: Lab) -> None:
    lab.record("a")
    lab.globus.fault(file="/a", do="quota")
    task = lab.ended(lab.submit(("/a", "/a"), fail_on_quota_errors=True))
    assert (task["status"], task["fatal_error"]["code"]) == ("FAILED", "QUOTA_EXCEEDED")


def test_a_task_is_inactive_until_it_is_activated(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.change_task(task_id, "inactive")
    lab.record("late")
    task = lab.task(task_id)
    assert (task["status"], task["nice_status"], task["is_ok"]) == ("INACTIVE", "NO_CREDENTIALS", False)
    assert lab.client.task_wait(task_id, timeout=1, polling_interval=1), "the SDK's wait treats it as ended"
    lab.globus.change_task(task_id, "activate")
    assert lab.ended(task_id)["status"] == "SUCCEEDED"


def test_a_forgotten_task(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.change_task(task_id, "forget")
    with pytest.raises(TransferAPIError) as error:
        lab.client.get_task(task_id)
    assert (error.value.http_status, error.value.code) == (404, "ClientError.NotFound")


def test_a_stuck_task_looks_healthy_and_does_nothing(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.showing(task_id, "FILE_NOT_FOUND")
    lab.globus.change_task(task_id, "stick")
    lab.record("late")
    lab.ended(lab.submit(("/late", "/other")))
    task = lab.task(task_id)
    assert (task["status"], task["nice_status"], task["is_ok"]) == ("ACTIVE", "OK", True)
    lab.globus.change_task(task_id, "unstick")
    assert lab.ended(task_id)["status"] == "SUCCEEDED"


def test_cancelled_by_an_administrator(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.change_task(task_id, "admin_cancel", message="no room")
    task = lab.ended(task_id)
    assert (task["status"], task["canceled_by_admin"]) == ("FAILED", "DESTINATION")
    assert task["canceled_by_admin_message"] == "no room"


def test_history_that_has_expired(lab: Lab) -> None:
    lab.record("a")
    task_id = lab.submit(("/a", "/a"))
    lab.ended(task_id)
    lab.globus.change_task(task_id, "expire_history")
    assert lab.task(task_id)["history_deleted"] is True
    assert lab.moved(task_id) == {}


def test_a_malformed_fault_is_refused(lab: Lab) -> None:
    with pytest.raises(LoopbackError, match="not a fault of that place"):
        lab.globus.fault(file="/a", do="status")
    with pytest.raises(LoopbackError, match="exactly one"):
        lab.globus.fault(do="drop")


def test_faults_require_the_secret(lab: Lab) -> None:
    lab.globus.client_secret, right = "wrong", lab.globus.client_secret
    try:
        with pytest.raises(LoopbackError, match="AuthenticationFailed"):
            lab.globus.fault(match="*", do="drop")
    finally:
        lab.globus.client_secret = right
