"""Says that messages are late where no worker takes tasks: Airflow's deadline alert, which runs in the triggerer.

What the alert does is imported when it does it: Airflow reads the DAG file anew for each task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

#: A run of `send_messages` takes seconds; below the half hour after which Airflow gives a task up that no worker took.
LATE = dt.timedelta(minutes=20)


_UNDER_WAY = ("queued", "running")


async def say_late(context: Mapping[str, Any]) -> str:
    """Send that no worker takes tasks, once a day; returns what was done, in words.

    The catalog is not asked: what opens it waits for answers, and the triggerer must not wait.

    context : has the run as it was when the alert began
    """
    from archive_flow.messages.notifier import send_from_triggerer
    from archive_flow.messages.times import EVERY, night_time
    from session_archive.messages.due import is_digest_time
    from session_archive.messages.wording import late
    from session_archive.settings.load import load_settings

    # Airflow drops the alert of a run that succeeded, and keeps that of one that failed in time.
    if (state := context["dag_run"]["state"]) not in _UNDER_WAY:
        return f"nothing to say: the run is {state}"
    notify, now = load_settings().notify, night_time()
    if notify is None:
        return "archive.toml has no table [notify]: nobody is sent a message"
    if not is_digest_time(notify.digest_at, now, within=EVERY):
        return f"said at {notify.digest_at:%H:%M} only"
    await send_from_triggerer(notify, late(now=now))
    return f"sent to {', '.join(notify.to)}"


def late_alert(within: dt.timedelta = LATE) -> DeadlineAlert:
    """The alert for a run that has not ended so long after it was queued."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=within, callback=AsyncCallback(say_late)
    )
