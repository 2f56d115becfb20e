"""Decisions by which people accepted files of a data set; each holds only for the files that they saw."""

from __future__ import annotations

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.accepted import Accepted
from session_archive.states.decisions import Decision, Verdict, standing


def accepted(run: Run, work_item: WorkItem, verdict: Verdict, *, manifest_id: str) -> Accepted:
    """The decisions of kind `verdict` in force for this manifest; those on other manifests do not count."""
    decisions = decisions_on(run, work_item, manifest_id=manifest_id)
    return Accepted(tuple(each for each in decisions if each.verdict is verdict))


def decisions_on(run: Run, work_item: WorkItem, *, manifest_id: str) -> list[Decision]:
    """The decisions in force for this manifest of a data set."""
    return [
        each
        for each in standing(run.catalog.decisions.made(work_item.name.data_set_type))
        if (each.data_set, each.manifest_id) == (work_item.data_set, manifest_id)
    ]
