"""The keys that this provider expects in documents, and the witness that records others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from globus_sdk.testing import get_response_set
from tests.provider.conftest import Lab

from globus_provider.hooks.globus import GlobusHook
from globus_provider.response_keys import Witness, unexpected

RECORDED = [
    "get_submission_id",
    "submit_transfer",
    "task_list",
    "cancel_task",
    "operation_mkdir",
    "operation_rename",
    "operation_stat",
]


@pytest.mark.parametrize("method", RECORDED)
def test_recorded_answers_of_the_service_have_no_unexpected_keys(method: str) -> None:
    recorded: Any = get_response_set(f"transfer.{method}").lookup("default")
    assert list(unexpected(recorded.json)) == []


def test_unexpected_keys_are_named_with_their_values_at_any_depth() -> None:
    document = {
        "DATA_TYPE": "task_list",
        "total": 1,
        "cursor": None,
        "DATA": [{"task_id": "t", "colour": "blue"}],
    }
    assert list(unexpected(document)) == [("task_list.cursor", None), ("task.colour", "blue")]
    link = {"DATA_TYPE": "transfer_result", "task_link": {"DATA_TYPE": "link", "href": "x", "type": "json"}}
    assert list(unexpected(link)) == [("link.type", "json")]
    assert list(unexpected({"DATA_TYPE": "tunnel", "id": 1})) == [("tunnel", "DATA_TYPE, id")]
    assert list(unexpected({"value": "one of a document that tells no type"})) == []
    assert list(unexpected({"id": 1})) == [("a document without DATA_TYPE", "id")]


def test_a_witness_sees_all_answers_of_transfer_and_none_of_auth(lab: Lab) -> None:
    hook = GlobusHook()
    noon = dt.datetime(2031, 1, 1, 12, tzinfo=dt.UTC)
    witness = Witness(hook.get_conn(), now=lambda: noon)
    assert witness.clock is None
    hook.list_directory(collection=lab.rig, path="/")
    assert witness.fields == {}
    clock: Any = witness.clock
    theirs, ours = clock
    assert ours == noon
    assert abs((dt.datetime.now(dt.UTC) - theirs).total_seconds()) < 60


def test_checking_for_write_access_changes_nothing(lab: Lab) -> None:
    lab.write("a.bin")
    hook = GlobusHook()
    hook.require_writing(collection=lab.rig, path="/")
    assert [path.name for path in (lab.folder / "rig").iterdir()] == ["a.bin"]
    assert lab.globus.effects() == []
