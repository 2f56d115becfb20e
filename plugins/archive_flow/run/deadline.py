"""When a run ends its waits. A transfer that is still under way then goes on, and the next run resumes it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from session_archive import clock

if TYPE_CHECKING:
    from airflow.sdk import Context

    from session_archive.settings.tables import Limits


def run_deadline(context: Context, limits: Limits) -> dt.datetime:
    """UTC; counted from the start of the run, also when a task is tried again."""
    return deadline_after(context["dag_run"].start_date or clock.utc_now(), limits)


def deadline_after(begun: dt.datetime, limits: Limits) -> dt.datetime:
    """The same, counted from another timestamp."""
    return begun + dt.timedelta(seconds=limits.run_deadline)
