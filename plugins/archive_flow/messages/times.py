"""When messages are looked for, and by which clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from airflow.configuration import conf

from session_archive import clock

#: Between two runs of the DAG.
EVERY = dt.timedelta(minutes=30)


def night_time() -> dt.datetime:
    """Now, in the time zone in which Airflow starts the nights."""
    name = conf.get("core", "default_timezone")
    if name == "system":
        return clock.utc_now().astimezone()
    # Airflow's own spelling of UTC is no name of the database of time zones.
    return clock.utc_now().astimezone(dt.UTC if name.lower() == "utc" else ZoneInfo(name))
