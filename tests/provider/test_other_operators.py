"""Listing and cancelling; and what importing the provider costs a DAG file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from globus_provider.hooks.globus import GlobusHook
from globus_provider.hooks.login import Login
from globus_provider.operators.cancel import GlobusCancelOperator
from globus_provider.operators.listing import GlobusListOperator
from globus_provider.request import TransferItem, TransferRequest

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

#: Of Airflow's context, what these read.
Context = Any


@pytest.fixture
def tree(lab: Lab) -> str:
    root = lab.folder / "rig" / "day"
    (root / "b").mkdir(parents=True)
    (root / "a.bin").write_bytes(b"12345")
    (root / "b" / "c.bin").write_bytes(b"1")
    (root / "b" / "back").symlink_to(root)
    return lab.rig


def test_a_directory_is_listed_with_sizes(tree: str, context: Context) -> None:
    entries = GlobusListOperator(task_id="list", collection=tree, path="/day").execute(context)
    assert {(entry["path"], entry["type"]) for entry in entries} == {("a.bin", "file"), ("b", "dir")}
    assert [entry["size"] for entry in entries if entry["path"] == "a.bin"] == [5]


def test_a_tree_is_listed_without_following_links(tree: str, context: Context) -> None:
    operator = GlobusListOperator(task_id="list", collection=tree, path="/day/", recursive=True)
    paths = {entry["path"] for entry in operator.execute(context)}
    assert {"a.bin", "b", "b/c.bin"} <= paths
    assert not any(path.startswith("b/back/") for path in paths)


def test_too_many_entries_and_a_missing_directory_fail_without_retry(tree: str, context: Context) -> None:
    with pytest.raises(AirflowFailException, match="more than 1 entries"):
        GlobusListOperator(task_id="list", collection=tree, path="/day", max_entries=1).execute(context)
    with pytest.raises(AirflowFailException, match="list /none/ on"):
        GlobusListOperator(task_id="list", collection=tree, path="/none").execute(context)


def test_cancelling_twice_is_no_error(lab: Lab, context: Context) -> None:
    hook = GlobusHook()
    request = TransferRequest(lab.rig, lab.archive, (TransferItem("/late", "/late"),), label="to be canceled")
    task = hook.submit(request, submission_id=hook.submission_id())
    operator = GlobusCancelOperator(task_id="cancel", transfer_task_id=task)
    assert operator.execute(context) == "Canceled"
    assert operator.execute(context)
    assert hook.task(task)["status"] == "FAILED"
    assert context["ti"].pushed == {"transfer_task_id": task}


def test_a_login_shows_no_secret() -> None:
    login = Login(connection_id="c", client_id="id", client_secret="s3cret", refresh_token="t0ken")
    assert "s3cret" not in repr(login)
    assert "t0ken" not in repr(login)


def test_importing_the_provider_does_not_import_the_sdk() -> None:
    modules = [
        "hooks.globus",
        "operators.transfer",
        "operators.listing",
        "operators.cancel",
        "sensors.transfer",
    ]
    code = "; ".join(f"import globus_provider.{module}" for module in modules)
    code += "; import sys; sys.exit('globus_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
