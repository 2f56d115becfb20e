"""`session-archive upload`: archives what the rigs hold, now instead of tonight."""

from __future__ import annotations

from typing import Annotated

import typer

from session_archive.airflow_client.dag_ids import UPLOAD
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


def upload(
    subject: Subjects = None,
    date: Dates = None,
    kind: Kinds = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    second_look: Annotated[
        bool,
        typer.Option(help="Wait for recordings that are ready if they are unchanged when listed once more."),
    ] = True,
    decision: Decisions = None,
    accept_missing: AcceptMissing = None,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Archive what the rigs hold and the archive does not: a run of upload_sessions."""
    params = selection(
        subject=subject,
        date=date,
        kind=kind,
        limit=limit,
        dry_run=dry_run,
        accept_missing=accept_missing,
    ) | {"second_look": second_look, "decisions": decision}
    run_dag(UPLOAD, params, wait=wait, as_json=json)
