"""What the commands that start a DAG have in common: its progress, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from session_archive.airflow_client.run import Run, RunFailedError
from session_archive.airflow_client.start import start

Subjects = Annotated[
    list[str] | None, typer.Option("--subject", help="Only this animal; can be given again.")
]
Dates = Annotated[
    list[str] | None,
    typer.Option(
        "--date", help="Only this day, or days: 2021-01-01 or 2021-01-01..2021-01-31; again for more."
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", help="Only this data set type, such as raw-ephys; again for more."),
]
Decisions = Annotated[
    list[str] | None,
    typer.Option(
        "--decision",
        help="Which session a folder is of: 'rig1:SC033/x = SC033 2019-11-12 10:30'; again for more.",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Data sets at most.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Return when the run has ended, or at once.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document; the progress goes to stderr.")]


def run_dag(dag_id: str, params: Mapping[str, Any], *, wait: bool, as_json: bool) -> None:
    """Start a DAG, show it and tell how it ended; exit code 1 where it failed.

    as_json : `{"dag_id": ..., "run_id": ..., "url": ..., "state": ..., "summary": ..., "problems": [...]}`
    """
    # What a script reads stays apart from what a person looks at.
    console = Console(stderr=True, highlight=False)
    problems: list[str] = []
    try:
        run = start(dag_id, params, wait=wait, console=console)
    except RunFailedError as error:
        run, problems = error.run, error.problems
        if not as_json:
            _tell(run.summary)
            raise
    if as_json:
        typer.echo(json.dumps(_document(run, problems, wait=wait)))
    elif wait:
        _tell(run.summary)
    if problems:
        raise typer.Exit(1)


def _document(run: Run, problems: list[str], *, wait: bool) -> dict[str, Any]:
    told = {"dag_id": run.dag_id, "run_id": run.id, "url": run.url, "state": run.state}
    return told | ({"summary": run.summary, "problems": problems} if wait else {})


def _tell(summary: str) -> None:
    if summary:
        typer.echo(summary)
