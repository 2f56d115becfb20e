"""No name leaves a collection, whatever it decodes to, in any operation."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import globus_sdk
import pytest
from globus_sdk import GlobusAPIError
from hypothesis import example, given
from hypothesis import strategies as st

from loopback_globus import paths
from loopback_globus.settings import Collection
from loopback_globus.testing import uuid_of

from .conftest import Lab

#: What is above the root: each of these paths would read, change or remove it.
ABOVE = (
    "/..",
    "/../outside",
    "/\ufffd..",
    "/\ufffd../outside",
    "/a/\ufffd../\ufffd../outside",
    "/a/../../outside",
    "/~/../outside",
    "/~/\ufffd../outside",
    "/\ufffd.\ufffd./outside",
    "/\ufffd\ufffd../outside",
    "/..\0",
    "/\ufffd..\0/outside",
    "/..\\outside",
    "/\\..\\..\\outside",
    "/%2e%2e/outside",
    "/\u2025/outside",
    "/\uff0e\uff0e/outside",
    "/.\u200b./outside",
    "/\udc2e\udc2e/outside",
    "/link",
    "/link/kept",
)


@pytest.fixture
def outside(lab: Lab) -> Iterator[Path]:
    """A folder beside the collections, with a link in the rig that leads to it."""
    outside = lab.rig.parent / "outside"
    outside.mkdir()
    (outside / "kept").write_text("served by no collection")
    (lab.rig / "a").mkdir()
    (lab.rig / "link").symlink_to(outside)
    (lab.archive / "link").symlink_to(outside)
    yield outside
    (outside / "kept").unlink()
    outside.rmdir()


def as_it_was(lab: Lab) -> set[Path]:
    """Everything beside the two collections and the service's own files."""
    above = lab.rig.parent
    return {path for path in above.rglob("*") if path.relative_to(above).parts[0] == "outside"} | {
        path for path in above.iterdir() if path.name not in ("rig", "archive", "service")
    }


@given(st.text(alphabet=st.sampled_from("\ufffd./\\~\0a\xff\udc2e\udcff"), max_size=12))
@example("\ufffd..")
@example("\ufffd../b")
@example("a/\ufffd..")
def test_a_resolved_path_stays_below_the_root_with_the_last_link_followed_or_not(path: str) -> None:
    root = Collection(id=uuid_of("rig"), name="rig", root=Path("/nowhere/root"))
    for follow in (True, False):
        try:
            place = paths.resolve(root, path, follow=follow)
        except (paths.OutsideError, paths.InvalidPathError):
            continue
        assert paths.inside(root, os.path.normpath(place))


@pytest.mark.parametrize(
    "name", ["\ufffd..", "\ufffd.", "\ufffdetc", "\ufffd", "\ufffd\u0100", "\ufffda\xc3\xa9"]
)
def test_only_the_bytes_of_a_name_that_is_not_utf8_are_decoded(name: str) -> None:
    assert paths.from_wire(name) == name


@pytest.mark.parametrize("path", ["/\ud800", "/\udcff", "/a/\udc2e\udc2e"])
def test_half_a_surrogate_pair_is_no_path(path: str) -> None:
    with pytest.raises(paths.InvalidPathError):
        paths.collapse(path)


@pytest.mark.parametrize("path", ABOVE, ids=ascii)
@pytest.mark.parametrize("operation", ["ls", "mkdir", "rename from", "rename to"])
def test_no_call_leaves_the_collection(lab: Lab, outside: Path, path: str, operation: str) -> None:
    before = as_it_was(lab)
    rig, token = lab.ids[0], bearer(lab)
    inner = path.rstrip("/") + "/kept" if operation == "ls" else path
    calls: dict[str, tuple[str, dict[str, str] | None]] = {
        "ls": (f"ls?{urllib.parse.urlencode({'path': inner}, errors='replace')}", None),
        "mkdir": ("mkdir", {"path": path + "/new"}),
        "rename from": ("rename", {"old_path": path, "new_path": "/taken"}),
        "rename to": ("rename", {"old_path": "/a", "new_path": path + "/new"}),
    }
    call, body = calls[operation]
    status, answer = ask(f"{lab.globus.url}/v0.10/operation/endpoint/{rig}/{call}", body, token)
    # The link itself may be renamed; what it leads to stays.
    assert status in (400, 403, 404, 502) or (operation, path) == ("rename from", "/link"), answer
    assert b"Traceback" not in answer
    assert as_it_was(lab) == before
    assert (outside / "kept").read_text() == "served by no collection"


def bearer(lab: Lab) -> str:
    auth = globus_sdk.ConfidentialAppAuthClient(lab.globus.client_id, lab.globus.client_secret)
    tokens = auth.oauth2_client_credentials_tokens(requested_scopes=globus_sdk.TransferClient.scopes.all)
    token: str = tokens.by_resource_server["transfer.api.globus.org"]["access_token"]
    return token


def ask(url: str, body: dict[str, str] | None, token: str) -> tuple[int, bytes]:
    """A call as a program makes it that does not check what it sends."""
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def _delete(lab: Lab, path: str) -> str:
    data = globus_sdk.DeleteData(endpoint=lab.ids[0], recursive=True)
    data.add_item(path)
    task_id: str = lab.client.submit_delete(data)["task_id"]
    return task_id


_TASKS: dict[str, Callable[[Lab, str], str]] = {
    "delete": _delete,
    "read": lambda lab, path: lab.submit((path, "/taken")),
    "write": lambda lab, path: lab.submit(("/a", path.rstrip("/") + "/new")),
}


@pytest.mark.parametrize("path", ABOVE, ids=ascii)
@pytest.mark.parametrize("task", _TASKS)
def test_no_task_leaves_the_collection(lab: Lab, outside: Path, path: str, task: str) -> None:
    before = as_it_was(lab)
    (lab.rig / "a/file").write_text("spikes")
    try:
        task_id = _TASKS[task](lab, path)
    except (GlobusAPIError, UnicodeEncodeError):
        return  # refused when it was submitted
    finally:
        assert as_it_was(lab) == before
    tried(lab, task_id)
    assert as_it_was(lab) == before
    assert (outside / "kept").read_text() == "served by no collection"
    assert not (lab.archive / "taken").exists()


def tried(lab: Lab, task_id: str) -> dict[str, Any]:
    """The task once it has ended, or has met an error."""
    while not (document := lab.task(task_id))["completion_time"] and not document["faults"]:
        pass
    return document
