"""The root of a place, as its listing shows it: how many folders it has, and the folder that marks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from session_archive.listing.entries import Entry
from session_archive.naming.conventions import Conventions

#: The archive's own folder in a root. It marks the root: a mount point without its disk does not have it.
FOLDER = ".session-archive"


@dataclass(frozen=True, slots=True)
class RootListing:
    """What bears on whether the right disk is mounted there.

    marker    : it has the folder `.session-archive`
    n_folders : folders in the root itself, without hidden ones and those that every file system has
    """

    marker: bool = False
    n_folders: int = 0


def read_root(
    entries: Iterable[Entry], *, conventions: Conventions, exclude: Collection[str] = ()
) -> RootListing:
    """Count the folders of a root, and look for its marker.

    exclude : names of folders that are roots of other places
    """
    folders = [entry.name for entry in entries if entry.kind == "dir"]
    counted = [
        name
        for name in folders
        if name != FOLDER
        and name not in exclude
        and not conventions.hidden(name)
        and not conventions.litter(name)
    ]
    return RootListing(FOLDER in folders, len(counted))
