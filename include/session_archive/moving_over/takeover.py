"""What becomes of every row of the predecessor's catalog: entered, known better, entered before, or left out. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from session_archive.moving_over.old_data_sets import Rejected, Told


@dataclass(frozen=True, slots=True)
class Seen:
    """A data set that this archive has seen itself: whether its bytes are proven, and its files' paths."""

    verified: bool
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class Takeover:
    """What becomes of every row.

    new   : data sets that are entered, or get files that were not known
    known : data sets that this archive has seen itself, and what is to be said of them
    same  : names of data sets that were entered before, with the same files
    """

    source: str
    new: tuple[Told, ...]
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
                    "data_set": str(told.name),
                    "session": str(told.session),
                    "old_name": told.old_name,
                    "place": told.place,
                    "directory": told.directory,
                    "n_files": len(told.files),
                }
                for told in self.new
            ],
            "known": [asdict(each) for each in self.known],
            "entered_before": list(self.same),
            "left_out": [asdict(each) for each in self.rejected],
        }

    def as_text(self, *, dry_run: bool) -> str:
        """One line for each row that a person may look at, then the counts."""
        lines = [f"{told.name}: {len(told.files)} files ({told.old_name})" for told in self.new]
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
    told: Sequence[Told],
    rejected: Iterable[Rejected],
    *,
    source: str,
    seen: Mapping[uuid.UUID, Seen],
    before: Mapping[uuid.UUID, frozenset[str]],
) -> Takeover:
    """Decide what is entered. What this archive has seen itself stands, whatever the predecessor says of it.

    seen   : by data set id
    before : paths that were entered before, by data set id
    """
    known = [each for each in told if each.name.id in seen]
    same = [
        each for each in told if each not in known and each.files.keys() <= before.get(each.name.id, set())
    ]
    return Takeover(
        source=source,
        new=tuple(each for each in told if each not in known and each not in same),
        known=tuple(Rejected(str(each.name), _known(each, seen[each.name.id])) for each in known),
        same=tuple(str(each.name) for each in same),
        rejected=tuple(rejected),
    )


def _known(told: Told, seen: Seen) -> str:
    words = "archived and verified" if seen.verified else "seen in the archive, unverified"
    if missing := sorted(told.files.keys() - seen.files):
        words += f"; {len(missing)} of {len(told.files)} files of the old rows are not among its files: {missing[0]}"
    return words
