"""`session-archive doctor`: what to check before the first night, in one table."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from archive_flow.cli.doctor_table import check_table, field_lines
from session_archive.doctor.check import Check, failed
from session_archive.errors import SettingsError


def doctor(
    transfer: Annotated[
        bool,
        typer.Option(
            "--transfer",
            help="Also copy one small file from a rig to the archive and on to a scratch place; the copies stay.",
        ),
    ] = False,
    source: Annotated[
        str, typer.Option(help="With --transfer: the place in [sources]; by default the first.")
    ] = "",
    scratch: Annotated[
        str, typer.Option(help="With --transfer: the place in [scratch]; by default the first.")
    ] = "",
    file: Annotated[
        str,
        typer.Option(help="With --transfer: a path below the source's root; by default the smallest file."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
) -> None:
    """Check settings, Airflow, the catalog, Globus and every place. Exit code 1 when something failed.

    Nothing is changed without --transfer, and no secret is shown: attach the output to a bug report.
    """
    if (source or scratch or file) and not transfer:
        raise SettingsError("--source, --scratch and --file: only with --transfer")
    # Importing Airflow takes seconds, so no other command does it.
    from archive_flow.doctor.examine import examine
    from archive_flow.doctor.trial import Trial

    trial = Trial(source=source, scratch=scratch, file=file) if transfer else None
    fields: dict[str, Any] = {}
    checks: list[Check] = []
    # Airflow's loggers write to stdout too, where only the table or the JSON belongs.
    with redirect_stdout(sys.stderr), Console(stderr=True).status("checking …") as status:
        for check in examine(fields, trial=trial):
            checks.append(check)
            status.update(f"{check.area}: {check.subject} …")
    areas = list(dict.fromkeys(check.area for check in checks))
    checks.sort(key=lambda check: areas.index(check.area))
    _show(checks, fields, as_json=as_json)
    if failed(checks):
        raise typer.Exit(1)


def _show(checks: list[Check], fields: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        # Without rich, which would fold lines.
        typer.echo(
            json.dumps({"checks": [asdict(check) for check in checks], "unexpected": fields}, default=str)
        )
        return
    console = Console(highlight=False)
    console.print(check_table(checks))
    for line in field_lines(fields):
        console.print(line, markup=False, soft_wrap=True)
