"""How clients read tasks: documents, lists, filters, pages, events."""

from __future__ import annotations

import re
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from globus_sdk import TransferAPIError

from loopback_globus.testing import LoopbackGlobus

from .conftest import Lab, sdk_client, wait_until

#: The keys of a task document in globus-sdk's own fixture (globus_sdk.testing, transfer/task_list).
TASK_KEYS = set(
    re.findall(
        r"\w+",
        """
        bytes_checksummed bytes_transferred canceled_by_admin canceled_by_admin_message command
        completion_time deadline delete_destination_extra destination_endpoint
        destination_endpoint_display_name destination_endpoint_id directories effective_bytes_per_second
        encrypt_data fail_on_quota_errors fatal_error faults files files_skipped files_transferred
        filter_rules history_deleted is_ok is_paused label nice_status nice_status_details
        nice_status_expires_in nice_status_short_description owner_id preserve_timestamp
        recursive_symlinks request_time skip_source_errors source_endpoint source_endpoint_display_name
        source_endpoint_id status subtasks_canceled subtasks_expired subtasks_failed subtasks_pending
        subtasks_retrying subtasks_skipped_errors subtasks_succeeded subtasks_total symlinks sync_level
        task_id type username verify_checksum
        """,
    )
)


def found(lab: Lab, **options: Any) -> list[str]:
    return [task["label"] for task in lab.client.task_list(limit=1000, **options)]


def test_a_task_document_has_every_key(lab: Lab) -> None:
    lab.record("one")
    task = lab.ended(lab.submit(("/one", "/one"), label="whole"))
    assert set(task) - {"DATA_TYPE"} == TASK_KEYS
    assert task["request_time"][10] == "T"
    assert task["completion_time"].endswith("+00:00")
    assert (task["source_endpoint_display_name"], task["label"]) == ("rig", "whole")
    [listed] = lab.client.task_list(filter={"task_id": task["task_id"]})
    assert listed == task


def test_tasks_are_filtered_ordered_and_projected(lab: Lab) -> None:
    mark = uuid.uuid4().hex
    for name in ("alpha", "Beta", "gamma"):
        lab.submit((f"/missing/{name}", f"/{name}"), label=f"{name} {mark}")
    lab.record("done")
    done = lab.ended(lab.submit(("/done", "/done"), label=f"done {mark}"))
    ours = f"label:~*{mark}"

    assert found(lab, filter=ours) == [f"{n} {mark}" for n in ("done", "gamma", "Beta", "alpha")]
    assert found(lab, filter=ours, orderby="label ASC")[0] == f"Beta {mark}"
    assert (
        found(lab, filter=f"status:ACTIVE,INACTIVE/{ours}", orderby="request_time ASC")[0] == f"alpha {mark}"
    )
    assert found(lab, filter=f"label:~*{mark},!~alpha*,!Beta {mark}") == [f"done {mark}", f"gamma {mark}"]
    assert found(lab, filter=f"label:=Beta {mark}") == [f"Beta {mark}"]
    assert found(lab, filter=f"completion_time:{done['completion_time']},/{ours}") == [f"done {mark}"]
    assert found(lab, filter=f"completion_time:,2020-01-01/{ours}") == []
    assert found(lab, filter={"task_id": [done["task_id"], str(uuid.uuid4())]}) == [f"done {mark}"]
    assert found(lab, filter=f"type:DELETE/{ours}") == []
    [row] = lab.client.task_list(
        query_params={"filter": f"status:SUCCEEDED/{ours}", "fields": "task_id,status"}
    )
    assert row == {"task_id": done["task_id"], "status": "SUCCEEDED"}
    with pytest.raises(TransferAPIError) as error:
        found(lab, filter="colour:red")
    assert error.value.http_status == 400
    with pytest.raises(TransferAPIError):
        lab.client.task_list(limit=1001)


def test_pages_of_tasks_and_of_files(lab: Lab) -> None:
    for n in range(7):
        lab.record(f"s/{n}")
    task_id = lab.submit(("/s", "/s"))
    lab.ended(task_id)
    first = lab.client.task_successful_transfers(task_id)
    assert (len(first.data["DATA"]), first["marker"]) == (3, 0)
    assert first["next_marker"] is not None
    assert set(lab.moved(task_id)) == {f"/s/{n}" for n in range(7)}
    listed = list(lab.client.paginated.task_list(limit=1).items())
    assert len(listed) == lab.client.task_list()["total"] > 1


def test_pages_of_skipped_errors_and_of_events(lab: Lab) -> None:
    items = [(f"/gone/{n}", f"/{n}") for n in range(7)]
    task_id = lab.submit(*items, skip_source_errors=True)
    lab.ended(task_id)
    first = lab.client.task_skipped_errors(task_id)
    assert (len(first["DATA"]), first["marker"]) == (3, 0)
    skipped = lab.client.paginated.task_skipped_errors(task_id).items()
    assert [row["source_path"] for row in skipped] == [source for source, _ in items]
    paged = lab.client.paginated.task_event_list(task_id, limit=1).items()
    assert [event["code"] for event in paged] == lab.events(task_id)
    assert len(lab.events(task_id)) > 1


def test_results_are_projected_too(lab: Lab) -> None:
    lab.record("one")
    task_id = lab.submit(("/one", "/one"), ("/gone", "/gone"), skip_source_errors=True)
    lab.ended(task_id)
    only: dict[str, Any] = {"query_params": {"fields": "source_path"}}
    assert list(lab.client.task_successful_transfers(task_id, **only)) == [{"source_path": "/one"}]
    assert list(lab.client.task_skipped_errors(task_id, **only)) == [{"source_path": "/gone"}]
    events = lab.client.task_event_list(task_id, query_params={"fields": "code", "filter": "code:STARTED"})
    assert list(events) == [{"code": "STARTED"}]
    assert set(lab.client.get_endpoint(lab.ids[0], query_params={"fields": "id"}).data) == {"id"}


def test_per_file_results_are_available_only_after_the_end(lab: Lab) -> None:
    task_id = lab.submit(("/missing", "/missing"))
    with pytest.raises(TransferAPIError) as error:
        lab.client.task_successful_transfers(task_id)
    assert error.value.http_status == 400
    assert "still in progress" in error.value.message


def test_events_come_newest_first(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.showing(task_id, "FILE_NOT_FOUND")
    lab.record("late")
    lab.ended(task_id)
    assert lab.events(task_id)[0] == "SUCCEEDED"
    assert lab.events(task_id)[-1] == "STARTED"
    errors = lab.client.task_event_list(task_id, query_params={"filter": "is_error:1"})
    assert {event["code"] for event in errors} == {"FILE_NOT_FOUND"}
    assert len(list(lab.client.task_event_list(task_id, query_params={"filter": ""}))) >= 3


def test_label_and_deadline_change_only_while_the_task_runs(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"), label="before")
    later = {"DATA_TYPE": "task", "label": "after", "deadline": "2099-01-01 00:00:00+00:00"}
    assert lab.client.update_task(task_id, later)["code"] == "Updated"
    task = lab.task(task_id)
    assert (task["label"], task["deadline"]) == ("after", "2099-01-01T00:00:00+00:00")
    lab.record("late")
    lab.ended(task_id)
    with pytest.raises(TransferAPIError):
        lab.client.update_task(task_id, {"label": "too late"})


def test_a_pause_stops_a_task_and_a_resume_continues_it(lab: Lab) -> None:
    task_id = lab.submit(("/late", "/late"))
    lab.globus.change_task(task_id, "pause", message="maintenance")
    task = lab.showing(task_id, "PAUSED")
    assert (task["status"], task["is_paused"], task["is_ok"]) == ("ACTIVE", True, False)
    pause = lab.client.task_pause_info(task_id)
    assert (pause["source_pause_message"], len(pause["pause_rules"])) == ("maintenance", 1)
    lab.record("late")
    lab.globus.change_task(task_id, "resume")
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    assert {"PAUSED", "UNPAUSED"} <= set(lab.events(task_id))


def test_three_tasks_run_at_a_time_and_the_rest_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rig").mkdir()
    with LoopbackGlobus({"rig": tmp_path / "rig"}, task_delay=3600) as globus:
        for name, value in globus.environment().items():
            monkeypatch.setenv(name, value)
        client, rig = sdk_client(globus), globus.collections["rig"]
        for n in range(5):
            transfer = globus_sdk.TransferData(rig, rig)
            transfer.add_item(f"/{n}", f"/copy/{n}")
            client.submit_transfer(transfer)
            delete = globus_sdk.DeleteData(rig)
            delete.add_item(f"/{n}")
            client.submit_delete(delete)

        def at_work(kind: str, status: str) -> list[str]:
            tasks = client.task_list(limit=1000, filter=f"type:{kind}/status:ACTIVE", orderby="request_time")
            return [task["task_id"] for task in tasks if task["nice_status"] == status]

        def three_at_work(kind: str) -> bool:
            return len(at_work(kind, "OK")) == 3

        for kind in ("TRANSFER", "DELETE"):
            wait_until(partial(three_at_work, kind))
            assert len(at_work(kind, "Queued")) == 2
        first, second, third = at_work("TRANSFER", "OK")
        fourth, fifth = at_work("TRANSFER", "Queued")
        client.cancel_task(first)
        assert wait_until(lambda: at_work("TRANSFER", "OK") == [second, third, fourth])
        assert at_work("TRANSFER", "Queued") == [fifth]
