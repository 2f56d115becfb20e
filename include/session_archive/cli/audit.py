"""`session-archive audit`: compares what is archived with the catalog now, or says what audits know."""

from __future__ import annotations

import datetime as dt
import json as json_format
from typing import TYPE_CHECKING, Annotated

import typer

from session_archive import clock
from session_archive.airflow_client.dag_ids import AUDIT
from session_archive.assess.audit_outlook import AuditOutlook
from session_archive.cli.catalog_login import read_catalog
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
    selection,
)
from session_archive.errors import SettingsError
from session_archive.fixity.damage import damage_words
from session_archive.settings.load import Settings, load_settings

if TYPE_CHECKING:
    from session_archive.catalog.history.damages import DamagedCopy
    from session_archive.catalog.open import Catalog
    from session_archive.catalog.read_only import ReadOnlyCatalog


def audit(
    subject: Subjects = None,
    date: Dates = None,
    kind: Kinds = None,
    location: Annotated[
        list[str] | None, typer.Option(help="Only this location of archive.toml; can be repeated.")
    ] = None,
    read: Annotated[
        bool,
        typer.Option(
            "--read",
            help="Read their content now, however lately it was proven; needs a --subject or --date.",
        ),
    ] = False,
    limit: Limit = None,
    dry_run: DryRun = False,
    accept_missing: AcceptMissing = None,
    known: Annotated[
        bool,
        typer.Option(
            "--known",
            help="Start no run: show what is damaged, how much is proven, and what is looked at next. Exit code 1 if "
            "anything is damaged.",
        ),
    ] = False,
    wait: Wait = True,
    json: AsJson = False,
) -> None:
    """Compare what is archived with the catalog: a run of audit_archive, which changes nothing in an archive."""
    if read and not (subject or date):
        raise SettingsError(
            "--read needs a --subject or --date; the whole archive is read anew every audit.proven_within"
        )
    if known:
        if subject or date or kind or limit or dry_run or accept_missing or read:
            raise SettingsError(
                "--known starts no run: it can be limited to a --location, and to nothing else"
            )
        _show_known(load_settings(), location or [], as_json=json)
        return
    params = selection(
        subject=subject,
        date=date,
        kind=kind,
        limit=limit,
        dry_run=dry_run,
        accept_missing=accept_missing,
    ) | {"locations": location, "read": read}
    run_dag(AUDIT, params, wait=wait, as_json=json)


def _show_known(settings: Settings, locations: list[str], *, as_json: bool) -> None:
    names = list(settings.locations)
    if unknown := [name for name in locations if name not in names]:
        raise SettingsError(
            f"--location: {unknown[0]!r} is not a location of archive.toml; expected one of {', '.join(names)}"
        )
    chosen = locations or names
    now = clock.utc_now()

    def read(
        catalog: Catalog | ReadOnlyCatalog,
    ) -> tuple[list[AuditOutlook], list[DamagedCopy], dict[str, int]]:
        copies = {place: catalog.audited_copies.copies(place) for place in chosen}
        outlooks = [
            AuditOutlook.of(
                copies[place],
                place=place,
                now=now,
                every=dt.timedelta(seconds=settings.audit.listing_every),
                within=dt.timedelta(seconds=settings.audit.proven_within),
            )
            for place in chosen
        ]
        damaged = [each for each in catalog.damages.every() if each.place in chosen]
        sizes = {str(copy.name): copy.n_files for of_place in copies.values() for copy in of_place}
        return outlooks, damaged, sizes

    outlooks, damaged, sizes = read_catalog(settings, read)
    if as_json:
        typer.echo(json_format.dumps(_document(outlooks, damaged)))
    else:
        typer.echo("\n".join(line for each in outlooks for line in each.lines))
        typer.echo(f"damaged: {len(damaged)}")
        for each in damaged:
            words = damage_words(
                each.place, each.damages, n_files=sizes.get(each.data_set, len(each.damages))
            )
            typer.echo(f"  {each.data_set}: {words}")
    if damaged:
        raise typer.Exit(1)


def _document(outlooks: list[AuditOutlook], damaged: list[DamagedCopy]) -> dict[str, object]:
    """`{"locations": [{"location": "tape", ...}], "damaged": [{"data_set": ..., "location": ..., "files": [...]}]}`."""
    return {
        "locations": [
            {
                "location": each.share.place,
                "bytes": each.share.n_bytes,
                "proven_bytes": each.share.proven_bytes,
                "proven_percent": each.share.percent,
                "data_sets": each.n_copies,
                "never_looked_at": each.n_never,
                "to_be_looked_at": each.n_due,
                "next": [
                    {"data_set": name, "looked_at": at.isoformat() if at else None} for name, at in each.first
                ],
                "to_be_read": each.n_unread,
                "bytes_to_be_read": each.unread_bytes,
            }
            for each in outlooks
        ],
        "damaged": [
            {
                "data_set": each.data_set,
                "location": each.place,
                "files": [
                    {
                        "path": damage.path,
                        "problem": damage.problem,
                        "detail": damage.detail,
                        "whole_at": damage.whole_at.isoformat(),
                        "found_at": damage.found_at.isoformat(),
                    }
                    for damage in each.damages
                ],
            }
            for each in damaged
        ],
    }
