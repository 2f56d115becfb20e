"""`session-archive discover`: catalogs what the archive holds already."""

from __future__ import annotations

from session_archive.airflow_client.dag_ids import DISCOVER
from session_archive.cli.run_dag import (
    AcceptMissing,
    AsJson,
    Dates,
    Decisions,
    DryRun,
    Kinds,
    Limit,
    Subjects,
    Wait,
    run_dag,
    selection,
)


def discover(
    subject: Subjects = None,
    date: Dates = None,
    kind: Kinds = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    decision: Decisions = None,
    accept_missing: AcceptMissing = None,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Catalog what the archive holds already: a run of discover_sessions, which moves nothing."""
    params = selection(
        subject=subject,
        date=date,
        kind=kind,
        limit=limit,
        dry_run=dry_run,
        accept_missing=accept_missing,
    ) | {"decisions": decision}
    run_dag(DISCOVER, params, wait=wait, as_json=json)
