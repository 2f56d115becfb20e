"""Which recordings of one subject and day a disk holds, under any name that would clash with a new one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path

from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, ListDirectory, below
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.next_name import Taken, leads_to, taken_by
from session_archive.naming.session_name import printable


def find_taken(
    list_directory: ListDirectory, place: str, *, subject: str, date: dt.date, conventions: Conventions
) -> list[Taken]:
    """The recordings of that day below a root, or beside each other in it, as SpikeGLX keeps its runs.

    place  : how the root is called in `Taken.where`
    raises : ListingError when the root, or a folder on the way, cannot be listed
    """
    found: list[Taken] = []

    def visit(directory: str, listed: Listed) -> list[str]:
        if isinstance(listed, Exception):
            raise listed
        todo = []
        for entry in listed:
            path = below(directory, entry.name)
            # SpikeGLX has no folder for each subject.
            read_as = path if directory else f"{subject}/{entry.name}"
            where = f"{place}:{printable(path)}"
            for each in {path, read_as}:
                found.extend(
                    Taken(ident, kind, where) for kind, ident in taken_by(each, subject, date, conventions)
                )
            if entry.kind == "dir" and leads_to(path, subject, date, conventions):
                todo.append(path)
        return todo

    walk(list_directory, [""], visit)
    return sorted(set(found))


def name_reader(root: Path) -> ListDirectory:
    """A reader of names alone, on Windows too, where most rigs are and `local_directory_reader` is not."""

    def read(directory: str) -> Iterable[Entry]:
        path = root / directory
        try:
            with os.scandir(path) as found:
                return [
                    Entry(item.name, "dir" if item.is_dir(follow_symlinks=False) else "other")
                    for item in found
                ]
        except OSError as error:
            raise ListingError(
                f"{printable(str(path))} cannot be listed ({error.strerror}); expected a directory that can be read"
            ) from None

    return read
