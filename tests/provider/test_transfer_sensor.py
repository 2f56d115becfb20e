"""The wait: one poll, then a trigger, then a judgement."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowSensorTimeout,
    AirflowSkipException,
    TaskDeferred,
)
from airflow.sdk.module_loading import import_string  # type: ignore[attr-defined]  # Airflow's triggerer uses it

from globus_provider.errors import GlobusUnavailableError
from globus_provider.hooks.globus import GlobusHook
from globus_provider.request import TransferItems, TransferRequest
from globus_provider.sensors.transfer import GlobusTransferSensor
from globus_provider.task_status import Progress
from globus_provider.triggers import progress
from globus_provider.triggers.transfer import GlobusTransferTrigger

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

#: Of Airflow's context, what these read.
Context = Any


def submit(lab: Lab, pairs: list[tuple[str, str]], **fields: Any) -> str:
    hook = GlobusHook()
    request = TransferRequest(
        source_collection=lab.rig,
        destination_collection=lab.archive,
        items=TransferItems.of(pairs).items,
        label="waited for",
        **fields,
    )
    return hook.submit(request, submission_id=hook.submission_id())


def sensor(task: str | None, **fields: Any) -> GlobusTransferSensor:
    return GlobusTransferSensor(
        **{"task_id": "wait", "transfer_task_id": task, "poll_interval": 0.05, **fields}
    )


def deferral(waiting: GlobusTransferSensor, context: Context) -> TaskDeferred:
    with pytest.raises(TaskDeferred) as deferred:
        waiting.execute(context)
    return deferred.value


def fire(trigger: GlobusTransferTrigger) -> Any:
    """The event of a trigger that went through Airflow's database, as in a triggerer."""
    path, values = trigger.serialize()
    again = import_string(path)(**values)

    async def first_event() -> Any:
        return await anext(again.run())

    return asyncio.run(first_event()).payload


def wait(waiting: GlobusTransferSensor, context: Context) -> dict[str, Any]:
    """Let the trigger poll, and resume the task, unless the first poll ends the wait."""
    try:
        return waiting.execute(context)
    except TaskDeferred as deferral:
        deferred = deferral
    return waiting.resume_execution(deferred.method_name, {"event": fire(deferred.trigger)}, context)


def test_a_transfer_is_waited_for_and_summarized(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task), context)
    lab.write("late")
    result = sensor(task).resume_execution(deferred.method_name, {"event": fire(deferred.trigger)}, context)
    assert result == {
        "verdict": "done",
        "status": "SUCCEEDED",
        "reason": "",
        "transfer_task_id": task,
        "files": 1,
        "files_skipped": 0,
        "bytes": 8,
    }
    assert context["ti"].pushed == {"transfer_task_id": task}


@pytest.mark.fault(8)
def test_an_event_that_was_never_stored_is_fired_again(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task), context)
    lab.write("late")
    lost = fire(deferred.trigger)
    # The triggerer died; another one makes the trigger again from Airflow's database.
    event = fire(deferred.trigger)
    assert event["document"] == lost["document"]
    result = sensor(task).resume_execution(deferred.method_name, {"event": event}, context)
    assert (result["verdict"], result["transfer_task_id"]) == ("done", task)
    assert len(lab.globus.effects("accepted")) == 1


def test_a_transfer_that_has_ended_is_not_deferred(lab: Lab, context: Context) -> None:
    task = submit(lab, lab.write("a"))
    while GlobusHook().task(task)["status"] == "ACTIVE":
        pass
    assert sensor(task).execute(context)["verdict"] == "done"


@pytest.mark.parametrize("nothing", [None, "", "None"])
def test_no_transfer_is_done_immediately(context: Context, nothing: str | None) -> None:
    result = sensor(nothing).execute(context)
    assert (result["verdict"], result["status"]) == ("done", "NOTHING_TO_MOVE")
    assert result["transfer_task_id"] is None


@pytest.mark.fault(46)
def test_a_canceled_transfer_fails_without_a_retry(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task), context)
    GlobusHook().cancel(task)
    event = fire(deferred.trigger)
    with pytest.raises(AirflowFailException, match=f"{task} failed: canceled"):
        sensor(task).execute_complete(context, event=event)
    result = sensor(task, fail_on_failure=False).execute_complete(context, event=event)
    assert (result["verdict"], result["status"]) == ("failed", "FAILED")
    assert context["ti"].pushed["transfer_failure"] == result


@pytest.mark.fault(43)
def test_a_transfer_with_files_left_out_fails_and_names_one(lab: Lab, context: Context) -> None:
    task = submit(lab, [*lab.write("a"), ("/missing", "/missing")], skip_source_errors=True)
    while GlobusHook().task(task)["status"] == "ACTIVE":
        pass
    with pytest.raises(AirflowFailException, match=r"1 skipped because of errors.*FILE_NOT_FOUND /missing"):
        sensor(task).execute(context)


@pytest.mark.fault(21)
def test_a_missing_source_fails_after_the_fault_timeout(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/missing", "/missing")])
    with pytest.raises(AirflowFailException, match=r"missing at the source \(FILE_NOT_FOUND.*/missing"):
        wait(sensor(task, patience=0.2), context)
    assert GlobusHook().task(task)["status"] == "ACTIVE"


def test_the_time_limit_fails_or_returns_waiting_as_configured(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    with pytest.raises(AirflowSensorTimeout, match="not over at this task's time limit"):
        wait(sensor(task, timeout=0.2), context)
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)).isoformat()
    result = wait(sensor(task, deadline=soon, fail_on_timeout=False), context)
    assert (result["verdict"], result["status"]) == ("waiting", "ACTIVE")
    assert GlobusHook().task(task)["status"] == "ACTIVE"
    lab.write("late")
    assert wait(sensor(task), context)["verdict"] == "done"


@pytest.mark.fault(45)
def test_a_paused_transfer_waits_and_names_who_must_act(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    lab.globus.change_task(task, "pause", message="disk swap")
    result = wait(sensor(task, patience=0, timeout=0.3, fail_on_timeout=False), context)
    assert result["verdict"] == "needs person"
    assert "an administrator paused it (PAUSED): disk swap; ask the administrators" in result["reason"]


def test_soft_fail_skips_at_the_first_poll_as_after_a_wait(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    GlobusHook().cancel(task)
    with pytest.raises(AirflowSkipException):
        sensor(task, soft_fail=True).execute(context)


def test_a_malformed_deadline_is_named(lab: Lab, context: Context) -> None:
    with pytest.raises(AirflowFailException, match="not an ISO 8601 timestamp"):
        sensor("x", deadline="tomorrow").execute(context)
    with pytest.raises(AirflowFailException, match="no time zone"):
        sensor("x", deadline="2026-01-01T00:00:00").execute(context)


@pytest.mark.fault(39)
def test_polling_goes_on_while_the_service_does_not_answer(lab: Lab, context: Context) -> None:
    task = submit(lab, lab.write("a"))
    lab.globus.fault(match="GET /v0.10/task/*", do="status", status=503, times=6)
    assert wait(sensor(task), context)["verdict"] == "done"


@pytest.mark.fault(39)
def test_a_service_that_never_answers_is_left_to_airflows_retry(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task, unreachable_limit=0.1), context)
    lab.globus.stop()
    with pytest.raises(GlobusUnavailableError, match="does not answer"):
        sensor(task).execute_complete(context, event=fire(deferred.trigger))


@pytest.mark.fault(47)
def test_a_transfer_unknown_to_globus_ends_the_wait(lab: Lab, context: Context) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task), context)
    lab.globus.change_task(task, "forget")
    with pytest.raises(AirflowFailException, match=f"transfer task {task}: not found"):
        sensor(task).execute_complete(context, event=fire(deferred.trigger))


def test_an_event_of_another_trigger_fails(lab: Lab, context: Context) -> None:
    with pytest.raises(AirflowFailException, match="does not come from"):
        sensor("x").execute_complete(context, event={"status": "SUCCEEDED"})


@pytest.mark.parametrize(("cancel_on_kill", "status"), [(True, "FAILED"), (False, "ACTIVE")])
def test_a_wait_ended_by_a_user_cancels_only_if_configured(
    lab: Lab, context: Context, cancel_on_kill: bool, status: str
) -> None:
    task = submit(lab, [("/late", "/late")])
    deferred = deferral(sensor(task, cancel_on_kill=cancel_on_kill), context)
    path, values = deferred.trigger.serialize()
    asyncio.run(import_string(path)(**values).on_kill())
    assert GlobusHook().task(task)["status"] == status


def test_airflow_ends_the_wait_if_no_triggerer_runs(lab: Lab, context: Context) -> None:
    deferred = deferral(sensor(submit(lab, [("/late", "/late")]), timeout=100), context)
    assert dt.timedelta(seconds=100) < deferred.timeout <= dt.timedelta(seconds=700)


def test_numbers_may_be_text_as_from_templates(lab: Lab, context: Context) -> None:
    deferred = deferral(sensor(submit(lab, [("/late", "/late")]), poll_interval="40", patience="7"), context)
    values = deferred.trigger.serialize()[1]
    assert (values["poll_interval"], values["patience"]) == (40.0, 7.0)


def test_a_pause_is_reported_at_once_and_so_is_its_end_and_the_wait_goes_on(
    lab: Lab, context: Context
) -> None:
    reported: list[str] = []

    def on_change(context: Context, document: Any, progress: Progress) -> bool:
        assert document["task_id"] == task
        reported.append(progress.reason)
        # The first report does not get through.
        return len(reported) > 1

    def resumed(deferred: TaskDeferred) -> TaskDeferred:
        with pytest.raises(TaskDeferred) as again:
            waiting().resume_execution(deferred.method_name, {"event": fire(deferred.trigger)}, context)
        return again.value

    def waiting() -> GlobusTransferSensor:
        return sensor(task, on_change=on_change, deadline="2999-01-01T00:00:00+00:00")

    task = submit(lab, [("/late", "/late")])
    first = deferral(waiting(), context)
    lab.globus.change_task(task, "pause", message="disk swap on Friday")
    not_reported = resumed(first)
    second = resumed(not_reported)
    assert [
        f"{task} waits for a person: an administrator paused it (PAUSED)" in each for each in reported
    ] == [True] * 2
    assert second.trigger.until == first.trigger.until, "the time limit stays"
    lab.globus.change_task(task, "resume")
    third = resumed(second)
    assert (len(reported), "waits for a person" in reported[2]) == (3, False)
    lab.write("late")
    result = waiting().resume_execution(third.method_name, {"event": fire(third.trigger)}, context)
    assert (result["verdict"], len(reported)) == ("done", 3)


def test_a_transfer_that_is_paused_already_is_reported_by_the_first_look(lab: Lab, context: Context) -> None:
    reported: list[str] = []

    def on_change(context: Context, document: Any, progress: Progress) -> bool:
        reported.append(progress.reason)
        return True

    task = submit(lab, [("/late", "/late")])
    lab.globus.change_task(task, "pause", message="disk swap on Friday")
    deferred = deferral(sensor(task, on_change=on_change), context)
    assert deferred.trigger.reported == reported[0]
    assert len(reported) == 1


def slow_transfer(lab: Lab) -> str:
    """A transfer of two files, of which one arrives."""
    lab.globus.fault(file="/held", do="permission_denied", times=0)
    return submit(lab, lab.write("arrives", "held", content=b"x" * 1000))


async def polled(trigger: GlobusTransferTrigger, *, enough: Callable[[], bool]) -> None:
    """Let a trigger poll until there is enough, as the triggerer runs it."""
    running = asyncio.ensure_future(anext(trigger.run()))
    while not enough() and not running.done():
        await asyncio.sleep(0.01)
    running.cancel()


def trigger_of(waiting: GlobusTransferSensor, context: Context) -> GlobusTransferTrigger:
    path, values = deferral(waiting, context).trigger.serialize()
    trigger: GlobusTransferTrigger = import_string(path)(**{**values, "report_interval": 0.0})
    task: Any = SimpleNamespace(dag_id="night", run_id="r", task_id="wait", map_index=3)
    trigger.task_instance = task
    return trigger


def test_the_wait_tells_how_far_it_is_without_a_further_call(
    lab: Lab, context: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(BaseXCom, "set", lambda **values: kept.append(values))
    waiting = sensor(slow_transfer(lab), expected_files="2", expected_bytes="2000")
    trigger = trigger_of(waiting, context)
    before = len(lab.calls())
    asyncio.run(polled(trigger, enough=lambda: any(each["value"]["files"] == 1 for each in kept)))
    last = kept[-1]
    assert {name: last[name] for name in ("key", "dag_id", "run_id", "task_id", "map_index")} == {
        "key": "progress",
        "dag_id": "night",
        "run_id": "r",
        "task_id": "wait",
        "map_index": 3,
    }
    assert (last["value"]["n_bytes"], last["value"]["expected_bytes"]) == (1000, 2000)
    assert "1 of 2 files, 1.0 of 2.0 kB" in capsys.readouterr().out
    polls = set(lab.calls()[before:])
    assert len(polls) == 1 and polls.pop().startswith("GET /v0.10/task/")


def test_a_wait_goes_on_where_airflow_does_not_keep_its_progress(
    lab: Lab, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def broken(**values: Any) -> None:
        tries.append(values["key"])
        raise RuntimeError("database is locked")

    monkeypatch.setattr(BaseXCom, "set", broken)
    trigger = trigger_of(sensor(slow_transfer(lab)), context)
    asyncio.run(polled(trigger, enough=lambda: len(tries) > 1))
    assert len(tries) > 1


def test_airflow_is_asked_no_more_where_it_never_answers(
    lab: Lab, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, end = [], threading.Event()

    def silent(**values: Any) -> None:
        tries.append(values["key"])
        end.wait()

    monkeypatch.setattr(BaseXCom, "set", silent)
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    trigger = trigger_of(sensor(slow_transfer(lab)), context)
    before = len(lab.calls())
    asyncio.run(polled(trigger, enough=lambda: len(lab.calls()) > before + 4))
    end.set()
    assert tries == ["progress"]


def test_a_wait_without_totals_expects_nothing(lab: Lab, context: Context) -> None:
    trigger = trigger_of(sensor(slow_transfer(lab), expected_files="None"), context)
    assert (trigger.expected_files, trigger.expected_bytes) == (None, None)
