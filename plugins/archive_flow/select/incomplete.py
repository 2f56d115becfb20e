"""Recordings that a person accepts as incomplete: the files that a run has seen, and what was missing then."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from archive_flow.run.acceptances import words_on_incomplete
from session_archive.errors import ArchiveError
from session_archive.fixity.accepted import Accepted
from session_archive.naming.session_name import DataSetName
from session_archive.states.decisions import Decision, Verdict, standing

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.catalog.open import Catalog
    from session_archive.recording.cataloged import ReplicaInfo
    from session_archive.settings.load import Settings


def incomplete_files(settings: Settings, catalog: Catalog, name: DataSetName) -> str:
    """The manifest id of an incomplete data set, as a run last saw it. Raises ArchiveError if nothing is missing."""
    locations = settings.data_sets[name.data_set_type].locations
    copies = catalog.replicas.by_place([name.id]).get(name.id, {})
    if all(location in copies and copies[location].verified for location in locations):
        raise ArchiveError(f"{name} is archived: there is nothing to accept")
    seen = catalog.observations.newest(name.id)
    if seen is None:
        raise ArchiveError(f"{name}: no run has listed its files yet, so that nobody knows what is missing")
    if not any(each.blocks for each in catalog.observations.findings_of(name.id, seen.manifest_id)):
        raise ArchiveError(
            f"{name}: nothing was missing when its files were last listed, at {seen.looked_at:%Y-%m-%d %H:%M} UTC; "
            "`session-archive status` says what it waits for"
        )
    return seen.manifest_id


def accept_lines(run: Run) -> list[Decision]:
    """The decisions in param accept_incomplete. Raises ArchiveError, which names the line."""
    return [_from_line(run, line) for line in run.params.get("accept_incomplete") or []]


def _from_line(run: Run, line: str) -> Decision:
    data_set, equals, why = line.partition(" = ")
    try:
        if not equals or not why.strip():
            raise ArchiveError("expected 'data set = why', with the reason")
        name = DataSetName.parse(data_set.strip())
        if name.data_set_type not in run.settings.data_sets:
            raise ArchiveError(f"{name.data_set_type!r} is not in archive.toml")
        return Decision(
            Verdict.ACCEPT_INCOMPLETE,
            data_set=str(name),
            data_set_type=name.data_set_type,
            manifest_id=incomplete_files(run.settings, run.catalog, name),
            decided_by=run.started_by,
            why=f"{why.strip()} (param of run {run.run_id})",
        )
    except ArchiveError as error:
        raise ArchiveError(f"param accept_incomplete: {line!r}: {error}") from error


def accepted_as_incomplete(
    run: Run,
    data_set_type: str,
    data_set_ids: Collection[uuid.UUID],
    replicas: Mapping[uuid.UUID, ReplicaInfo],
) -> dict[uuid.UUID, str]:
    """Data set id -> who accepted it and what is missing, for each of these that is archived just as accepted."""
    words = {}
    for decision in standing(run.catalog.decisions.on_data_sets(data_set_ids, data_set_type)):
        if decision.verdict is not Verdict.ACCEPT_INCOMPLETE:
            continue
        data_set_id = DataSetName.parse(decision.data_set).id
        replica = replicas.get(data_set_id)
        if replica and replica.verified and replica.manifest_id == decision.manifest_id:
            words[data_set_id] = words_on_incomplete(run, data_set_id, Accepted((decision,)))
    return words
