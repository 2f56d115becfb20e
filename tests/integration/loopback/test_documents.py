"""The documents of this service, compared key by key with the real service's answers that globus-sdk ships."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import globus_sdk
import pytest
from globus_sdk import AuthAPIError, GlobusAPIError, TransferAPIError
from globus_sdk.scopes import TransferScopes
from globus_sdk.testing import get_response_set

from .conftest import Lab

#: Keys that do not apply, with the reason.
_NOT_OURS = {
    "DATA.hostname",  # a document of servers of GCSv4; collections have none
    "expire_time",  # when an activation ended; GCSv4 only, null since
    "email",  # a service account has none
}


def auth(lab: Lab) -> globus_sdk.ConfidentialAppAuthClient:
    return globus_sdk.ConfidentialAppAuthClient(lab.globus.client_id, lab.globus.client_secret)


def transfer_token(lab: Lab) -> str:
    tokens = auth(lab).oauth2_client_credentials_tokens(requested_scopes=TransferScopes.all)
    token: str = tokens.by_resource_server["transfer.api.globus.org"]["access_token"]
    return token


def finished(lab: Lab) -> str:
    for n in range(4):  # more than a page of successful transfers
        lab.record(f"s/{n}")
    task_id = lab.submit(("/s", "/s"), verify_checksum=True)
    lab.ended(task_id)
    return task_id


def token_answer(lab: Lab, scope: Any) -> Any:
    return auth(lab).oauth2_client_credentials_tokens(requested_scopes=scope)


def deletion(lab: Lab) -> Any:
    data = globus_sdk.DeleteData(lab.ids[0], ignore_missing=True)
    data.add_item("/moved")
    return lab.client.submit_delete(data)


def error_of(kind: type[GlobusAPIError], ask: Callable[[], Any]) -> Any:
    with pytest.raises(kind) as error:
        ask()
    return error.value.raw_json


def stat_outside(lab: Lab) -> Any:
    return error_of(TransferAPIError, lambda: lab.client.operation_stat(lab.ids[0], path="/../x"))


def stat_missing(lab: Lab) -> Any:
    return error_of(TransferAPIError, lambda: lab.client.operation_stat(lab.ids[0], path="/x"))


def userinfo_with(lab: Lab, token: str) -> Any:
    client = globus_sdk.AuthClient(authorizer=globus_sdk.AccessTokenAuthorizer(token))
    return error_of(AuthAPIError, client.userinfo)


def stat_of_a_file(lab: Lab) -> Any:
    lab.record("here")
    return lab.client.operation_stat(lab.ids[0], path="/here")


def renamed(lab: Lab) -> Any:
    lab.record("old")
    return lab.client.operation_rename(lab.ids[0], "/old", "/new")


def no_items(lab: Lab) -> Any:
    return error_of(TransferAPIError, lambda: lab.client.submit_transfer(lab.transfer()))


def revoked(lab: Lab) -> Any:
    return auth(lab).oauth2_revoke_token(transfer_token(lab))


ASKED: dict[tuple[str, str], Callable[[Lab], Any]] = {
    ("transfer.task_list", "default"): lambda lab: (finished(lab), lab.client.task_list())[1],
    ("transfer.get_endpoint", "default"): lambda lab: lab.client.get_endpoint(lab.ids[0]),
    ("transfer.get_submission_id", "default"): lambda lab: lab.client.get_submission_id(),
    ("transfer.submit_transfer", "default"): lambda lab: lab.client.submit_transfer(
        lab.transfer(("/absent", "/absent"))
    ),
    ("transfer.submit_transfer", "failure"): no_items,
    ("transfer.submit_delete", "default"): deletion,
    ("transfer.cancel_task", "default"): lambda lab: lab.client.cancel_task(lab.submit(("/gone", "/gone"))),
    ("transfer.operation_mkdir", "default"): lambda lab: lab.client.operation_mkdir(lab.ids[0], "/made"),
    ("transfer.operation_rename", "default"): renamed,
    ("transfer.operation_stat", "default"): stat_of_a_file,
    ("transfer.operation_stat", "not_found"): stat_missing,
    ("transfer.operation_stat", "permission_denied"): stat_outside,
    (
        "transfer.endpoint_manager_task_successful_transfers",
        "default",
    ): lambda lab: lab.client.task_successful_transfers(finished(lab)),
    ("auth.oauth2_client_credentials_tokens", "default"): lambda lab: token_answer(lab, TransferScopes.all),
    ("auth.oauth2_token_introspect", "default"): lambda lab: auth(lab).oauth2_token_introspect(
        transfer_token(lab)
    ),
    ("auth.oauth2_revoke_token", "default"): revoked,
    ("auth.userinfo", "unauthorized"): lambda lab: userinfo_with(lab, "nonsense"),
    ("auth.userinfo", "forbidden"): lambda lab: userinfo_with(lab, transfer_token(lab)),
}


@pytest.mark.parametrize(("name", "case"), ASKED)
def test_every_key_of_the_real_answer_is_in_ours_with_the_same_type(lab: Lab, name: str, case: str) -> None:
    theirs: Any = get_response_set(name).lookup(case)
    answer = ASKED[name, case](lab)
    ours = getattr(answer, "data", answer)
    assert differences(ours, theirs.json, "") == []


def differences(ours: Any, theirs: Any, where: str) -> list[str]:
    """Keys of the real answer that ours lacks or gives another type; null in the real answer shows no type."""
    if where.removeprefix(".") in _NOT_OURS or theirs is None:
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict):
        missing = [f"{where}.{key} is missing" for key in theirs if key not in ours]
        return missing + [
            found
            for key in theirs.keys() & ours.keys()
            for found in differences(ours[key], theirs[key], f"{where}.{key}")
        ]
    if isinstance(theirs, list) and isinstance(ours, list):
        return differences(ours[0], theirs[0], where) if ours and theirs else []
    if type(ours) is not type(theirs):
        return [f"{where}: {ours!r} is no {type(theirs).__name__}, like {theirs!r}"]
    return []


def test_the_comparison_finds_differences() -> None:
    theirs = {"a": [{"b": 1}], "c": None, "d": True}
    assert differences({"a": [{"b": 2}], "c": "x", "d": False}, theirs, "") == []
    found = differences({"a": [{"b": "2"}], "d": 1}, theirs, "")
    assert sorted(line.split()[0] for line in found) == [".a.b:", ".c", ".d:"]


def test_documents_for_which_the_sdk_ships_no_answer(lab: Lab) -> None:
    """Their keys are those of the official JavaScript client's types."""
    lab.record("s/one")
    rig, _ = lab.ids
    listing = lab.client.operation_ls(rig, path="/s")
    assert set(listing.data) >= {
        "DATA_TYPE", "DATA", "endpoint", "path", "absolute_path", "rename_supported", "symlink_supported",
        "length", "total",
    }  # fmt: skip
    task_id = lab.submit(("/s/one", "/one"), ("/s/gone", "/gone"), skip_source_errors=True)
    lab.ended(task_id)
    skipped = lab.client.task_skipped_errors(task_id)
    assert set(skipped.data) == {"DATA_TYPE", "DATA", "marker", "next_marker"}
    assert set(skipped["DATA"][0]) == {
        "DATA_TYPE", "error_code", "error_details", "error_time", "source_path", "destination_path",
        "is_directory", "is_symlink", "is_delete_destination_extra", "external_checksum", "checksum_algorithm",
    }  # fmt: skip
    [moved] = lab.client.task_successful_transfers(task_id)
    assert set(moved) == {
        "DATA_TYPE", "source_path", "destination_path", "size", "checksum", "checksum_algorithm", "dynamic",
    }  # fmt: skip
    events = lab.client.task_event_list(task_id)
    assert set(events.data) >= {"DATA_TYPE", "DATA", "length", "limit", "offset", "total"}
    assert set(events["DATA"][0]) == {"DATA_TYPE", "code", "description", "details", "is_error", "time"}
    late = lab.submit(("/late", "/late"))
    lab.globus.change_task(late, "pause")
    pause = lab.client.task_pause_info(late)
    assert set(pause.data) == {
        "DATA_TYPE", "pause_rules", "source_pause_message", "destination_pause_message",
        "source_pause_message_share", "destination_pause_message_share",
    }  # fmt: skip
    assert set(pause["pause_rules"][0]) >= {
        "DATA_TYPE", "id", "message", "start_time", "endpoint_id", "endpoint_display_name", "identity_id",
        "pause_ls", "pause_mkdir", "pause_symlink", "pause_rename", "pause_task_delete",
        "pause_task_transfer_delete", "pause_task_transfer_read", "pause_task_transfer_write",
    }  # fmt: skip


def test_a_delete_counts_paths_and_a_transfer_counts_items_and_files(lab: Lab) -> None:
    for name in ("d/a", "d/b"):
        lab.record(name)
    moved = lab.ended(lab.submit(("/d", "/d")))
    assert (moved["files"], moved["subtasks_total"], moved["recursive_symlinks"]) == (2, 5, "ignore")
    data = globus_sdk.DeleteData(lab.ids[0], recursive=True)
    data.add_item("/d")
    gone = lab.ended(lab.client.submit_delete(data)["task_id"])
    assert (gone["files"], gone["files_transferred"], gone["recursive_symlinks"]) == (2, 0, None)
    assert (gone["subtasks_total"], gone["subtasks_succeeded"]) == (1, 1)
    again = globus_sdk.DeleteData(lab.ids[0])
    again.add_item("/d")
    failed = lab.ended(lab.client.submit_delete(again)["task_id"])
    assert (failed["faults"], failed["subtasks_failed"], failed["subtasks_total"]) == (1, 1, 1)


def test_the_common_paths_of_all_items_on_request(lab: Lab) -> None:
    for name in ("s/a/1", "s/b/2"):
        lab.record(name)
    items = ("/s/a/1", "/t/1"), ("/s/b/2", "/t/2")
    plain = lab.ended(lab.submit(*items))
    assert "source_base_path" not in plain
    reported = lab.ended(lab.submit(*items, additional_fields={"store_base_path_info": True}))
    assert (reported["source_base_path"], reported["destination_base_path"]) == ("/s", "/t")
