"""REPAIR: which damaged files come back from which place, and which of them leave their path first. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from printable_text.amounts import counted, size
from session_archive.fixity.damage import Damage
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.vouchers import Digest
from session_archive.listing.root_listing import FOLDER

#: Where damaged files are set aside, below the root of their location.
DAMAGED = f"{FOLDER}/damaged"


@dataclass(frozen=True, slots=True)
class Yes:
    """A person's yes to a repair.

    by  : the login
    why : the reason, as that person gave it
    """

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A damaged file of a copy.

    file   : as cataloged
    digest : that its content must have; None if the catalog has none
    """

    file: FileEntry
    damage: Damage
    digest: Digest | None


def cataloged_digest(known: Mapping[str, str], *, readable: Collection[str]) -> Digest | None:
    """The first digest of a file by an algorithm that this worker can compute.

    known : algorithm -> digest, as the catalog has them, the file's own checksum first
    """
    return next(((algorithm, value) for algorithm, value in known.items() if algorithm in readable), None)


class Existing(StrEnum):
    """What lies at the path of a damaged file now.

    ABSENT : nothing; the file is sent
    WHOLE  : the file as cataloged: somebody put it back
    BEGUN  : what a transfer of this repair has not finished; it goes on
    WRONG  : the damaged file, which is set aside
    UNSURE : it has the cataloged size, and its content cannot be compared here; a person looks first
    """

    ABSENT = "absent"
    WHOLE = "whole"
    BEGUN = "begun"
    WRONG = "wrong"
    UNSURE = "unsure"


def existing(
    damaged: DamagedFile, listed: FileEntry | None, *, read: str | None, begun: bool = False
) -> Existing:
    """What lies there.

    listed : as the location lists it; None if it does not
    read   : its digest by the cataloged algorithm, read now; None where this worker cannot read it
    begun  : a transfer of this repair wrote it, or a part of it
    """
    if listed is None:
        return Existing.ABSENT
    same_size = listed.size == damaged.file.size
    if same_size and damaged.digest is not None and read is not None:
        whole = read == damaged.digest[1]
        return Existing.WHOLE if whole else Existing.WRONG
    if begun:
        return Existing.BEGUN
    # A listing cannot show that content which was read and found wrong is right again.
    if not same_size or damaged.damage.problem == "checksum":
        return Existing.WRONG
    return Existing.UNSURE


@dataclass(frozen=True, slots=True)
class Reading:
    """A file at a place, as it was just read.

    why   : what keeps its bytes from being used; '' if they have the cataloged digest
    bring : it may be right, and has to be brought to where it can be read
    """

    path: str
    place: str
    why: str = ""
    bring: bool = False

    @property
    def good(self) -> bool:
        """True if these bytes are those that were archived."""
        return not self.why


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """What one transfer brings back, and what it cannot.

    origin : the place that it reads; '' if nothing is to be brought back
    files  : that it moves
    later  : with a good copy at another place only, which another run takes
    lost   : without a good copy anywhere, each with what was read
    """

    origin: str = ""
    files: tuple[FileEntry, ...] = ()
    later: tuple[FileEntry, ...] = ()
    lost: tuple[tuple[FileEntry, tuple[Reading, ...]], ...] = ()

    def lost_words(self, data_set: str) -> str:
        """What is lost, as far as anybody could read, and what to do, in one line; '' if nothing is."""
        if not self.lost:
            return ""
        first, readings = self.lost[0]
        n_bytes = sum(file.size for file, _ in self.lost)
        tried = "; ".join(f"{each.place}: {each.why}" for each in readings) or "no place has a copy of it"
        unread = next((each.place for _, every in self.lost for each in every if each.bring), "")
        bring = (
            f"`session-archive retrieve {data_set} --origin {unread}` brings its files to where they can be read"
            if unread
            else "Bring a copy with the cataloged checksum to one of these places"
        )
        return (
            f"no good copy of {counted(len(self.lost), 'file')}, {size(n_bytes)}, was found anywhere, the first: "
            f"{first.path}: {tried}. {bring}, then repair again"
        )


def plan_repair(
    files: Iterable[FileEntry], *, places: Sequence[str], readings: Iterable[Reading]
) -> RepairPlan:
    """One transfer has one source: the place with good copies of most files, the first of them where several have.

    files    : that have to be brought back
    places   : where copies can be, in the order in which they are tried
    readings : of these files at these places; a file that is good at one needs no further reading
    """
    of: dict[str, list[Reading]] = {}
    for each in readings:
        of.setdefault(each.path, []).append(each)
    found = {path: each.place for path, tried in of.items() for each in tried if each.good}
    files = tuple(files)
    counts = {place: sum(found.get(file.path) == place for file in files) for place in places}
    origin = max(counts, key=lambda place: counts[place], default="")
    if not counts.get(origin):
        origin = ""
    return RepairPlan(
        origin,
        files=tuple(file for file in files if origin and found.get(file.path) == origin),
        later=tuple(file for file in files if found.get(file.path) not in (None, origin)),
        lost=tuple((file, tuple(of.get(file.path, ()))) for file in files if file.path not in found),
    )


@dataclass(frozen=True, slots=True)
class Aside:
    """A damaged file that is set aside, or about to be.

    path  : where it was, relative to the root of its location
    aside : where it is then
    """

    path: str
    aside: str


def aside_path(path: str, *, at: dt.datetime, unique: str) -> str:
    """Where a damaged file is set aside: a folder of its own, so that no name is ever taken."""
    return f"{DAMAGED}/{at:%Y%m%d-%H%M%S}-{unique}/{path.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class Repair:
    """A person's request to repair a copy, as the catalog has it.

    asides   : the files that it set aside, or was about to
    asked_at : UTC
    """

    yes: Yes
    asked_at: dt.datetime
    dag_id: str
    run_id: str
    asides: tuple[Aside, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class EndedRepair:
    """A repair that is over, as people hear of it.

    origin   : where the good bytes came from; '' if the files were put back otherwise
    n_files  : that are whole again
    ended_at : UTC
    """

    data_set: str
    place: str
    repair: Repair
    origin: str
    n_files: int
    ended_at: dt.datetime

    @property
    def line(self) -> str:
        """In one line of a message."""
        words = repaired_words(
            [self.repair], place=self.place, origin=self.origin, n_files=self.n_files, now=self.ended_at
        )
        return f"{self.data_set}: {words}"


def repaired_words(
    repairs: Sequence[Repair], *, place: str, origin: str, n_files: int, now: dt.datetime
) -> str:
    """What a repair has done: the reason of a data set that is archived again.

    repairs : that ended now, oldest first; earlier ones were broken off
    origin  : where the good bytes came from; '' if the files were put back otherwise
    """
    by = "; ".join(f"asked for by {each.yes.by}: {each.yes.why}" for each in repairs)
    source = (
        f"{counted(n_files, 'file')} from {origin}" if origin else "the files were whole when it came to them"
    )
    asides = [each.aside for repair in repairs for each in repair.asides]
    more = f" and {len(asides) - 1} more" if len(asides) > 1 else ""
    aside = f"; the damaged file is set aside at {place}:{asides[0]}{more}" if asides else ""
    return f"repaired at {place} on {now:%Y-%m-%d %H:%M:%S} UTC, {source}; {by}{aside}"
