"""An operator that waits for its own transfer: in the triggerer or in its worker, and to the same end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred
from tests.provider.triggers import run

from globus_provider.errors import GlobusUnavailableError
from globus_provider.hooks.globus import GlobusHook
from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.triggers.transfer import GlobusTransferTrigger
from globus_provider.waiting import deferrable_by_default

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

Context = Any


def operator(lab: Lab, **given: Any) -> GlobusTransferOperator:
    fields = {
        "task_id": "move",
        "source_collection": lab.rig,
        "destination_collection": lab.archive,
        "transfer_label": "waited for",
        "wait_for_completion": True,
        "poll_interval": 0.05,
        **given,
    }
    return GlobusTransferOperator(**fields)


def write_after_polls(lab: Lab, name: str, *, polls: int) -> threading.Thread:
    """Writes a file that a transfer waits for, once somebody has looked so often."""

    def write() -> None:
        while sum("/v0.10/task/" in call for call in lab.calls()) < polls:
            over.wait(0.02)
        lab.write(name)

    over = threading.Event()
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("deferrable", [True, False])
def test_it_returns_when_every_file_has_arrived(lab: Lab, context: Context, deferrable: bool) -> None:
    write_after_polls(lab, "late", polls=3)
    task = run(operator(lab, items=[("/late", "/late")], deferrable=deferrable), context)
    assert GlobusHook().task(task)["status"] == "SUCCEEDED"
    assert (lab.folder / "archive" / "late").read_bytes() == b"recorded"
    assert lab.posts() == [202]
    assert context["ti"].pushed == {"transfer_task_id": task}


def test_a_retry_waits_for_the_same_transfer(lab: Lab, context: Context) -> None:
    given = {"items": [("/late", "/late")], "deferrable": True}
    with pytest.raises(TaskDeferred) as deferred:
        operator(lab, **given).execute(context)
    assert isinstance(deferred.value.trigger, GlobusTransferTrigger)
    lab.write("late")
    task = run(operator(lab, **given), context)
    assert deferred.value.trigger.transfer_task_id == task
    assert lab.posts() == [202]


@pytest.mark.parametrize("deferrable", [True, False])
def test_a_failed_transfer_fails_the_task_and_names_the_file(
    lab: Lab, context: Context, deferrable: bool
) -> None:
    waiting = operator(lab, items=[("/late", "/late")], deferrable=deferrable, patience=0)
    with pytest.raises(AirflowFailException, match=r"FILE_NOT_FOUND.*/late"):
        run(waiting, context)


@pytest.mark.parametrize("deferrable", [True, False])
def test_at_the_time_limit_the_transfer_goes_on(lab: Lab, context: Context, deferrable: bool) -> None:
    waiting = operator(lab, items=[("/late", "/late")], deferrable=deferrable, timeout=0.2)
    with pytest.raises(AirflowFailException, match=r"not over after 0\.2 s and goes on"):
        run(waiting, context)
    assert GlobusHook().task(context["ti"].pushed["transfer_task_id"])["status"] == "ACTIVE"


def test_silence_beyond_its_limit_is_retried(lab: Lab, context: Context) -> None:
    lab.globus.fault(match="GET /v0.10/task/*", do="status", status=503, times=0)
    waiting = operator(lab, items=lab.write("a"), deferrable=False, unreachable_limit=0.0)
    with pytest.raises(GlobusUnavailableError):
        waiting.execute(context)


def test_a_wrong_span_is_refused_before_anything_is_polled(lab: Lab, context: Context) -> None:
    with pytest.raises(AirflowFailException, match="timeout is 'a day'; expected seconds"):
        operator(lab, items=lab.write("a"), timeout="a day").execute(context)
    assert lab.calls() == []


def test_the_default_is_that_of_airflow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert operator(lab).deferrable is False
    monkeypatch.setenv("AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE", "True")
    assert deferrable_by_default()
    assert operator(lab).deferrable is True
    assert operator(lab, deferrable=False).deferrable is False
