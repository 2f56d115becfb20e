"""Names and stored values of the provider's first version, in Airflow's database and in other DAGs, still work."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.module_loading import import_string  # type: ignore[attr-defined]  # Airflow's triggerer uses it

from globus_provider.operators.transfer import GlobusTransferOperator
from globus_provider.triggers.transfer import GlobusTransferTrigger

if TYPE_CHECKING:
    from tests.provider.conftest import Lab

#: Public: connections, DAGs and deferred tasks name them. Names are added here, never removed.
CLASS_PATHS = (
    "globus_provider.hooks.globus.GlobusHook",
    "globus_provider.operators.cancel.GlobusCancelOperator",
    "globus_provider.operators.listing.GlobusListOperator",
    "globus_provider.operators.transfer.GlobusTransferOperator",
    "globus_provider.sensors.transfer.GlobusTransferSensor",
    "globus_provider.triggers.transfer.GlobusTransferTrigger",
)

#: As the first version stored a submit that waits for a free place, and the trigger of a wait. Never edited.
SUBMIT_TRIGGER = "airflow.providers.standard.triggers.temporal.DateTimeTrigger"
SUBMIT_ARGUMENTS = {"moment": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "end_from_trigger": False}
SUBMIT_RESUMES_AT = "execute_again"
WAIT_ARGUMENTS: dict[str, Any] = {
    "transfer_task_id": "0d5a8a9c-2a53-11f0-8b1b-0affd9a3cd4f",
    "globus_conn_id": "globus_default",
    "patience": 1800.0,
    "poll_interval": 30.0,
    "until": dt.datetime(2026, 1, 1, 20, tzinfo=dt.UTC),
    "unreachable_limit": 21600.0,
    "cancel_on_kill": True,
}


@pytest.mark.parametrize("path", CLASS_PATHS)
def test_a_public_class_keeps_its_path(path: str) -> None:
    found = import_string(path)
    assert f"{found.__module__}.{found.__qualname__}" == path


def test_a_submit_that_an_older_version_deferred_still_submits(lab: Lab, context: Any) -> None:
    async def first_event() -> Any:
        return await anext(import_string(SUBMIT_TRIGGER)(**SUBMIT_ARGUMENTS).run())

    event = asyncio.run(first_event()).payload
    submit = GlobusTransferOperator(
        task_id="submit",
        source_collection=lab.rig,
        destination_collection=lab.archive,
        items=lab.write("recorded while it waited"),
        transfer_label="submitted late",
    )
    transfer_task_id = submit.resume_execution(SUBMIT_RESUMES_AT, {"event": event}, context)
    (accepted,) = lab.globus.effects("accepted")
    assert accepted["task_id"] == transfer_task_id


def test_the_trigger_accepts_the_stored_arguments_of_an_older_version() -> None:
    path, arguments = GlobusTransferTrigger(**WAIT_ARGUMENTS).serialize()
    assert path == "globus_provider.triggers.transfer.GlobusTransferTrigger"
    assert arguments.items() >= WAIT_ARGUMENTS.items()
