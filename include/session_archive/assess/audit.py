"""AUDIT: which cataloged copies are looked at, what a look shows, and what it says of known damage. Pure."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from session_archive.fixity.compare import Difference, FixityReport, compare
from session_archive.fixity.damage import Damage
from session_archive.fixity.manifest import Manifest
from session_archive.fixity.versions import same_time
from session_archive.naming.session_name import DataSetName

#: The name of the route, as verifications have it.
AUDIT = "audit"

#: A weekly run does not begin at the same second: a look that is nearly due is taken with the others.
_EARLY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CatalogedCopy:
    """The newest replica of a data set at a place.

    directory : relative to the root of the place; one a line where it has several
    seen_at   : UTC, when it was recorded
    verified  : every file has a voucher, so that it is archived while it is whole
    proven_at : UTC, when its content was last proven; None if it never was
    looked_at : UTC, when an audit last listed it; None if none has
    damaged   : a file of it is known to be damaged
    listed_id : as `CopyLook.listed_id` of the last listing; '' if there was none
    read_at   : UTC, when an audit last read it; None if none has
    read_id   : as `listed_id`, of the last reading
    """

    id: uuid.UUID
    name: DataSetName
    directory: str
    revision: int
    manifest_id: str
    n_files: int
    n_bytes: int
    seen_at: dt.datetime
    verified: bool = True
    proven_at: dt.datetime | None = None
    looked_at: dt.datetime | None = None
    damaged: bool = False
    listed_id: str = ""
    read_at: dt.datetime | None = None
    read_id: str = ""

    @property
    def whole_at(self) -> dt.datetime:
        """When its names and sizes were last seen as cataloged, at a time when no damage of it was known."""
        return max(filter(None, (self.seen_at, self.proven_at, self.looked_at)))


def due(
    copies: Iterable[CatalogedCopy], *, now: dt.datetime, every: dt.timedelta, requested: bool
) -> list[CatalogedCopy]:
    """The copies to be looked at, the oldest look first; damaged ones always, so that it is seen when they are whole.

    every     : each copy is looked at once in this time
    requested : a person named subjects or days: all of them, whenever they were last looked at
    """
    before = now - max(every - _EARLY, every / 2)
    taken = [
        copy
        for copy in copies
        # A look in the future is of a clock that was wrong.
        if requested or copy.damaged or not copy.looked_at or not before < copy.looked_at <= now
    ]
    return sorted(taken, key=lambda copy: (copy.looked_at or copy.seen_at, copy.name))


def to_be_read(
    copies: Iterable[CatalogedCopy], *, now: dt.datetime, within: dt.timedelta
) -> list[CatalogedCopy]:
    """The copies whose content is to be read, in order: damaged, touched, never proven, then the oldest proof.

    What was proven or read within this time is not read again, unless it is damaged, or was touched since.
    """
    ranked = [(rank, copy) for copy in copies if (rank := _rank(copy, before=now - within)) is not None]
    return [copy for _, copy in sorted(ranked, key=lambda each: (*each[0], each[1].name))]


def _rank(copy: CatalogedCopy, *, before: dt.datetime) -> tuple[int, dt.datetime] | None:
    last = max(filter(None, (copy.proven_at, copy.read_at)), default=None)
    if copy.damaged:
        return 0, last or copy.seen_at
    if copy.listed_id and copy.listed_id not in (copy.manifest_id, copy.read_id):
        return 1, last or copy.seen_at
    if last is None:
        return 2, copy.seen_at
    return (3, last) if last < before else None


@dataclass(frozen=True, slots=True)
class CopyLook:
    """What one look at a copy has shown.

    report    : what is not as cataloged: missing files, other sizes, other checksums; and extra files
    touched   : paths with the cataloged size and another time; no alarm, since a storage may not keep times
    listed_id : of the cataloged files as they are listed there; equal ids show the same names, sizes and times
    read      : paths whose content was read, and is as cataloged
    """

    report: FixityReport
    touched: tuple[str, ...] = ()
    listed_id: str = ""
    read: frozenset[str] = field(default_factory=frozenset)

    @property
    def proves(self) -> bool:
        """True if every file was read, and is as cataloged."""
        return not self.report.differences and 0 < len(self.read) == self.report.n_files

    def with_content(self, *, read: Collection[str], wrong: Sequence[Difference]) -> CopyLook:
        """The look, after the content was read: paths that are as cataloged, and files that are not."""
        return replace(self, report=self.report.with_differences(wrong), read=frozenset(read))


@dataclass(frozen=True, slots=True)
class Taken:
    """How, where and when a look was taken.

    method  : what was compared, in a few words
    now     : UTC
    reading : content was read, as far as it could be
    route   : 'audit' or 'repair'
    mended  : why damage has ended, for the reason of the state; '' where nobody knows
    submission_id : of the transfer before it, such as one that brought it to where it was read; None for none
    """

    place: str
    method: str
    dag_id: str
    run_id: str
    now: dt.datetime
    reading: bool = False
    route: str = AUDIT
    mended: str = ""
    submission_id: uuid.UUID | None = None


def look_at_listing(cataloged: Manifest, found: Manifest) -> CopyLook:
    """Compare a copy with the catalog by names, sizes and times.

    found : the files of the copy, as they are listed
    """
    listed = {file.path: file for file in found.files}
    existing, touched = [], []
    for file in cataloged.files:
        if (copy := listed.get(file.path)) is None:
            continue
        same = same_time(file, copy)
        existing.append(replace(copy, mtime=file.mtime) if same else copy)
        # A time of 0 was never known.
        if file.mtime and not same and copy.size == file.size:
            touched.append(file.path)
    report = compare(promised=cataloged, found=found, known_as="cataloged")
    return CopyLook(report, tuple(touched), Manifest.of(existing).id)


def look_again(before: CopyLook, cataloged: Manifest, again: Manifest) -> CopyLook:
    """The look, in which files that differed are judged by a second listing of their folders.

    One answer may have been cut, or the conventions may leave a file out by now that they once took.

    again : what the second listing shows of those folders
    """
    doubted = {difference.path for difference in before.report.differences}
    second = look_at_listing(Manifest.of(file for file in cataloged.files if file.path in doubted), again)
    return replace(
        before,
        report=replace(before.report, differences=second.report.differences),
        touched=tuple(sorted({*before.touched, *second.touched})),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look means for the damage of a copy.

    new   : files that were whole until this look
    ended : damage that is gone
    still : all that is damaged now, the new included; sorted by path
    """

    new: tuple[Damage, ...]
    ended: tuple[Damage, ...]
    still: tuple[Damage, ...]


def outcome(look: CopyLook, known: Sequence[Damage], *, copy: CatalogedCopy, now: dt.datetime) -> Outcome:
    """Compare a look with the damage that is known of the copy.

    A look never ends more than it can see: content that was found wrong is right only if it was read, and so is a file
    that was put back with another time.
    """
    before = {damage.path for damage in known}
    differing = {difference.path for difference in look.report.differences}
    new = tuple(
        Damage(each.path, each.problem, each.detail, min(_whole_at(each, copy), now), now)
        for each in look.report.differences
        if each.path not in before
    )
    ended = tuple(each for each in known if each.path not in differing and _is_whole(each, look))
    gone = {each.path for each in ended}
    still = sorted((*(each for each in known if each.path not in gone), *new), key=lambda each: each.path)
    return Outcome(new, ended, tuple(still))


def _whole_at(difference: Difference, copy: CatalogedCopy) -> dt.datetime:
    if difference.problem == "checksum":
        return copy.proven_at or copy.seen_at
    return copy.whole_at


def _is_whole(damage: Damage, look: CopyLook) -> bool:
    if damage.path in look.read:
        return True
    return damage.problem != "checksum" and damage.path not in look.touched
