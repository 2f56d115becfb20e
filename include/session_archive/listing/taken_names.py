"""Finds the recordings of one subject and day on a disk, under any name that would clash with a new one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from pathlib import Path

from printable_text import printable
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, ListDirectory, below
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.next_name import Taken, leads_to, taken_by


def find_taken(
    list_directory: ListDirectory, place: str, *, subject: str, date: dt.date, conventions: Conventions
) -> list[Taken]:
    """The recordings of that day below a root, in a folder for the subject or directly, as SpikeGLX keeps its runs.

    place  : name of the root in `Taken.where`
    raises : ListingError when the root, or a folder on the way, cannot be listed
    """
    taken: list[Taken] = []

    def visit(directory: str, listed: Listed) -> list[str]:
        if isinstance(listed, Exception):
            raise listed
        todo = []
        for entry in listed:
            path = below(directory, entry.name)
            # SpikeGLX makes no folder for the subject.
            read_as = path if directory else f"{subject}/{entry.name}"
            where = f"{place}:{printable(path)}"
            for each in {path, read_as}:
                taken.extend(
                    Taken(ident, kind, where) for kind, ident in taken_by(each, subject, date, conventions)
                )
            if entry.kind == "dir" and leads_to(path, subject, date, conventions):
                todo.append(path)
        return todo

    walk(list_directory, [""], visit)
    return sorted(set(taken))


def name_reader(root: Path) -> ListDirectory:
    """A reader of names only. It works on Windows too, as on most rigs; `local_directory_reader` does not."""

    def read(directory: str) -> Iterable[Entry]:
        path = root / directory
        try:
            with os.scandir(path) as items:
                return [
                    Entry(item.name, "dir" if item.is_dir(follow_symlinks=False) else "other")
                    for item in items
                ]
        except OSError as error:
            raise ListingError(
                f"{printable(str(path))} cannot be listed ({error.strerror}); expected a readable directory"
            ) from None

    return read
