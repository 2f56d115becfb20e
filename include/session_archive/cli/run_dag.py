"""Shared by the commands that start a DAG: their options, its progress, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from session_archive.airflow_client.run import Run, RunFailedError
from session_archive.airflow_client.start import start
from session_archive.terminal import Console

Subjects = Annotated[list[str] | None, typer.Option("--subject", help="Only this animal; can be repeated.")]
Dates = Annotated[
    list[str] | None,
    typer.Option(
        "--date", help="Only this day, or days: 2021-01-01 or 2021-01-01..2021-01-31; can be repeated."
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", help="Only this data set type, such as raw-ephys; can be repeated."),
]
Decisions = Annotated[
    list[str] | None,
    typer.Option(
        "--decision",
        help="Which session a folder belongs to: 'rig1:SC033/x = SC033 2019-11-12 10:30'; can be repeated.",
    ),
]
AcceptMissing = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-missing",
        help="What a run named as missing at this place is really gone, such as rig1; can be repeated.",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="At most this many data sets.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Return when the run has ended, or immediately.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document; the progress goes to stderr.")]


def selection(
    *,
    subject: list[str] | None,
    date: list[str] | None,
    kind: list[str] | None,
    limit: int | None,
    dry_run: bool,
    accept_missing: list[str] | None,
) -> dict[str, Any]:
    """The params that every flow over many data sets has, from the options of its command."""
    return {
        "subjects": subject,
        "dates": date,
        "kinds": kind,
        "limit": limit,
        "dry_run": dry_run,
        "accept_missing": accept_missing,
    }


def run_dag(dag_id: str, params: Mapping[str, Any], *, wait: bool, as_json: bool) -> None:
    """Start a DAG, show its progress and say how it ended; exit code 1 if it failed.

    as_json : `{"dag_id": ..., "run_id": ..., "url": ..., "state": ..., "summary": ..., "problems": [...]}`
    """
    # On stderr, apart from what a script reads.
    console = Console(stderr=True, highlight=False)
    problems: list[str] = []
    try:
        run = start(dag_id, params, wait=wait, console=console)
    except RunFailedError as error:
        run, problems = error.run, error.problems
        if not as_json:
            _print(run.summary)
            raise
    if as_json:
        typer.echo(json.dumps(_document(run, problems, wait=wait)))
    elif wait:
        _print(run.summary)
    if problems:
        raise typer.Exit(1)


def _document(run: Run, problems: list[str], *, wait: bool) -> dict[str, Any]:
    document = {"dag_id": run.dag_id, "run_id": run.id, "url": run.url, "state": run.state}
    return document | ({"summary": run.summary, "problems": problems} if wait else {})


def _print(summary: str) -> None:
    if summary:
        typer.echo(summary)
