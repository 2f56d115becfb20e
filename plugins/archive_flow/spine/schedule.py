"""When the upload runs: set in the environment, since Airflow needs it whenever it reads the DAG file."""

from __future__ import annotations

import os

from croniter import croniter

from session_archive.errors import SettingsError

#: In the time zone that Airflow's core.default_timezone names.
EVERY_NIGHT = "0 2 * * *"
VARIABLE = "SESSION_ARCHIVE_SCHEDULE"


def nightly_schedule() -> str | None:
    """A cron expression or preset; None where the environment says 'none', so that only people start the upload.

    Raises SettingsError, which Airflow shows as the DAG file's import error.
    """
    schedule = os.environ.get(VARIABLE, "").strip() or EVERY_NIGHT
    if schedule.lower() == "none":
        return None
    if not croniter.is_valid(schedule):
        raise SettingsError(
            f"{VARIABLE}: {schedule!r} is not a schedule; expected a cron expression such as '{EVERY_NIGHT}', a preset "
            "such as '@daily', or 'none'"
        )
    return schedule
