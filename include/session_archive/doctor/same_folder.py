"""Whether a local path and a collection's path are one folder. Pure: listings of both sides in, a check out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from printable_text import printable
from session_archive.doctor.check import Check, Checks
from session_archive.listing.entries import Entry

_MAKE = Checks("place")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two listings compare.

    alike  : how many names are on both sides, files with the same size
    differ : the others, each with what differs
    """

    alike: int = 0
    differ: tuple[str, ...] = ()

    def __add__(self, other: Likeness) -> Likeness:
        return Likeness(self.alike + other.alike, self.differ + other.differ)


def likeness(
    *, before: Iterable[Entry], listed: Iterable[Entry], after: Iterable[Entry], directory: str = ""
) -> Likeness:
    """Compare one directory of both sides.

    before, after : this machine's listings around that of the collection: what changed between them is not compared,
                    since it was being written
    listed        : the collection's listing
    directory     : relative to the root, for messages
    """
    first, last = ({entry.name: entry for entry in entries} for entries in (before, after))
    far = {entry.name: entry for entry in listed}
    alike, differ = 0, []
    for name in sorted(first.keys() | last.keys() | far.keys()):
        here, now, other = first.get(name), last.get(name), far.get(name)
        if (here and (here.kind, here.size)) != (now and (now.kind, now.size)):
            continue
        path = printable(f"{directory}/{name}" if directory else name)
        if here is None:
            differ.append(f"{path} is on the collection only")
        elif other is None:
            differ.append(f"{path} is in local_path only")
        elif here.kind == other.kind == "file" and here.size != other.size:
            differ.append(f"{path} has {here.size} bytes in local_path, {other.size} on the collection")
        else:
            alike += 1
    return Likeness(alike, tuple(differ))


def folder_check(place: str, local_path: str, found: Likeness) -> Check:
    """The same folder, another one, or not decidable.

    If fewer names differ than agree it is a warning, since one side may not show a link or a name.
    """
    subject = f"{place} local_path"
    advice = f"correct local_path or directory of {place} in archive.toml: they must be one folder"
    words = "; ".join(found.differ[:_SHOWN])
    if more := len(found.differ) - _SHOWN:
        words += f"; and {more} more" if more > 0 else ""
    if not found.alike and not found.differ:
        return _MAKE.warning(
            subject, f"{local_path} and the collection's folder are both empty, so they cannot be compared"
        )
    if len(found.differ) > found.alike:
        return _MAKE.failure(subject, f"{local_path} is not the collection's folder: {words}", advice)
    if found.differ:
        return _MAKE.warning(
            subject,
            f"{local_path} has {found.alike} names in common with the collection, but {words}",
            advice,
        )
    return _MAKE.ok(subject, f"{local_path} is the collection's folder: {found.alike} names alike")
