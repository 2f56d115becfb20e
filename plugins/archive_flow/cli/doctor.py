"""`session-archive doctor`: what to check before the first night, in one table."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from session_archive import clock
from session_archive.doctor.check import Check, Grade, failed
from session_archive.doctor.report import trial_record
from session_archive.errors import SettingsError
from session_archive.settings.load import load_settings
from session_archive.terminal import Console


def doctor(
    transfer: Annotated[
        bool,
        typer.Option(
            "--transfer",
            help="Also copy one small file from a rig to the archive and on to a scratch place, and try with small "
            "files which checksums each of these places computes; the copies stay.",
        ),
    ] = False,
    source: Annotated[
        str,
        typer.Option(help="With --transfer: the source, by its name in archive.toml; by default the first."),
    ] = "",
    scratch: Annotated[
        str,
        typer.Option(
            help="With --transfer: the scratch place, by its name in archive.toml; by default the first."
        ),
    ] = "",
    file: Annotated[
        str,
        typer.Option(help="With --transfer: a path below the source's root; by default the smallest file."),
    ] = "",
    mark: Annotated[
        bool,
        typer.Option(
            "--mark",
            help="Also make the folder .session-archive in each root that has folders, rigs too, so that another disk "
            "in its place is noticed.",
        ),
    ] = False,
    renew: Annotated[
        bool,
        typer.Option(
            help="With --transfer: also try the checksums and names of places of which they are known."
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            help="With --transfer: write what the service answered to this new file, for the project; it names no "
            "collection, path, login or token."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
) -> None:
    """Check settings, Airflow, the catalog, Globus and every place. Exit code 1 when something failed.

    Nothing is changed without --transfer or --mark, and no secret is shown: attach the output to a bug report.
    """
    if (source or scratch or file or renew or report) and not transfer:
        raise SettingsError("--source, --scratch, --file, --renew and --report: only with --transfer")
    if report and report.exists():
        raise SettingsError(f"--report: {report} exists already; name a new file")
    # Importing Airflow takes seconds, so no other command does it.
    from archive_flow.doctor.examine import examine
    from archive_flow.doctor.transcript import Transcript
    from archive_flow.doctor.trial import Trial

    trial = Trial(source=source, scratch=scratch, file=file, renew=renew) if transfer else None
    transcript = Transcript()
    fields: dict[str, Any] = {}
    checks: list[Check] = []
    # Airflow's loggers write to stdout too, where only the table or the JSON belongs.
    with redirect_stdout(sys.stderr), Console(stderr=True).status("checking …") as status:
        for check in examine(fields, trial=trial, mark=mark, transcript=transcript):
            checks.append(check)
            status.update(f"{check.area}: {check.subject} …")
    areas = list(dict.fromkeys(check.area for check in checks))
    checks.sort(key=lambda check: areas.index(check.area))
    _show(checks, fields, as_json=as_json)
    if report:
        _write(report, checks, transcript.records, fields)
    if failed(checks):
        raise typer.Exit(1)


def _write(
    report: Path, checks: Sequence[Check], records: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]
) -> None:
    """Write the redacted record of a trial. Raises SettingsError where the settings, or the file, do not allow it."""
    record = trial_record(
        checks, records, unexpected=fields, places=load_settings().places, made_at=clock.utc_now()
    )
    try:
        with report.open("x", encoding="utf-8") as file:
            json.dump(record, file, indent=1, default=str)
    except OSError as error:
        raise SettingsError(f"--report: {report} cannot be written: {error.strerror}") from error


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


_COLOURS = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.FAILURE: "bold red"}
_MOST = 200


def check_table(checks: Sequence[Check]) -> Table:
    """One row for each check: the result, and below it what to do."""
    counts = Counter(check.grade for check in checks)
    caption = ", ".join(f"{counts[grade]} {grade}" for grade in Grade if counts[grade])
    table = Table(box=SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
    table.add_column("what", overflow="fold", ratio=2)
    table.add_column("", no_wrap=True)
    table.add_column("result, and what to do", overflow="fold", ratio=5)
    area = ""
    for check in checks:
        if area and check.area != area:
            table.add_section()
        area = check.area
        result = Text(check.found)
        if check.advice:
            result.append(f"\n→ {check.advice}", style="bold")
        table.add_row(
            Text(f"{check.area}: {check.subject}"),
            Text(str(check.grade), style=_COLOURS[check.grade]),
            result,
        )
    return table


def field_lines(fields: Mapping[str, Any]) -> Iterator[str]:
    """The fields in the service's responses that our documents do not describe, one line each."""
    if fields:
        yield "In the service's responses, but not in our documents:"
    for field, value in sorted(fields.items()):
        text = json.dumps(value, default=str)
        yield f"  {field} = {text if len(text) <= _MOST else text[:_MOST] + '…'}"
