"""ls, stat, mkdir, rename, endpoints: calls that are answered without a task."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from globus_sdk import TransferAPIError

from .conftest import Lab


def names(lab: Lab, path: str = "/", **options: Any) -> list[str]:
    return [entry["name"] for entry in lab.client.operation_ls(lab.ids[0], path=path, **options)]


def refusal(error: pytest.ExceptionInfo[TransferAPIError]) -> tuple[int, str | None]:
    return error.value.http_status, error.value.code


def test_ls_filters_orders_and_pages(lab: Lab) -> None:
    for name, size in {"b.dat": 20, "a.dat": 3, "c.txt": 10, ".hidden": 1}.items():
        lab.record(name, b"x" * size)
        os.utime(lab.rig / name, (1_700_000_000 + size, 1_700_000_000 + size))
    (lab.rig / "dir").mkdir()

    assert names(lab) == [".hidden", "a.dat", "b.dat", "c.txt", "dir"]
    assert names(lab, show_hidden=False) == ["a.dat", "b.dat", "c.txt", "dir"]
    assert names(lab, filter={"name": "~*.dat"}) == ["a.dat", "b.dat"]
    assert names(lab, filter=[{"type": "dir"}, {"name": "~*.txt"}]) == ["c.txt", "dir"]
    assert names(lab, filter="name:!~*.dat,!dir/type:file,dir") == [".hidden", "c.txt"]
    assert names(lab, filter="size:>5/type:file") == ["b.dat", "c.txt"]
    assert names(lab, filter="last_modified:2023-11-14 22:13:30,2023-11-14 22:13:35") == ["c.txt"]
    assert names(lab, filter="type:file", orderby=["size DESC", "name ASC"])[:2] == ["b.dat", "c.txt"]
    assert names(lab, limit=2, offset=1) == ["a.dat", "b.dat"]
    page = lab.client.operation_ls(lab.ids[0], path="/", limit=2, offset=4)
    assert (page["length"], page["total"], page["path"]) == (1, 5, "/")
    with pytest.raises(TransferAPIError) as error:
        names(lab, filter="colour:red")
    assert refusal(error) == (400, "ClientError.BadRequest")


def test_a_file_document_has_every_field(lab: Lab) -> None:
    file = lab.record("dir/file", b"four")
    os.utime(file, (1_700_000_000.9, 1_700_000_000.9))
    file.chmod(0o640)
    (lab.rig / "dir/link").symlink_to("file")
    (lab.rig / "dir/broken").symlink_to("nowhere")
    (lab.rig / "dir/out").symlink_to("/etc/hostname")
    found = {e["name"]: e for e in lab.client.operation_ls(lab.ids[0], path="/dir")}

    assert (found["file"]["type"], found["file"]["size"]) == ("file", 4)
    assert found["file"]["last_modified"] == "2023-11-14 22:13:20+00:00"
    assert (found["file"]["permissions"], found["file"]["link_target"]) == ("0640", None)
    assert (found["link"]["type"], found["link"]["size"], found["link"]["link_target"]) == ("file", 4, "file")
    assert found["broken"]["type"] == found["out"]["type"] == "invalid_symlink"
    assert lab.client.operation_stat(lab.ids[0], path="/dir/file").data == found["file"]


def test_the_three_not_found_codes_differ(lab: Lab) -> None:
    rig, _ = lab.ids
    with pytest.raises(TransferAPIError) as error:
        names(lab, "/missing")
    assert refusal(error) == (404, "ClientError.NotFound")
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_stat(rig, path="/missing")
    assert refusal(error) == (404, "NotFound")
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_ls(uuid.uuid4(), path="/")
    assert refusal(error) == (404, "EndpointNotFound")
    with pytest.raises(TransferAPIError) as error:
        lab.client.get_task(uuid.uuid4())
    assert refusal(error) == (404, "ClientError.NotFound")
    assert error.value.request_id


def test_ls_of_a_file_is_refused(lab: Lab) -> None:
    lab.record("file")
    with pytest.raises(TransferAPIError) as error:
        names(lab, "/file")
    assert refusal(error) == (502, "ExternalError.DirListingFailed.NotDirectory")


def test_no_path_leads_outside_a_root(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    (lab.rig / "out").symlink_to(tmp_path)
    lab.record("file")
    rig, _ = lab.ids
    for path in ("/../", "/a/../../b", "/out", "/out/"):
        with pytest.raises(TransferAPIError) as error:
            names(lab, path)
        assert refusal(error) == (403, "EndpointPermissionDenied"), path
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_stat(rig, path="/out/secret")
    assert refusal(error) == (403, "EndpointPermissionDenied")
    with pytest.raises(TransferAPIError):
        lab.client.operation_mkdir(rig, "/out/planted")
    with pytest.raises(TransferAPIError):
        lab.client.operation_rename(rig, "/file", "/out/planted")
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    with pytest.raises(TransferAPIError) as error:
        names(lab, "/etc")  # an absolute name begins at the collection's root
    assert refusal(error) == (404, "ClientError.NotFound")


def test_the_default_directory_has_several_names(lab: Lab) -> None:
    lab.record("dir/file")
    for path in ("/dir", "/dir/", "dir", "~/dir", "/~/dir/", "//dir/./"):
        assert names(lab, path) == ["file"], path
    assert [e["name"] for e in lab.client.operation_ls(lab.ids[0])] == ["dir"]


def test_mkdir_and_rename(lab: Lab) -> None:
    rig, _ = lab.ids
    lab.record("taken")
    assert lab.client.operation_mkdir(rig, "/new")["code"] == "DirectoryCreated"
    assert (lab.rig / "new").is_dir()
    with pytest.raises(TransferAPIError) as error:
        lab.client.operation_mkdir(rig, "/new")
    assert refusal(error) == (502, "ExternalError.MkdirFailed.Exists")
    with pytest.raises(TransferAPIError):
        lab.client.operation_mkdir(rig, "/no/parent")
    assert lab.client.operation_rename(rig, "/new", "/newer")["code"] == "FileRenamed"
    assert (lab.rig / "newer").is_dir()
    with pytest.raises(TransferAPIError):
        lab.client.operation_rename(rig, "/newer", "/taken")
    with pytest.raises(TransferAPIError):
        lab.client.operation_rename(rig, "/newer", "/no/parent")
    assert [line["path"] for line in lab.globus.effects("renamed")][-1] == "/newer"


def test_endpoints_are_shown_and_searched(lab: Lab) -> None:
    rig, _ = lab.ids
    document = lab.client.get_endpoint(rig)
    assert (document["display_name"], document["entity_type"]) == ("rig", "GCSv5_guest_collection")
    assert [e["id"] for e in lab.client.endpoint_search("RIG")] == [rig]
    everything = lab.client.paginated.endpoint_search(filter_scope="all", filter_fulltext="").items()
    assert len(list(everything)) == 2
