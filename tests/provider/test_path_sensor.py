"""Waiting for a path, in the worker and in the triggerer."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout, TaskDeferred
from tests.provider.triggers import fire, run

from globus_provider.sensors.path import GlobusPathSensor

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

Context = Any


def sensor(lab: Lab, path: str = "/late", **given: Any) -> GlobusPathSensor:
    fields = {"task_id": "wait", "collection": lab.rig, "poke_interval": 0.05, "timeout": 60, **given}
    return GlobusPathSensor(path=path, **fields)


def looks(lab: Lab) -> int:
    return sum(call.endswith("/stat") for call in lab.calls())


@pytest.mark.parametrize("deferrable", [True, False])
def test_it_waits_until_the_file_is_large_enough(lab: Lab, context: Context, deferrable: bool) -> None:
    def write() -> None:
        for size, seen in ((1, 2), (8, 4)):
            while looks(lab) < seen:
                over.wait(0.02)
            lab.write("late", content=b"x" * size)

    over = threading.Event()
    threading.Thread(target=write, daemon=True).start()
    context |= {"ti": context["ti"], "task_reschedule_start_date": None}
    found = run(sensor(lab, kind="file", minimum_size="8", deferrable=deferrable), context)
    found = getattr(found, "xcom_value", found)
    assert (found["name"], found["type"], found["size"]) == ("late", "file", 8)
    assert looks(lab) >= 4


def test_what_exists_is_not_deferred(lab: Lab, context: Context) -> None:
    lab.write("late")
    assert sensor(lab, deferrable=True).execute(context)["size"] == 8
    with pytest.raises(TaskDeferred):
        sensor(lab, deferrable=True, kind="dir").execute(context)


def test_an_outage_is_waited_out(lab: Lab, context: Context) -> None:
    lab.write("late")
    lab.globus.fault(
        match="GET */stat", do="status", status=502, code="ExternalError.GCDisconnected", times=3
    )
    assert run(sensor(lab, deferrable=True), context)["name"] == "late"
    assert looks(lab) == 4


def test_its_time_limit_ends_the_wait(lab: Lab, context: Context) -> None:
    with pytest.raises(AirflowSensorTimeout, match="/late does not exist"):
        run(sensor(lab, deferrable=True, timeout=0.3), context)


def test_an_unknown_collection_fails_without_a_retry(lab: Lab, context: Context) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(AirflowFailException, match="look at /late"):
        sensor(lab, collection=unknown).poke(context)
    with pytest.raises(TaskDeferred) as deferred:
        sensor(lab, deferrable=True).execute(context)
    lab.connect(secret="changed since")
    trigger = deferred.value.trigger
    event = fire(trigger)
    with pytest.raises(AirflowFailException, match="refused"):
        sensor(lab).execute_complete(context, event)


def test_bad_arguments_are_named(lab: Lab, context: Context) -> None:
    with pytest.raises(ValueError, match="kind is 'folder'; expected 'file', 'dir' or None"):
        sensor(lab, kind="folder")
    with pytest.raises(AirflowFailException, match="minimum_size is 'large'; expected bytes"):
        sensor(lab, minimum_size="large").poke(context)
    assert sensor(lab, kind="{{ params.kind }}", timeout=dt.timedelta(hours=1)).timeout == 3600
    assert lab.calls() == []
