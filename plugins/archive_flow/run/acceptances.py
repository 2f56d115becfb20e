"""Decisions by which people accepted files of a data set; each holds only for the files that they saw."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from session_archive.assess.incomplete import incomplete_words
from session_archive.fixity.accepted import Accepted, same_without_times
from session_archive.fixity.manifest import Manifest
from session_archive.states.decisions import Decision, Verdict, about_copy, standing

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.work_item import WorkItem


def accepted(
    run: Run, work_item: WorkItem, verdict: Verdict, *, manifest_id: str, files: Manifest | None = None
) -> Accepted:
    """The decisions of kind `verdict` in force for this manifest; those on other manifests do not count.

    Where the archive keeps no times, its listing and the rig's are two manifests of the same files: what was accepted
    in one is accepted in the other.

    files : of the manifest; None where the catalog has them
    """
    made = [each for each in _in_force(run, work_item) if each.verdict is verdict]
    exact = tuple(each for each in made if each.manifest_id == manifest_id)
    if exact or verdict is not Verdict.ACCEPT_CONTENT or not made:
        return Accepted(exact)
    now = files or _files(run, work_item, manifest_id)
    return Accepted(
        tuple(
            each
            for each in made
            if same_without_times(_files(run, work_item, each.manifest_id), now, decided_at=each.decided_at)
        )
    )


def decisions_on(run: Run, work_item: WorkItem, *, manifest_id: str) -> list[Decision]:
    """The decisions in force for this manifest of a data set."""
    return [each for each in _in_force(run, work_item) if each.manifest_id == manifest_id]


def incomplete_note(run: Run, work_item: WorkItem, *, manifest_id: str) -> str:
    """Who accepted these files as incomplete and what is missing; '' if nobody did."""
    people = accepted(run, work_item, Verdict.ACCEPT_INCOMPLETE, manifest_id=manifest_id)
    return words_on_incomplete(run, work_item.name.id, people)


def words_on_incomplete(run: Run, data_set_id: uuid.UUID, people: Accepted) -> str:
    """Who accepted files as incomplete, and what was missing when a run last saw them; '' if nobody did."""
    if not people:
        return ""
    found = run.catalog.observations.findings_of(data_set_id, people.decisions[0].manifest_id)
    return incomplete_words(found, people)


def _in_force(run: Run, work_item: WorkItem) -> list[Decision]:
    name = work_item.name
    made = standing([*run.catalog.decisions.on_data_sets([name.id], name.data_set_type), *run.given])
    first = run.locations_of(name.data_set_type)[0]
    return [
        each
        for each in made
        if each.data_set == work_item.data_set and about_copy(each, work_item.destination, first=first)
    ]


def _files(run: Run, work_item: WorkItem, manifest_id: str) -> Manifest:
    """The files of a manifest that a run has promised or recorded; none if the catalog does not have it any more."""
    if (promised := run.catalog.ledger.find_manifest(manifest_id)) is not None:
        return promised
    replica = run.catalog.replicas.replica(work_item.name.id, work_item.destination)
    if replica is None or replica.manifest_id != manifest_id:
        return Manifest(())
    return run.catalog.replicas.files_at(work_item.name.id, work_item.destination)
