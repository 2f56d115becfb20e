"""`session-archive repair`: brings damaged files of the archive back from a good copy."""

from __future__ import annotations

from typing import Annotated

import typer

from session_archive.airflow_client.dag_ids import REPAIR
from session_archive.cli.run_dag import AsJson, DryRun, Wait, run_dag
from session_archive.errors import SettingsError


def repair(
    data_set: Annotated[
        list[str], typer.Argument(help="A damaged data set: raw-ephys/SC022/2021-01-01; or several.")
    ],
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    dry_run: DryRun = False,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Bring the damaged files of a data set back from a good copy: a run of repair_archive.

    A copy with the cataloged checksum is read at a rig, at another archive, or at a scratch place. The damaged file is
    set aside in the archive first; nothing is overwritten. Recorded under the name of your Airflow login.
    """
    if not dry_run and not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    # A reason is a yes, and a dry run needs none.
    params = {"data_sets": data_set, "why": why.strip() or None, "dry_run": dry_run}
    run_dag(REPAIR, params, wait=wait, as_json=json)
