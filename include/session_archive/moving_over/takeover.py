"""Decides on every row of the predecessor's catalog: entered, known better, entered before, or left out. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from session_archive.moving_over.old_data_sets import Rejected
from session_archive.recording.cataloged import ImportedRecord


@dataclass(frozen=True, slots=True)
class Seen:
    """A data set that this archive has seen itself: whether its content is proven, and the paths of its files."""

    verified: bool
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Takeover:
    """The decision on every row.

    new   : data sets that are entered, or get files that were not known
    known : data sets that this archive has seen itself, each with its state here
    same  : names of data sets that were entered before, with the same files
    """

    source: str
    new: tuple[ImportedRecord, ...]
    known: tuple[Rejected, ...]
    same: tuple[str, ...]
    rejected: tuple[Rejected, ...]

    def as_json(self, *, dry_run: bool) -> dict[str, object]:
        """Plain values."""
        return {
            "source": self.source,
            "dry_run": dry_run,
            "entered": [
                {
                    "data_set": str(record.name),
                    "session": str(record.session),
                    "old_name": record.old_name,
                    "place": record.place,
                    "directory": record.directory,
                    "n_files": len(record.files),
                }
                for record in self.new
            ],
            "known": [asdict(each) for each in self.known],
            "entered_before": list(self.same),
            "left_out": [asdict(each) for each in self.rejected],
        }

    def as_text(self, *, dry_run: bool) -> str:
        """One line for each row that a person may look at, then the counts."""
        lines = [f"{record.name}: {len(record.files)} files ({record.old_name})" for record in self.new]
        lines += [f"known here: {each.what}: {each.why}" for each in self.known]
        lines += [f"left out: {each.what}: {each.why}" for each in self.rejected]
        verb = "would be entered" if dry_run else "entered as unverified"
        lines.append(
            f"{self.source}: {len(self.new)} data sets {verb}, {len(self.same)} entered before, "
            f"{len(self.known)} known here, {len(self.rejected)} rows left out"
        )
        if self.new and not dry_run:
            lines.append("next: run discover_sessions, which looks for each in the archive")
        return "\n".join(lines)


def sort_out(
    records: Sequence[ImportedRecord],
    rejected: Iterable[Rejected],
    *,
    source: str,
    seen: Mapping[uuid.UUID, Seen],
    before: Mapping[uuid.UUID, frozenset[str]],
) -> Takeover:
    """Decide what is entered. What this archive has seen itself takes precedence over the predecessor's rows.

    seen   : by data set id
    before : paths that were entered before, by data set id
    """
    known = [each for each in records if each.name.id in seen]
    same = [
        each for each in records if each not in known and each.files.keys() <= before.get(each.name.id, set())
    ]
    return Takeover(
        source=source,
        new=tuple(each for each in records if each not in known and each not in same),
        known=tuple(Rejected(str(each.name), _known(each, seen[each.name.id])) for each in known),
        same=tuple(str(each.name) for each in same),
        rejected=tuple(rejected),
    )


def _known(record: ImportedRecord, seen: Seen) -> str:
    words = "archived and verified" if seen.verified else "seen in the archive, unverified"
    if missing := sorted(record.files.keys() - seen.files):
        words += f"; {len(missing)} of {len(record.files)} files of the old rows are not among its files: {missing[0]}"
    return words
