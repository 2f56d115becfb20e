"""The journal: a line for each request and each effect, written before the answer is sent."""

from __future__ import annotations

import hashlib
import json

import globus_sdk
import pytest
from globus_sdk import TransferAPIError

from .conftest import Lab


def test_each_request_is_a_line_with_its_result(lab: Lab) -> None:
    rig, _ = lab.ids
    before = len(lab.globus.journal())
    lab.client.operation_ls(rig, path="/", filter="name:~a*")
    with pytest.raises(TransferAPIError):
        lab.client.operation_stat(rig, path="/gone")
    lab.globus.fault(match="GET /v0.10/task_list", do="status", status=503, retry_after=0.01)
    lab.client.task_list()

    lines = [line for line in lab.globus.journal()[before:] if line["path"] != "/v2/oauth2/token"]
    assert [(line["method"], line["path"].rsplit("/", 1)[1], line["status"]) for line in lines] == [
        ("GET", "ls", 200),
        ("GET", "stat", 404),
        ("GET", "task_list", 503),
        ("GET", "task_list", 200),
    ], "faults themselves leave no line"
    assert "filter=name" in lines[0]["query"]
    assert [line.get("fault") for line in lines] == [None, None, "status", None]


def test_each_effect_is_a_line_with_its_task(lab: Lab) -> None:
    rig, archive = lab.ids
    lab.record("s/one", b"four")
    before = len(lab.globus.journal())
    task_id = lab.submit(("/s", "/a/b"), label="night")
    lab.ended(task_id)
    lab.client.operation_mkdir(archive, "/made")
    lab.client.operation_rename(archive, "/made", "/renamed")
    data = globus_sdk.DeleteData(archive)
    data.add_item("/a/b/one")
    delete_id = lab.client.submit_delete(data)["task_id"]
    lab.ended(delete_id)

    effects = [line for line in lab.globus.journal()[before:] if "effect" in line]
    for line in effects:
        assert line.pop("time").endswith("+00:00")
    accepted = [line for line in effects if line["effect"] == "accepted"]
    assert [(line["task_id"], line["label"], line["items"]) for line in accepted] == [
        (task_id, "night", 1),
        (delete_id, None, 1),
    ]
    assert [line for line in effects if line["effect"] != "accepted"] == [
        {"effect": effect, "collection": archive, "path": path, "task_id": by, "size": size}
        for effect, path, by, size in [
            ("mkdir", "/a", task_id, None),
            ("mkdir", "/a/b", task_id, None),
            ("written", "/a/b/one", task_id, 4),
            ("mkdir", "/made", None, None),
            ("renamed", "/renamed", None, None),
            ("removed", "/a/b/one", delete_id, None),
        ]
    ]
    assert not [line for line in effects if line.get("collection") == rig], "a source is only read"


def test_every_line_is_json_by_itself(lab: Lab) -> None:
    lab.record("µ\n", b"")
    lab.ended(lab.submit(("/µ\n", "/µ\n")))
    for line in lab.globus.journal_path.read_bytes().splitlines():
        assert isinstance(json.loads(line), dict)
    assert lab.written("/µ\n")


def test_a_verified_copy_is_written_with_its_checksum(lab: Lab) -> None:
    lab.record("s/one", b"four")
    before = len(lab.globus.journal())
    lab.ended(lab.submit(("/s/one", "/verified/one"), verify_checksum=True))
    (written,) = (line for line in lab.globus.journal()[before:] if line.get("effect") == "written")
    assert written["checksum"] == hashlib.md5(b"four", usedforsecurity=False).hexdigest()
