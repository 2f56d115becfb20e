"""Submitting creates a task exactly once."""

from __future__ import annotations

import hashlib
import uuid

import globus_sdk
import pytest
from globus_sdk import TransferAPIError

from .conftest import Lab


def test_bytes_arrive_and_each_file_has_a_checksum(lab: Lab) -> None:
    content = {"a.bin": b"x" * 3_000_000, "µ and blank.txt": b"hi", "deep/er/empty": b"", ".hidden": b"h"}
    for name, data in content.items():
        lab.record(f"s/{name}", data)

    task_id = lab.submit(("/s", "/out/s"), verify_checksum=True, preserve_timestamp=True)
    task = lab.ended(task_id)

    assert (task["status"], task["files"], task["files_transferred"]) == ("SUCCEEDED", 4, 4)
    assert (task["directories"], task["subtasks_pending"], task["is_ok"]) == (3, 0, None)
    assert task["bytes_transferred"] == sum(map(len, content.values()))
    moved = lab.moved(task_id)
    for name, data in content.items():
        copy = lab.archive / "out/s" / name
        assert copy.read_bytes() == data
        assert int(copy.stat().st_mtime) == int((lab.rig / "s" / name).stat().st_mtime)
        row = moved[f"/out/s/{name}"]
        assert (row["size"], row["checksum_algorithm"]) == (len(data), "MD5")
        assert row["checksum"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
        assert len(lab.written(f"/out/s/{name}")) == 1
    assert len(moved) == 4
    assert not list(lab.archive.rglob(".loopback_globus*"))


def test_a_single_file_counts_as_two_subtasks(lab: Lab) -> None:
    lab.record("one")
    task = lab.ended(lab.submit(("/one", "/one")))
    assert (task["files"], task["subtasks_total"], task["subtasks_succeeded"]) == (1, 2, 2)


def test_the_same_submission_id_gives_the_same_task(lab: Lab) -> None:
    lab.record("one")
    data = lab.transfer(("/one", "/one"))
    first = lab.client.submit_transfer(data)
    assert (first.http_status, first["code"]) == (202, "Accepted")
    assert data["submission_id"] == first["submission_id"]
    lab.ended(first["task_id"])

    again = lab.client.submit_transfer(data)

    assert (again.http_status, again["code"], again["task_id"]) == (200, "Duplicate", first["task_id"])
    accepted = [line for line in lab.globus.effects("accepted") if line["task_id"] == first["task_id"]]
    assert len(accepted) == 1


def test_a_lost_answer_makes_no_second_task(lab: Lab) -> None:
    lab.record("one")
    before = len(lab.globus.effects("accepted"))
    lab.globus.fault(match="POST /v0.10/transfer", do="drop_after")

    answer = lab.client.submit_transfer(lab.transfer(("/one", "/one")))

    assert answer["code"] == "Duplicate"
    assert len(lab.globus.effects("accepted")) == before + 1
    assert lab.ended(answer["task_id"])["status"] == "SUCCEEDED"


def test_identical_paths_conflict_only_while_unfinished(lab: Lab) -> None:
    items = [("/missing/b", "/b"), ("/missing/a", "/a")]
    task_id = lab.submit(*items)

    with pytest.raises(TransferAPIError) as refused:
        lab.submit(*reversed(items))
    assert (refused.value.http_status, refused.value.code) == (409, "Conflict")
    assert task_id not in refused.value.message
    other = lab.submit(("/missing/b", "/elsewhere"))

    lab.client.cancel_task(task_id)
    assert lab.submit(*items) not in (task_id, other)


def test_errors_of_bad_submissions_say_what_is_wrong(lab: Lab) -> None:
    rig, archive = lab.ids

    def refusal(data: globus_sdk.TransferData) -> tuple[int, str | None, str]:
        with pytest.raises(TransferAPIError) as refused:
            lab.client.submit_transfer(data)
        return refused.value.http_status, refused.value.code, refused.value.message

    assert refusal(lab.transfer())[:2] == (400, "ClientError.BadRequest.NoTransferItems")
    assert refusal(lab.transfer(("/a", "/a"), label=" blank "))[0] == 400
    assert refusal(lab.transfer(("/a", "/a"), label="x" * 129))[0] == 400
    assert "passed" in refusal(lab.transfer(("/a", "/a"), deadline="2020-01-01 00:00:00"))[2]
    unknown = globus_sdk.TransferData(rig, uuid.uuid4())
    unknown.add_item("/a", "/a")
    assert refusal(unknown)[:2] == (404, "EndpointNotFound")
    strange = globus_sdk.TransferData(rig, archive)
    strange.add_item("/a", "/a", external_checksum="0", checksum_algorithm="CRC")
    assert "CRC" in refusal(strange)[2]
    wrong = globus_sdk.TransferData(rig, archive, additional_fields={"sync_level": 7})
    wrong.add_item("/a", "/a")
    assert refusal(wrong)[:2] == (400, "ClientError.BadRequest")


def test_more_than_a_hundred_pending_tasks_are_refused(lab: Lab) -> None:
    for n in range(100):
        lab.submit((f"/missing/{n}", f"/{n}"))
    with pytest.raises(TransferAPIError) as refused:
        lab.submit(("/missing/100", "/100"))
    assert refused.value.http_status == 409
    assert refused.value.code != "Conflict"
    assert lab.client.task_list(limit=1000, filter="status:ACTIVE")["total"] == 100
