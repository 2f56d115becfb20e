"""`session-archive releasable`: which copies at the rigs may be deleted, and a script for a person to do it."""

from __future__ import annotations

import getpass
import shutil
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive_flow.cli.globus_connection import plain_errors
from archive_flow.cli.open_command import open_command
from archive_flow.release.gather import gather
from printable_text.amounts import counted
from session_archive import clock
from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import ArchiveError, SettingsError
from session_archive.release.judge import reasons_against
from session_archive.release.release_list import Language, ReleaseList, read_log
from session_archive.release.report import Judged, ReleaseReport, Rig
from session_archive.release.script import ENCODINGS, SWITCHES, written
from session_archive.settings.load import load_settings
from session_archive.settings.release_table import WITHOUT, ReleaseSettings
from session_archive.terminal import Console

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.settings.load import Settings


def releasable(
    rig: Annotated[
        list[str] | None, typer.Option(help="Only this rig of archive.toml; can be repeated.")
    ] = None,
    subject: Annotated[list[str] | None, typer.Option(help="Only this animal; can be repeated.")] = None,
    date: Annotated[
        list[str] | None, typer.Option(help="Only this day, or days: 2021-01-01 or 2021-01-01..2021-01-31.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this data set type of archive.toml.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    script: Annotated[
        Language | None,
        typer.Option(
            help="Write a script for a person to run at one rig. It deletes nothing unless asked to."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Where to write the script.", show_default="release-RIG-DAY.sh or .ps1"),
    ] = None,
    log: Annotated[
        Path | None, typer.Option(help="Read back the log of such a script, and record what it deleted.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who is given the list.", show_default="your login")] = "",
) -> None:
    """Which copies at the rigs may be deleted: yes or no for each data set, with the reason and what to do.

    Every rig and every archive is listed now. It deletes nothing; a script that it writes does, when a person runs it
    within 24 hours with --delete. Each list given out is recorded: who, when and what.
    """
    settings, by = load_settings(), by or getpass.getuser()
    console = Console(highlight=False)
    if log is not None:
        if rig or subject or date or kind or json or script or output:
            raise SettingsError("--log stands alone: it is about a script that was run")
        console.print(_read_back(settings, log, by=by), markup=False, soft_wrap=True)
        return
    if settings.release is None:
        raise SettingsError(f"{settings.path}: {WITHOUT}")
    rigs = _rigs(settings, rig or [])
    target = _target(script, output, rigs=rigs, json=json)
    params = {"subjects": subject, "dates": date, "kinds": kind}
    with plain_errors(), open_command(settings, name="releasable", params=params, by=by) as run:
        report = _report(run, rigs, settings.release, console=None if json else console)
        if json:
            typer.echo(report.as_json())
        else:
            report.show(console)
        # What nobody has recorded, nobody is given.
        lists = tuple(_recorded(run, report, by=by)) if json or target else ()
    if target:
        console.print(_write(lists, target), markup=False, soft_wrap=True)
    if report.unlisted:
        raise typer.Exit(1)


def _target(
    script: Language | None, output: Path | None, *, rigs: Sequence[str], json: bool
) -> tuple[Language, Path] | None:
    """The script's language and file; None if no script is asked for."""
    if script is None:
        if output:
            raise SettingsError("--output needs --script sh or --script powershell")
        return None
    if json:
        raise SettingsError("give one of --json and --script")
    if len(rigs) > 1:
        raise SettingsError(f"--script: give one --rig, on which it will run; there are {', '.join(rigs)}")
    path = output or Path(f"release-{rigs[0]}-{clock.today()}{'.ps1' if script == 'powershell' else '.sh'}")
    if path.exists():
        raise SettingsError(f"{path} exists already; give another --output, or move it away")
    return script, path


def _rigs(settings: Settings, requested: Sequence[str]) -> tuple[str, ...]:
    if unknown := [name for name in requested if name not in settings.sources]:
        raise SettingsError(
            f"--rig: {unknown[0]!r} is not one of [sources]; there are {', '.join(settings.sources)}"
        )
    return tuple(requested or settings.sources)


def _report(
    run: Run, rigs: Sequence[str], rules: ReleaseSettings, *, console: Console | None
) -> ReleaseReport:
    now = clock.utc_now()

    def announce(name: str) -> None:
        if console is not None and console.is_terminal:
            console.print(f"looking at {name}", markup=False, style="dim")

    gathered = gather(run, rigs=rigs, announce=announce)
    judged = [Judged(each, reasons_against(each, rules, now=now)) for each in gathered.candidates]
    return ReleaseReport(
        tuple(
            Rig(
                name,
                tuple(each for each in judged if each.candidate.at_rig.place == name),
                free=_free(run, name),
                bytes_per_day=run.catalog.throughput.recorded_at(name, now=now),
            )
            for name in rigs
        ),
        tuple(f"{each.where}: {each.why}" for each in gathered.unlisted),
    )


def _free(run: Run, rig: str) -> int | None:
    path = run.settings.sources[rig].local_path
    return None if path is None else shutil.disk_usage(path).free


def _recorded(run: Run, report: ReleaseReport, *, by: str) -> Iterator[ReleaseList]:
    """The list of each rig at which something may be deleted, once the catalog has it."""
    for rig in report.rigs:
        if rig.releasable:
            root = run.settings.sources[rig.name].pure_local_path
            release = ReleaseList(
                uuid.uuid4(), rig.name, str(root or ""), by, clock.utc_now(), rig.releasable
            )
            run.catalog.release_lists.record(release)
            yield release


def _write(lists: Sequence[ReleaseList], target: tuple[Language, Path]) -> str:
    """Write the script of the only list; returns what a person does next."""
    language, path = target
    if not lists:
        raise ArchiveError("nothing may be deleted there, so that no script was written")
    (release,) = lists
    path.write_text(written(release, language), encoding=ENCODINGS[language], newline="")
    return (
        f"{path} deletes {counted(release.n_files, 'file')} when it is run at {release.place} with "
        f"{SWITCHES[language]} before {release.expires_at:%Y-%m-%d %H:%M} UTC; without it, it says what it would delete"
    )


def _read_back(settings: Settings, path: Path, *, by: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(
            f"{path}: cannot be read: {error}; expected the log of a release script"
        ) from error
    log = read_log(text, name=path.name)
    with open_catalog(settings) as catalog:
        place = catalog.release_lists.record_log(log, read_by=by)
    n_files, left = sum(each.n_files for each in log.removed), sum(len(each.left) for each in log.removed)
    stopped = "" if log.ended else "; the script was stopped before its end, and may be run again"
    return f"{place}: {counted(n_files, 'file')} deleted, {left} left{stopped}; recorded for release list {log.list_id}"
