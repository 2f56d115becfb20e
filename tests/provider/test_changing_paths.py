"""Deleting, making a directory, renaming; each once, and never more than was named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from tests.provider.triggers import run

from globus_provider.errors import GlobusUnavailableError
from globus_provider.operators.delete import GlobusDeleteOperator
from globus_provider.operators.paths import GlobusMakeDirectoryOperator, GlobusRenameOperator

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

Context = Any
RECURSIVE = {"recursive": True, "recursive_confirmed": True}


def delete(lab: Lab, *paths: str, **given: Any) -> GlobusDeleteOperator:
    fields = {"task_id": "delete", "task_label": "delete", "poll_interval": 0.05, **given}
    return GlobusDeleteOperator(collection=lab.rig, paths=list(paths), **fields)


@pytest.fixture
def day(lab: Lab) -> Any:
    folder = lab.folder / "rig" / "day"
    folder.mkdir()
    (folder / "a*.bin").write_bytes(b"1")
    (folder / "ab.bin").write_bytes(b"2")
    return folder


@pytest.mark.parametrize("deferrable", [True, False])
def test_only_the_named_file_is_deleted(lab: Lab, context: Context, day: Any, deferrable: bool) -> None:
    run(delete(lab, "/day/a*.bin", deferrable=deferrable), context)
    assert [path.name for path in day.iterdir()] == ["ab.bin"]


def test_a_directory_needs_the_flag_twice(lab: Lab, context: Context, day: Any) -> None:
    for once in ({"recursive": True}, {"recursive_confirmed": True}):
        with pytest.raises(ValueError, match="set both to True"):
            delete(lab, "/day", **once)
    with pytest.raises(AirflowFailException, match="needs recursive"):
        run(delete(lab, "/day"), context)
    assert day.exists()
    context["task_state_store"].clear()
    run(delete(lab, "/day", **RECURSIVE), context)
    assert not day.exists()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/", "a whole collection"),
        ("/~/", "a whole collection"),
        ("day", "not absolute"),
        ("/day/..", "not absolute"),
    ],
)
def test_too_much_is_refused_before_anything_is_sent(
    lab: Lab, context: Context, path: str, says: str
) -> None:
    with pytest.raises(AirflowFailException, match=says):
        delete(lab, path, **RECURSIVE).execute(context)
    operator = delete(lab, "/a")
    operator.paths = "/abc"
    with pytest.raises(AirflowFailException, match="expected a list of paths"):
        operator.execute(context)
    assert lab.calls() == []


def test_a_lost_answer_makes_one_deletion(lab: Lab, context: Context, day: Any) -> None:
    lab.globus.fault(match="POST /v0.10/delete", do="drop_after", times=4)
    with pytest.raises(GlobusUnavailableError):
        delete(lab, "/day/ab.bin").execute(context)
    run(delete(lab, "/day/ab.bin"), context)
    assert len(lab.globus.effects("accepted")) == 1
    assert [effect["path"] for effect in lab.globus.effects("removed")] == ["/day/ab.bin"]


def test_a_missing_file_fails_unless_it_may_be_missing(lab: Lab, context: Context) -> None:
    with pytest.raises(AirflowFailException, match="no such file"):
        run(delete(lab, "/none"), context)
    context["task_state_store"].clear()
    run(delete(lab, "/none", ignore_missing=True), context)


def test_a_directory_is_made_once(lab: Lab, context: Context) -> None:
    operator = GlobusMakeDirectoryOperator(task_id="make", collection=lab.archive, path="/new")
    assert [operator.execute(context) for _ in range(2)] == ["/new", "/new"]
    assert (lab.folder / "archive" / "new").is_dir()
    below = GlobusMakeDirectoryOperator(task_id="make", collection=lab.archive, path="/none/new")
    with pytest.raises(AirflowFailException, match="/none/new"):
        below.execute(context)


def rename(lab: Lab, old: str, new: str) -> GlobusRenameOperator:
    return GlobusRenameOperator(task_id="rename", collection=lab.rig, old_path=old, new_path=new)


def test_a_renamed_path_stays_renamed_after_a_lost_answer(lab: Lab, context: Context) -> None:
    lab.write("a")
    lab.globus.fault(match="POST */rename", do="drop_after", times=1)
    assert rename(lab, "/a", "/b").execute(context) == "/b"
    # Cleared by somebody afterwards.
    assert rename(lab, "/a", "/b").execute(context) == "/b"
    assert (lab.folder / "rig" / "b").exists()


def test_a_taken_name_and_a_missing_path_are_refused(lab: Lab, context: Context) -> None:
    lab.write("a", content=b"1")
    lab.write("b", content=b"2")
    with pytest.raises(AirflowFailException, match="rename /a to /b"):
        rename(lab, "/a", "/b").execute(context)
    assert (lab.folder / "rig" / "b").read_bytes() == b"2"
    # The new name is there, but no try of this task has made it.
    with pytest.raises(AirflowFailException, match="look at /none"):
        rename(lab, "/none", "/b").execute(context)
