"""`session-archive keep`: a person keeps the files of a data set at its rig, archived or not."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from archive_flow.cli.data_set_argument import data_set_of
from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import ArchiveError, SettingsError
from session_archive.settings.load import load_settings
from session_archive.states.decisions import Decision, Verdict, kept_at_rig
from session_archive.terminal import Console


def keep(
    data_set: Annotated[str, typer.Argument(help="Its name: raw-ephys/SC022/2021-01-01")],
    withdraw: Annotated[bool, typer.Option(help="It need not stay at the rig any more.")] = False,
    why: Annotated[str, typer.Option(help="The reason, for someone who reads it in ten years.")] = "",
    by: Annotated[str, typer.Option(help="Who decides.", show_default="your login")] = "",
) -> None:
    """Keep the files of a data set at its rig: `session-archive releasable` then says no.

    Nothing else changes: it is archived as any other.
    """
    if not why.strip():
        raise SettingsError("--why: a reason is needed; it is recorded with your name")
    settings = load_settings()
    name = data_set_of(settings, data_set)
    decision = Decision(
        verdict=Verdict.KEEP_NO_LONGER if withdraw else Verdict.KEEP,
        data_set=data_set,
        data_set_type=name.data_set_type,
        decided_by=by or getpass.getuser(),
        why=why,
    )
    with open_catalog(settings) as catalog:
        kept = kept_at_rig(catalog.decisions.on_data_sets([name.id], name.data_set_type))
        if withdraw and not kept:
            raise ArchiveError(f"{data_set}: nobody keeps it at its rig")
        new = catalog.decisions.decide([decision])
    words = decision.words if new else f"already {kept}; nothing new is recorded"
    Console(highlight=False).print(f"{data_set}: {words}", markup=False, soft_wrap=True)
