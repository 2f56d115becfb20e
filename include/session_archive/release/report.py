"""What may be deleted at the rigs, as it is printed and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import rich.console
from rich.box import SIMPLE_HEAD
from rich.table import Table

from printable_text.amounts import counted, size, span
from session_archive.release.judge import Candidate, Reason
from session_archive.release.release_list import ReleasedDataSet

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Judged:
    """A data set at a rig, and every reason to keep it there; none if it may be deleted."""

    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def n_bytes(self) -> int:
        """At the rig."""
        return self.candidate.at_rig.files.n_bytes


@dataclass(frozen=True, slots=True)
class Rig:
    """A rig, and how long its disk lasts.

    free          : bytes; None where this machine cannot see its disk
    bytes_per_day : that were archived from it, on an average of the last 30 days
    """

    name: str
    judged: tuple[Judged, ...]
    free: int | None
    bytes_per_day: float

    @property
    def releasable(self) -> tuple[ReleasedDataSet, ...]:
        """What may be deleted, by name."""
        yes = [each.candidate for each in self.judged if not each.reasons]
        return tuple(
            ReleasedDataSet(each.name, each.at_rig.files) for each in sorted(yes, key=lambda each: each.name)
        )

    @property
    def headline(self) -> str:
        """`rig1: 12 of 40 data sets may be deleted, which frees 3.4 TB; its disk has 1.2 TB free, for about 9 days`."""
        n_bytes = sum(each.files.n_bytes for each in self.releasable)
        words = (
            f"{self.name}: {len(self.releasable)} of {counted(len(self.judged), 'data set')} may be deleted, which "
            f"frees {size(n_bytes)}"
        )
        if self.free is None:
            return f"{words}; its disk is not seen from here"
        words += f"; its disk has {size(self.free)} free"
        if self.bytes_per_day < 1:
            return f"{words}, and nothing was archived from it in the last 30 days"
        now, then = (span(_DAY * n / self.bytes_per_day) for n in (self.free, self.free + n_bytes))
        return f"{words}, for about {now} at the rate of the last 30 days; then {then}"


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """All rigs, and what could not be listed, one line each."""

    rigs: tuple[Rig, ...]
    unlisted: Sequence[str] = ()

    def show(self, console: rich.console.Console) -> None:
        """A headline for each rig, then its data sets: first those that may be deleted."""
        for line in self.unlisted:
            console.print(f"could not be listed: {line}", markup=False, soft_wrap=True)
        for rig in self.rigs:
            console.print(rig.headline, markup=False, soft_wrap=True, style="bold")
            if rig.judged:
                console.print(_table(rig))

    def as_json(self) -> str:
        """`{"rigs": [{"rig": "rig1", "bytes": ..., "free": ..., "bytes_per_day": ..., "data_sets": [{"data_set": ...,
        "files": ..., "bytes": ..., "releasable": false, "reasons": [{"reason": ..., "to_do": ...}]}]}],
        "unlisted": [...]}`; sizes in bytes.
        """
        return json.dumps(
            {
                "rigs": [
                    {
                        "rig": rig.name,
                        "bytes": sum(each.files.n_bytes for each in rig.releasable),
                        "free": rig.free,
                        "bytes_per_day": round(rig.bytes_per_day),
                        "data_sets": [_document(each) for each in rig.judged],
                    }
                    for rig in self.rigs
                ],
                "unlisted": list(self.unlisted),
            },
            indent=2,
        )


def _table(rig: Rig) -> Table:
    table = Table(box=SIMPLE_HEAD)
    for name in ("Data set", "Files", "Size", "Delete?", "Why not", "To do"):
        right = name in ("Files", "Size")
        table.add_column(name, overflow="fold", justify="right" if right else "left", no_wrap=right)
    for each in sorted(rig.judged, key=lambda each: (bool(each.reasons), each.candidate.name)):
        table.add_row(*_cells(each))
    return table


def _cells(judged: Judged) -> Iterator[str]:
    files = judged.candidate.at_rig.files
    yield str(judged.candidate.name)
    yield str(len(files.files))
    yield size(files.n_bytes)
    if not judged.reasons:
        yield from ("yes", "", "")
        return
    more = f" (and {len(judged.reasons) - 1} more)" if len(judged.reasons) > 1 else ""
    yield from ("no", judged.reasons[0].words + more, judged.reasons[0].to_do)


def _document(judged: Judged) -> dict[str, object]:
    files = judged.candidate.at_rig.files
    return {
        "data_set": str(judged.candidate.name),
        "files": len(files.files),
        "bytes": files.n_bytes,
        "releasable": not judged.reasons,
        "reasons": [{"reason": each.words, "to_do": each.to_do} for each in judged.reasons],
    }
