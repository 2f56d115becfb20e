"""What `session-archive status` says of the transfers of the runs that go on now, and of the backlog."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from session_archive.airflow_client.login import find_login
from session_archive.errors import ArchiveError

if TYPE_CHECKING:
    import httpx

    from session_archive.transfers.backlog import Backlog

#: Seconds for one response of Airflow: the states do not wait for it any longer.
PATIENCE = 5.0


def progress_lines(
    *, under_way: bool, backlog: Backlog, now: dt.datetime, transport: httpx.BaseTransport | None = None
) -> list[str]:
    """A line for each run with transfers under way, and one for the backlog.

    Globus is not contacted: the waits of the runs report to Airflow. Without a login there, only the backlog is known.

    under_way : whether any transfer has not ended, by the catalog
    now       : aware; times are shown in its zone
    transport : replaces the network
    """
    lines = _of_runs(now, transport) if under_way else []
    return [*lines, *filter(None, [backlog.line(today=now.date())])]


def _of_runs(now: dt.datetime, transport: httpx.BaseTransport | None) -> list[str]:
    try:
        login = find_login()
        if login is None:
            return []
        # Importing a client of REST takes longer than the rest of the command.
        from session_archive.airflow_client.api import AirflowApi
        from session_archive.airflow_client.under_way import runs_under_way

        lines = [
            run.line(now=now)
            for run in runs_under_way(AirflowApi(login, timeout=PATIENCE, transport=transport))
        ]
    except ArchiveError as error:
        return [f"how far the transfers are is not known: {error}"]
    return [line for line in lines if line]
