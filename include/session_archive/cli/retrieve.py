"""`session-archive retrieve`: copies sessions back from the archive."""

from __future__ import annotations

import json as json_text
from typing import Annotated, Any

import typer

from session_archive.airflow_client.dag_ids import RETRIEVE
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
)
from session_archive.errors import SettingsError


def retrieve(
    data_set: Annotated[
        list[str] | None,
        typer.Argument(help="Exactly these data sets, such as raw-ephys/SC022/2021-01-01."),
    ] = None,
    subject: Subjects = None,
    date: Dates = None,
    kind: Kinds = None,
    session: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this session, as `status` shows it: 'SC022 2021-01-01 10:00'; or its key: 'subject_id=440956, "
            "session=1'; can be repeated."
        ),
    ] = None,
    restriction: Annotated[
        str | None, typer.Option(help="As in DataJoint, a JSON object: '{\"subject_id\": 440956}'.")
    ] = None,
    file_type: Annotated[
        list[str] | None,
        typer.Option(help="Only files of this type, such as ephys-raw-ks2-*; can be repeated."),
    ] = None,
    probe: Annotated[list[int] | None, typer.Option(help="Only files of this probe: 0 for imec0.")] = None,
    camera: Annotated[list[str] | None, typer.Option(help="Only files of this camera.")] = None,
    destination: Annotated[
        str | None, typer.Option(help="A scratch place of archive.toml.", show_default="the first one")
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            help="Read from this location, or from a rig that has the files still.",
            show_default="the first location that has them whole",
        ),
    ] = None,
    accept_missing: AcceptMissing = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Everything that the archive holds.")
    ] = False,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Copy data sets back to a scratch place, and compare them with the catalog: a run of retrieve_sessions."""
    if not (data_set or subject or date or session or restriction or everything):
        raise SettingsError(
            "no data sets were selected; name some, or give --subject, --date, --session, --restriction or --everything"
        )
    params = {
        "data_sets": data_set,
        "subjects": subject,
        "dates": date,
        "kinds": kind,
        "sessions": session,
        "restriction": _object(restriction),
        "file_types": file_type,
        "probes": probe,
        "cameras": camera,
        "everything": everything or None,
        "destination": destination,
        "origin": origin,
        "accept_missing": accept_missing,
        "limit": limit,
        "dry_run": dry_run,
    }
    run_dag(RETRIEVE, params, wait=wait, as_json=json)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value = None if text is None else json_text.loads(text)
    except (ValueError, RecursionError):
        value = ()
    if value is None or (isinstance(value, dict) and value):
        return value
    raise SettingsError(
        f"--restriction: {text!r:.100} is not a JSON object; expected one such as '{{\"subject_id\": 440956}}'"
    )
