"""`session-archive import-catalog`: imports what map-ephys' own catalog says is archived."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from session_archive.cli.catalog_login import open_catalog
from session_archive.errors import SettingsError
from session_archive.moving_over.old_data_sets import Surroundings, without_data_set
from session_archive.moving_over.old_rows import read_all
from session_archive.moving_over.takeover import Seen, sort_out
from session_archive.recording.cataloged import ImportedRecord, ReplicaInfo
from session_archive.settings.load import load_settings
from session_archive.terminal import Console

if TYPE_CHECKING:
    from session_archive.catalog.open import Catalog
    from session_archive.settings.load import Settings


def import_catalog(
    database: Annotated[
        str, typer.Argument(help="The predecessor's database of publication tables: map_v2_publication")
    ],
    location: Annotated[
        list[str] | None,
        typer.Option(
            help="A location of the predecessor that has moved, and its name in archive.toml: raw-ephys=archive-ephys"
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be imported.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON document.")] = False,
    by: Annotated[str, typer.Option(help="Who imports it.", show_default="your login")] = "",
) -> None:
    """Import what map-ephys' publication tables say is archived, as unverified; those tables are only read.

    They name files without sizes, so each data set is a claim until discover_sessions has seen its files. Rows that
    make no sense are listed with the reason and left out. What this archive already knows stays as it is. Safe to run
    again.
    """
    settings = load_settings()
    given = _given(location or [], settings)
    # Importing DataJoint takes seconds: not for `--help`.
    from session_archive.moving_over.publication_rows import publication_rows

    with open_catalog(settings) as catalog:
        rows = publication_rows(catalog, database)
        imported, rejected = read_all(rows.data_sets(), _surroundings(settings, catalog, given))
        rejected += without_data_set(rows.sessions_without_data_set())
        takeover = sort_out(
            imported,
            rejected,
            source=rows.source,
            seen=_seen(catalog, imported),
            before={each.name.id: catalog.imports.files(each.name.id) for each in imported},
        )
        if not dry_run:
            catalog.imports.enter(takeover.new, source=rows.source, imported_by=by or getpass.getuser())
    if as_json:
        typer.echo(json.dumps(takeover.as_json(dry_run=dry_run), indent=2))
    else:
        Console(highlight=False).print(takeover.as_text(dry_run=dry_run), markup=False, soft_wrap=True)


def _given(pairs: Iterable[str], settings: Settings) -> dict[str, str]:
    given = {}
    for pair in pairs:
        alias, _, name = pair.partition("=")
        if not alias or name not in settings.locations:
            raise SettingsError(
                f"--location: {pair!r}; expected the predecessor's name of a location and its name in archive.toml, "
                f"such as raw-ephys={next(iter(settings.locations))}; archive.toml has {', '.join(settings.locations)}"
            )
        given[alias] = name
    return given


def _surroundings(settings: Settings, catalog: Catalog, given: Mapping[str, str]) -> Surroundings:
    return Surroundings(
        conventions=settings.conventions,
        locations=settings.locations,
        place_of={kind: data_set.location for kind, data_set in settings.data_sets.items()},
        sessions=catalog.lab_sessions(),
        expected={kind: catalog.expected_sessions(kind) for kind in settings.data_sets},
        given=given,
    )


def _seen(catalog: Catalog, imported: Iterable[ImportedRecord]) -> dict[UUID, Seen]:
    """What this archive itself has seen of these data sets."""
    replicas: dict[str, Mapping[UUID, ReplicaInfo]] = {}
    seen = {}
    for each in imported:
        if each.place not in replicas:
            replicas[each.place] = catalog.replicas.at(each.place)
        if replica := replicas[each.place].get(each.name.id):
            files = frozenset(file.path for file in catalog.replicas.files(each.name.id).files)
            seen[each.name.id] = Seen(replica.verified, files)
    return seen
