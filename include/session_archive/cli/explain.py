"""`session-archive explain`: how a path is read, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from pydantic import BaseModel, ValidationError
from rich.text import Text

from printable_text import printable
from session_archive.cli.explain_place import catalog_lines, placed
from session_archive.errors import NamingError, SettingsError
from session_archive.naming.conventions import Conventions, load_conventions
from session_archive.naming.explain.path import Explanation, Verdict
from session_archive.naming.explain.path import explain as explain_path
from session_archive.naming.surroundings import Assumptions, Context
from session_archive.settings.load import Settings, conventions_file, load_settings
from session_archive.settings_file import settings_path
from session_archive.terminal import Console
from session_archive.toml_file import problem_lines, validated

_COLOURS = {Verdict.ACCEPT: "green", Verdict.AMBIGUOUS: "yellow", Verdict.REJECT: "red"}


class _Question(BaseModel):
    """One line of `--json`; other keys of a case are ignored."""

    path: str
    context: Context | None = None


def explain(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Paths as status and logs print them: rig1:SC022/..., on a disk, or relative to a root."
        ),
    ] = None,
    *,
    json_lines: Annotated[
        Path | None,
        typer.Option(
            "--json", help='Read lines {"path": ..., "context": {...}} from this file, "-" for stdin.'
        ),
    ] = None,
    assume: Annotated[
        Path | None,
        typer.Option(help="JSON with known_water_restrictions, today and earliest_session_date."),
    ] = None,
    conventions: Annotated[
        Path | None,
        typer.Option(
            help="The lab's conventions file; else the one that archive.toml names, else the packaged one."
        ),
    ] = None,
) -> None:
    """Say how paths are read: kind, subject, date, session, probe, camera, type, verdict and why.

    Where there is an archive.toml, also what the catalog says of each: its state, and the decisions in force. --json,
    --assume and --conventions are about names alone.
    """
    if not paths and json_lines is None:
        raise NamingError("no path given; expected some paths, or --json with a file or '-'")
    known = load_conventions(conventions or conventions_file())
    assumptions = _assumptions(assume)
    settings = _settings() if paths and not (assume or conventions) else None
    for path in paths or []:
        where = placed(path, settings)
        _print(
            explain_path(where.path, conventions=known, assumptions=assumptions),
            place=where.place,
            more=catalog_lines(where, settings) if settings else [],
        )
    if json_lines is not None:
        with _opened(json_lines) as lines:
            _write_explanations(lines, known, assumptions)


def _write_explanations(lines: Iterable[str], conventions: Conventions, assumptions: Assumptions) -> None:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        question = _question(line, number)
        explanation = explain_path(
            question.path, conventions=conventions, assumptions=assumptions, context=question.context
        )
        # ASCII, so that a path that is not UTF-8 comes back as it was given.
        sys.stdout.write(json.dumps(explanation.as_case()) + "\n")


def _question(line: str, number: int) -> _Question:
    try:
        return _Question.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise NamingError(f'line {number}: not JSON: {error}; expected {{"path": "..."}}') from None
    except ValidationError as error:
        message = "\n".join(f"line {number}: {wrong}" for wrong in problem_lines(_Question, error))
        raise NamingError(message) from None


def _assumptions(path: Path | None) -> Assumptions:
    if path is None:
        return Assumptions()
    with _opened(path) as file:
        try:
            content: Any = json.load(file)
        except ValueError as error:
            raise SettingsError(f"{path}: not JSON: {error}; expected an object of assumptions") from None
    # A file of cases has its assumptions under "assumes".
    block = content["assumes"] if isinstance(content, dict) and "assumes" in content else content
    return validated(Assumptions, block, source=path)


def _opened(path: Path) -> TextIO:
    # A name that is not UTF-8 gets a verdict ("reject") like any other, and does not end the command.
    try:
        return open(
            0 if str(path) == "-" else path,
            encoding="utf-8",
            errors="surrogateescape",
            closefd=str(path) != "-",
        )
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a file of JSON") from None


def _settings() -> Settings | None:
    """None where there is no archive.toml: names can be explained on any machine."""
    return load_settings() if settings_path().exists() else None


def _print(explanation: Explanation, *, place: str, more: Iterable[tuple[str, str]]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    verdict = Text(f"{explanation.verdict}", style=_COLOURS[explanation.verdict])
    where = f"{place}:" if place else ""
    console.print(Text.assemble(verdict, f"  {where}{printable(explanation.path)}"))
    console.print(Text(f"  why        {explanation.why}"))
    for label, value in (*_read_from_name(explanation), *more):
        console.print(Text(f"  {label:<10} {value}"))


def _read_from_name(explanation: Explanation) -> list[tuple[str, object]]:
    """Label and value of all that the name says."""
    if explanation.kind == "neither":
        return []
    rows = {
        "kind": explanation.kind,
        "subject": explanation.subject,
        "date": explanation.date,
        "ident": explanation.ident or "none: the first session of its day",
        "probe": explanation.probe,
        "camera": explanation.camera,
        "file type": explanation.file_type,
    }
    return [(label, value) for label, value in rows.items() if value is not None and value != ""]
