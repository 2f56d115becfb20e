"""`session-archive replicate`: makes the further copies that no rig gives any more, from one location at another."""

from __future__ import annotations

from session_archive.airflow_client.dag_ids import REPLICATE
from session_archive.cli.run_dag import (
    AcceptMissing,
    AsJson,
    Dates,
    DryRun,
    Kinds,
    Limit,
    Subjects,
    Wait,
    run_dag,
    selection,
)


def replicate(
    subject: Subjects = None,
    date: Dates = None,
    kind: Kinds = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    accept_missing: AcceptMissing = None,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Copy what a further location lacks and no rig has any more: a run of replicate_archive."""
    params = selection(
        subject=subject,
        date=date,
        kind=kind,
        limit=limit,
        dry_run=dry_run,
        accept_missing=accept_missing,
    )
    run_dag(REPLICATE, params, wait=wait, as_json=json)
