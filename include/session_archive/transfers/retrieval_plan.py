"""What a retrieval will do, before anything moves: pure decisions over the promised and the existing files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from printable_text.amounts import counted, size
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.naming.kept_names import KeptNames
from session_archive.transfers.attempt import Attempt, Trace, trace_of
from session_archive.transfers.destination_plan import NOBODY_LOOKED, Conflict, TransferPlan, plan_transfer


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that an earlier retrieval copied to this very place, as it was verified there.

    at : UTC
    """

    file: FileEntry
    at: dt.datetime


def plan_retrieval(
    *,
    promised: Manifest,
    present: Manifest,
    in_the_way: Mapping[str, str],
    arrived: Mapping[str, Arrival],
    attempts: Sequence[Attempt],
    identical: Callable[[str], bool] = lambda path: False,
    kept: KeptNames = NOBODY_LOOKED,
) -> TransferPlan:
    """Decide file by file: absent files are copied, identical ones stay, all others are conflicts.

    promised   : the chosen files, as cataloged
    present    : what the scratch place lists now
    in_the_way : path -> why nothing may be written at it or below it, such as a symbolic link
    arrived    : what earlier retrievals verified here, by path
    attempts   : our transfers to this place that the service accepted, oldest first
    identical  : reads the file at a path that has the cataloged size: is it the cataloged file?
    kept       : which names the scratch place keeps apart
    """
    listed = {file.path: file for file in present.files}
    ours = {
        file.path
        for file in promised.files
        if (existing := listed.get(file.path))
        and _is_ours(existing, file, arrived=arrived, attempts=attempts)
    }
    plan = plan_transfer(
        promised=promised,
        present=present,
        attempts=attempts,
        proven={path: arrival.file for path, arrival in arrived.items() if path in ours},
        accepted=identical,
        kept=kept,
    )
    # A copy that was never compared is replaced from the archive if it differs: it is not an original.
    plan = plan.proving([file.path for file in plan.unproven])
    conflicts = {conflict.path: conflict for conflict in plan.conflicts}
    for path, ended in _last_ends(arrived, attempts).items():
        if path in conflicts and listed[path].modified > ended:
            why = f"written after it was retrieved ({_of(listed[path])}); left as it is"
            conflicts[path] = Conflict(path, why)
    for file in promised.files:
        if why := next((in_the_way[path] for path in _with_parents(file.path) if path in in_the_way), ""):
            conflicts[file.path] = Conflict(file.path, why)
    return replace(
        plan,
        items=tuple(file for file in plan.items if file.path not in conflicts),
        adopted=tuple(file for file in plan.adopted if file.path not in conflicts),
        conflicts=tuple(conflicts[path] for path in sorted(conflicts)),
    )


def _is_ours(
    existing: FileEntry, cataloged: FileEntry, *, arrived: Mapping[str, Arrival], attempts: Sequence[Attempt]
) -> bool:
    """Whether a retrieval wrote the existing file, and nobody has since.

    A verified file has the cataloged time, or that of its transfer if the place does not keep times.
    """
    if existing.path in arrived and (existing.size, existing.mtime) == (cataloged.size, cataloged.mtime):
        return True
    return trace_of(attempts, existing, source=cataloged)[0] is not Trace.NONE


def _last_ends(arrived: Mapping[str, Arrival], attempts: Sequence[Attempt]) -> dict[str, dt.datetime]:
    """Path -> when the last retrieval of it had ended, UTC."""
    ends = {path: arrival.at for path, arrival in arrived.items()}
    for attempt in attempts:
        if attempt.ended_at:
            for path in attempt.files:
                ends[path] = max(attempt.ended_at, ends.get(path, attempt.ended_at))
    return ends


def _with_parents(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _of(file: FileEntry) -> str:
    return f"{file.size} bytes of {file.modified:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run will do with one data set.

    n_files, n_bytes : to be moved
    n_identical      : files that exist already and are identical
    origin           : name of the place that they come from
    chosen           : which files were selected, in words; '' for all
    under_way        : a transfer of exactly these files has already begun
    refused          : why nothing of it is moved; '' if it may be
    unproven         : the catalog has its names and sizes only
    """

    label: str
    origin: str = ""
    n_files: int = 0
    n_bytes: int = 0
    n_identical: int = 0
    chosen: str = ""
    under_way: bool = False
    refused: str = ""
    unproven: bool = False

    @property
    def moves(self) -> bool:
        """True if a transfer is to be made, or waited for."""
        return not self.refused and (self.n_files > 0 or self.under_way)

    def __str__(self) -> str:
        """One line to show."""
        if self.refused:
            return f"{self.label}: refused: {self.refused}"
        if not self.moves:
            return (
                f"{self.label}: nothing to move, {counted(self.n_identical, 'file')} already there, identical"
            )
        parts = [f"{self.label}: {counted(self.n_files, 'file')}, {size(self.n_bytes)}, from {self.origin}"]
        parts += [f"{counted(self.n_identical, 'file')} already there, identical"] if self.n_identical else []
        parts += ["already on its way"] if self.under_way else []
        parts += ["not proven in the catalog: names and sizes only"] if self.unproven else []
        return "; ".join([*parts, *filter(None, [self.chosen])])


def outlook_lines(outlooks: Sequence[Outlook], *, destination: str, free: int | None, most: int) -> list[str]:
    """A run's plan: the sum first, then a line for each data set, those that need a person first.

    destination : the place in words
    free        : bytes; None if it cannot be known here
    most        : at most this many data sets are named; the others are counted
    """
    moving = [each for each in outlooks if each.moves]
    n_files, n_bytes = sum(each.n_files for each in moving), sum(each.n_bytes for each in moving)
    room = f"{size(free)} free there" if free is not None else "its free space is unknown here"
    ordered = sorted(outlooks, key=lambda each: (not each.refused, not each.moves))
    more = len(ordered) - most
    return [
        f"{counted(len(moving), 'data set')}, {counted(n_files, 'file')}, {size(n_bytes)} to {destination}; {room}",
        *(str(each) for each in ordered[:most]),
        *([f"and {counted(more, 'more data set')}"] if more > 0 else []),
    ]
