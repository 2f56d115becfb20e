"""Lets a deferred task go on, as a triggerer and a worker do."""

from __future__ import annotations

import asyncio
from typing import Any

from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.module_loading import import_string  # type: ignore[attr-defined]  # Airflow's triggerer uses it


def fire(trigger: Any) -> Any:
    """The event of a trigger that went through Airflow's database."""
    path, values = trigger.serialize()
    again = import_string(path)(**values)

    async def first_event() -> Any:
        return await anext(again.run())

    return asyncio.run(first_event()).payload


def run(operator: Any, context: Any) -> Any:
    """Execute, and resume after each deferral."""
    try:
        return operator.execute(context)
    except TaskDeferred as deferral:
        deferred = deferral
    while True:
        values = {**(deferred.kwargs or {}), "event": fire(deferred.trigger)}
        try:
            return operator.resume_execution(deferred.method_name, values, context)
        except TaskDeferred as deferral:
            deferred = deferral
