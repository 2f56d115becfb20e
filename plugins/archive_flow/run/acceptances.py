"""Decisions by which people accepted files of a data set; each holds only for the files that they saw."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from session_archive.assess.incomplete import incomplete_words
from session_archive.fixity.accepted import Accepted
from session_archive.states.decisions import Decision, Verdict, standing

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from archive_flow.run.work_item import WorkItem


def accepted(run: Run, work_item: WorkItem, verdict: Verdict, *, manifest_id: str) -> Accepted:
    """The decisions of kind `verdict` in force for this manifest; those on other manifests do not count."""
    decisions = decisions_on(run, work_item, manifest_id=manifest_id)
    return Accepted(tuple(each for each in decisions if each.verdict is verdict))


def decisions_on(run: Run, work_item: WorkItem, *, manifest_id: str) -> list[Decision]:
    """The decisions in force for this manifest of a data set."""
    return [
        each
        for each in standing([*run.catalog.decisions.made(work_item.name.data_set_type), *run.given])
        if (each.data_set, each.manifest_id) == (work_item.data_set, manifest_id)
    ]


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
