"""Decisions by which people accepted files of a data set; each holds only for the files that they saw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.manifest import Manifest
from session_archive.states.decisions import Decision, Verdict, standing


@dataclass(frozen=True, slots=True)
class Accepted:
    """The decisions of one kind on one manifest; empty where nobody accepted anything."""

    decisions: tuple[Decision, ...]

    def __bool__(self) -> bool:
        """True when a person accepted anything."""
        return bool(self.decisions)

    def covers(self, path: str) -> bool:
        """True for a file that was accepted, by its own path or together with all others."""
        return any(decision.file in ("", path) for decision in self.decisions)

    @property
    def words(self) -> str:
        """Who, when and why, for a person."""
        return "; ".join(decision.words for decision in self.decisions)

    def vouch(self, manifest: Manifest) -> Manifest:
        """The manifest, in which a person vouches for accepted files that nothing else proves."""
        return Manifest.of(
            replace(file, vouched_by="person") if not file.vouched_by and self.covers(file.path) else file
            for file in manifest.files
        )


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
