"""What is not imitated says so: 501 and its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from globus_sdk import DeleteData, TransferAPIError

from .conftest import Lab


def with_field(lab: Lab, **fields: Any) -> Any:
    return lab.client.submit_transfer(lab.transfer(("/a", "/a"), additional_fields=fields))


def with_item(lab: Lab, **fields: Any) -> Any:
    data = lab.transfer()
    data["DATA"].append(
        {"DATA_TYPE": "transfer_item", "source_path": "/a", "destination_path": "/b", **fields}
    )
    return lab.client.submit_transfer(data)


def delete_with(lab: Lab, **fields: Any) -> Any:
    data = DeleteData(lab.ids[0], additional_fields=fields)
    data.add_item("/a")
    return lab.client.submit_delete(data)


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda lab: lab.client.bookmark_list(), "GET /v0.10/bookmark_list"),
        (lambda lab: lab.client.endpoint_manager_task_list(), "GET /v0.10/endpoint_manager/task_list"),
        (lambda lab: lab.client.delete_endpoint(lab.ids[0]), "DELETE /v0.10/endpoint/"),
        (lambda lab: with_field(lab, delete_destination_extra=True), "delete_destination_extra"),
        (lambda lab: with_field(lab, recursive_symlinks="copy"), "recursive_symlinks"),
        (lambda lab: with_item(lab, DATA_TYPE="transfer_symlink_item"), "transfer_symlink_item"),
        (lambda lab: with_item(lab, resume_from=5), "resume_from"),
        (lambda lab: delete_with(lab, keep_parents=True), "keep_parents"),
        (lambda lab: lab.client.task_list(query_params={"filter_x": "y"}), "filter_x"),
        (lambda lab: lab.client.operation_ls(lab.ids[0], query_params={"depth": "2"}), "depth"),
    ],
)
def test_it_is_named(lab: Lab, ask: Callable[[Lab], Any], name: str) -> None:
    with pytest.raises(TransferAPIError) as refused:
        ask(lab)
    assert (refused.value.http_status, refused.value.code) == (501, "NotImitated")
    assert name in refused.value.message
    assert lab.globus.effects("accepted") == []


def test_what_has_no_effect_is_taken(lab: Lab) -> None:
    lab.record("a")
    names = ("notify_on_succeeded", "notify_on_failed", "notify_on_inactive", "encrypt_data")
    data = lab.transfer(
        ("/a", "/taken"), **{name: False for name in names}, source_local_user="x", destination_local_user="y"
    )
    assert lab.ended(lab.client.submit_transfer(data)["task_id"])["status"] == "SUCCEEDED"
    lab.client.operation_ls(lab.ids[0], local_user="x")


def test_the_servers_of_collections_are_not_imitated(lab: Lab) -> None:
    requested = requests.get(f"{lab.globus.url}/api/collections/{lab.ids[0]}", timeout=30)
    assert (requested.status_code, requested.json()["code"]) == (501, "NotImitated")
    assert f"GET /api/collections/{lab.ids[0]}" in requested.json()["message"]
