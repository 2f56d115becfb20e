"""`session-archive cancel`: ends transfers."""

from __future__ import annotations

from typing import Annotated

import typer

from session_archive.airflow_client.dag_ids import CANCEL
from session_archive.cli.run_dag import AsJson, Wait, run_dag


def cancel(
    transfers: Annotated[
        list[str],
        typer.Argument(help="Data sets such as raw-ephys/SC022/2021-01-01, ids of runs or of Globus tasks."),
    ],
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Cancel transfers that are under way: a run of cancel_transfers.

    What arrived stays. The data set ends failed, and the next run makes a new attempt.
    """
    run_dag(CANCEL, {"transfers": transfers}, wait=wait, as_json=json)
