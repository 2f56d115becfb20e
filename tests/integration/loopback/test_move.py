"""How transfers and deletes change files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import globus_sdk
import pytest

from .conftest import Lab, wait_until


def test_a_missing_source_keeps_the_task_active_until_it_appears(lab: Lab) -> None:
    lab.record("s/there")
    task_id = lab.submit(("/s/missing", "/missing"), ("/s/there", "/there"))

    task = lab.showing(task_id, "FILE_NOT_FOUND")
    assert (task["status"], task["is_ok"], task["subtasks_retrying"]) == ("ACTIVE", False, 1)
    assert task["faults"] >= 1
    wait_until((lab.archive / "there").exists)  # the other files go on

    lab.record("s/missing", b"late")
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    assert (lab.archive / "missing").read_bytes() == b"late"
    assert "FILE_NOT_FOUND" in lab.events(task_id)


def test_skip_source_errors_succeeds_with_files_missing(lab: Lab) -> None:
    lab.record("there")
    task_id = lab.submit(("/missing", "/missing"), ("/there", "/there"), skip_source_errors=True)
    task = lab.ended(task_id)
    assert (task["status"], task["subtasks_skipped_errors"]) == ("SUCCEEDED", 1)
    [skipped] = lab.client.task_skipped_errors(task_id)
    assert (skipped["source_path"], skipped["error_code"]) == ("/missing", "FILE_NOT_FOUND")
    assert list(lab.moved(task_id)) == ["/there"]


def test_a_wrong_external_checksum_fails_the_whole_task(lab: Lab) -> None:
    lab.record("good", b"good")
    lab.record("bad", b"bad")
    data = lab.transfer(verify_checksum=True)
    good = hashlib.sha1(b"good", usedforsecurity=False).hexdigest()
    data.add_item("/good", "/good", external_checksum=good.upper(), checksum_algorithm="SHA1")
    data.add_item("/bad", "/bad", external_checksum=good, checksum_algorithm="sha1")
    task_id = lab.client.submit_transfer(data)["task_id"]
    task = lab.ended(task_id)
    assert (task["status"], task["fatal_error"]["code"]) == ("FAILED", "EXTERNAL_CHECKSUM_MISMATCH")
    assert "/bad" in lab.client.task_event_list(task_id).data["DATA"][0]["details"]
    assert not (lab.archive / "bad").exists()
    assert (lab.archive / "good").read_bytes() == b"good", "what was copied before has arrived"
    assert [path.name for path in lab.archive.iterdir()] == ["good"], "no temporary file stays"


def test_many_small_files_arrive_whole_and_are_counted_once(lab: Lab) -> None:
    names = [f"/many/{number}" for number in range(450)]
    for number, name in enumerate(names):
        lab.record(name[1:], str(number).encode())
    task_id = lab.submit(*((name, name) for name in names), verify_checksum=True)
    task = lab.ended(task_id)
    assert (task["status"], task["files"], task["files_transferred"]) == ("SUCCEEDED", 450, 450)
    assert task["bytes_transferred"] == sum(len(str(number)) for number in range(450))
    assert {name: (lab.archive / name[1:]).read_bytes() for name in names} == {
        name: str(number).encode() for number, name in enumerate(names)
    }
    written = [each["path"] for each in lab.globus.effects("written") if each["task_id"] == task_id]
    assert sorted(written) == sorted(names)
    assert not list((lab.archive / "many").glob(".*"))


def test_a_name_that_is_sent_twice_in_one_task_is_written_in_order(lab: Lab) -> None:
    lab.record("first", b"first")
    lab.record("second", b"other")
    task_id = lab.submit(("/first", "/same"), ("/second", "/same"), sync_level=1)
    task = lab.ended(task_id)
    assert (task["files_transferred"], task["files_skipped"]) == (1, 1), (
        "as large as what the first one wrote"
    )
    assert (lab.archive / "same").read_bytes() == b"first"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA1", "SHA256"])
def test_a_right_external_checksum_is_reported_back(lab: Lab, algorithm: str) -> None:
    lab.record("good", b"good")
    data = lab.transfer(verify_checksum=True)
    expected = hashlib.new(algorithm, b"good").hexdigest()
    data.add_item("/good", "/good", external_checksum=expected, checksum_algorithm=algorithm)
    task_id = lab.client.submit_transfer(data)["task_id"]
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    row = lab.moved(task_id)["/good"]
    assert (row["checksum"], row["checksum_algorithm"]) == (expected, algorithm)


def test_a_damaged_copy_is_sent_again_with_verification(lab: Lab) -> None:
    lab.record("file", b"right")
    lab.globus.fault(file="/file", do="corrupt")
    task_id = lab.submit(("/file", "/file"), verify_checksum=True)
    task = lab.ended(task_id)
    assert (task["status"], task["faults"]) == ("SUCCEEDED", 1)
    assert "VERIFY_CHECKSUM" in lab.events(task_id)
    assert (lab.archive / "file").read_bytes() == b"right"


def test_a_copy_that_is_damaged_every_time_never_arrives(lab: Lab) -> None:
    lab.record("file", b"right")
    lab.globus.fault(file="/file", do="corrupt", times=0)
    task_id = lab.submit(("/file", "/file"), verify_checksum=True)
    assert lab.showing(task_id, "VERIFY_CHECKSUM")["status"] == "ACTIVE"
    assert not (lab.archive / "file").exists()


def test_a_damaged_copy_goes_unnoticed_without_verification(lab: Lab) -> None:
    lab.record("file", b"right")
    lab.globus.fault(file="/file", do="corrupt")
    task_id = lab.submit(("/file", "/file"), verify_checksum=False)
    assert lab.ended(task_id)["status"] == "SUCCEEDED"
    assert (lab.archive / "file").read_bytes() != b"right"
    assert lab.moved(task_id)["/file"]["checksum"] is None


class TestSyncLevels:
    """Which of two existing files are sent."""

    @pytest.mark.parametrize(
        ("level", "sent"),
        [
            (None, {"/same", "/longer", "/newer", "/other", "/absent"}),
            ("exists", {"/absent"}),
            ("size", {"/absent", "/longer"}),
            ("mtime", {"/absent", "/newer"}),
            ("checksum", {"/absent", "/longer", "/other"}),
        ],
    )
    def test_each_level_sends_the_files_that_differ_by_its_rule(
        self, lab: Lab, level: str, sent: set[str]
    ) -> None:
        pairs = {"same": (b"a", b"a"), "longer": (b"aa", b"a"), "newer": (b"a", b"a"), "other": (b"a", b"b")}
        for name, (ours, theirs) in pairs.items():
            lab.record(name, ours)
            (lab.archive / name).write_bytes(theirs)
            os.utime(lab.rig / name, (1_700_000_000, 1_700_000_000 + (name == "newer")))
            os.utime(lab.archive / name, (1_700_000_000, 1_700_000_000))
        lab.record("absent")
        items = [(f"/{name}", f"/{name}") for name in (*pairs, "absent")]
        task_id = lab.submit(*items, **({"sync_level": level} if level else {}))
        task = lab.ended(task_id)
        assert set(lab.moved(task_id)) == sent
        assert task["files_skipped"] == 5 - len(sent)
        assert task["subtasks_succeeded"] == task["subtasks_total"] == 10


def test_recursive_true_false_and_omitted(lab: Lab) -> None:
    lab.record("dir/file")
    as_file = lab.transfer()
    as_file.add_item("/dir", "/x", recursive=False)
    as_directory = lab.transfer()
    as_directory.add_item("/dir/file", "/y", recursive=True)
    ids = [lab.client.submit_transfer(data)["task_id"] for data in (as_file, as_directory)]
    lab.showing(ids[0], "IS_A_DIRECTORY")
    lab.showing(ids[1], "NOT_A_DIRECTORY")
    assert lab.ended(lab.submit(("/dir", "/z")))["files_transferred"] == 1
    (lab.archive / "occupied").mkdir()
    lab.showing(lab.submit(("/dir/file", "/occupied")), "IS_A_DIRECTORY")


def test_the_first_matching_filter_rule_decides(lab: Lab) -> None:
    for path in ("s/keep.bin", "s/drop.txt", "s/skip/keep.bin", "s/sub/notes.txt"):
        lab.record(path)
    data = lab.transfer(("/s", "/s"))
    data.add_filter_rule("keep*", method="include", type="file")
    data.add_filter_rule("notes.txt", method="include")
    data.add_filter_rule("*.txt", method="exclude", type="file")
    data.add_filter_rule("skip", method="exclude", type="dir")
    task_id = lab.client.submit_transfer(data)["task_id"]
    lab.ended(task_id)
    assert set(lab.moved(task_id)) == {"/s/keep.bin", "/s/sub/notes.txt"}


def test_links_are_followed_only_as_items_and_only_inside_the_root(lab: Lab, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not yours")
    lab.record("s/file", b"linked")
    (lab.rig / "s/inside").symlink_to(lab.rig / "s/file")
    (lab.rig / "s/outside").symlink_to(secret)
    (lab.archive / "leads_out").symlink_to(tmp_path)

    walked = lab.ended(lab.submit(("/s", "/walked")))
    assert (walked["files_transferred"], walked["symlinks"]) == (1, 2)
    lab.ended(lab.submit(("/s/inside", "/as_item")))
    assert (lab.archive / "as_item").read_bytes() == b"linked"
    assert not (lab.archive / "as_item").is_symlink()
    for source, destination in (
        ("/s/outside", "/stolen"),
        ("/../secret", "/stolen"),
        ("/s/file", "/leads_out/planted"),
        ("/s/file", "/../planted"),
    ):
        lab.showing(lab.submit((source, destination)), "PERMISSION_DENIED")
    assert not (lab.archive / "stolen").exists()
    assert not (tmp_path / "planted").exists()


def test_a_name_that_is_not_utf8_survives_a_transfer(lab: Lab) -> None:
    odd = os.fsencode(lab.rig) + b"/caf\xe9"
    Path(os.fsdecode(odd)).write_bytes(b"odd")
    rig, _ = lab.ids
    [entry] = lab.client.operation_ls(rig, path="/")
    assert entry["name"] == "�café"
    lab.ended(lab.submit((f"/{entry['name']}", f"/{entry['name']}")))
    assert [os.fsencode(path.name) for path in lab.archive.iterdir()] == [b"caf\xe9"]


def test_nothing_moves_after_a_task_is_cancelled(lab: Lab) -> None:
    for n in range(300):
        lab.record(f"s/{n}", b"x" * 20_000)
    task_id = lab.submit(("/s", "/s"), verify_checksum=True)
    answer = lab.client.cancel_task(task_id)
    written = len(lab.globus.effects("written"))
    assert answer["code"] == "Canceled"
    task = lab.task(task_id)
    assert (task["status"], task["fatal_error"]["code"]) == ("FAILED", "CANCELED")
    [event] = [e for e in lab.client.task_event_list(task_id) if e["code"] == "CANCELED"]
    assert (event["is_error"], event["details"]) == (True, "Canceled by the task owner")

    lab.ended(lab.submit(("/s/0", "/other")))  # the engine has continued meanwhile
    assert len(lab.globus.effects("written")) == written + 1
    assert not list(lab.archive.rglob(".loopback_globus*"))
    assert lab.client.cancel_task(task_id)["code"] == "TaskComplete"


def test_delete_removes_paths_and_reports_missing_ones(lab: Lab) -> None:
    for path in ("d/a", "d/e/b", "one.tmp", "two.tmp", "keep"):
        lab.record(path)
    rig, _ = lab.ids

    def delete(*paths: str, **options: Any) -> dict[str, object]:
        data = globus_sdk.DeleteData(rig, **options)
        for path in paths:
            data.add_item(path)
        return lab.ended(lab.client.submit_delete(data)["task_id"])

    assert delete("/d", recursive=True)["status"] == "SUCCEEDED"
    assert delete("/*.tmp", interpret_globs=True)["destination_endpoint_id"] is None
    assert [p.name for p in lab.rig.iterdir()] == ["keep"]
    assert delete("/gone")["fatal_error"] == {"code": "FILE_NOT_FOUND", "description": "file not found"}
    assert delete("/gone", ignore_missing=True)["status"] == "SUCCEEDED"
    assert delete("/", recursive=True)["status"] == "FAILED"
    assert {line["path"] for line in lab.globus.effects("removed")} >= {"/d", "/d/a", "/d/e/b", "/one.tmp"}
