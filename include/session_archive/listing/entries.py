"""What a reader tells of one directory, and what is said of an entry that cannot be archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from session_archive.conventions import Conventions
from session_archive.names import path_problem, printable


class Entry(NamedTuple):
    """One name in a directory; never what a link points to.

    kind  : 'file', 'dir', 'link' or 'other'; from readers that can tell also 'unreadable' (permission
            refused) and 'vanished' (gone between listing and looking)
    size  : bytes, 0 for a directory
    mtime : whole seconds UTC since 1970, rounded down
    """

    name: str
    kind: str
    size: int = 0
    mtime: int = 0


#: Lists one directory by its path relative to the root, '' for the root itself.
#: Raises NotThereError when it is missing, ListingError when it is refused or no directory, naming it.
ListDirectory = Callable[[str], Iterable[Entry]]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is not archived, and why.

    path   : relative to the root, printable
    what   : plain words
    blocks : True when it may belong to the data set, so that what was listed may be incomplete
    """

    path: str
    what: str
    blocks: bool = False


def below(directory: str, name: str) -> str:
    """The path of `name` in `directory`, which is '' for the root."""
    return f"{directory}/{name}" if directory else name


def not_archived(directory: str, entry: Entry, conventions: Conventions) -> Problem | None:
    """What keeps an entry from being archived, wherever it lies; None when nothing does."""
    path = printable(below(directory, entry.name))
    if conventions.hidden(entry.name):
        return Problem(path, f"hidden {'folder' if entry.kind == 'dir' else 'file'}: not archived")
    if "/" in entry.name or (wrong := path_problem(entry.name)):
        wrong = "is no name" if "/" in entry.name else wrong
        return Problem(path, f"the name {wrong}: not archived; rename it", blocks=True)
    if "\ufffd" in entry.name:
        # Globus lists what is not UTF-8 as Latin-1 behind this sign ("Paths", Globus Transfer API).
        return Problem(path, "the name is not UTF-8: not archived; rename it", blocks=True)
    if entry.kind == "link":
        return Problem(path, "symbolic link: not followed, not archived")
    if entry.kind == "unreadable":
        return Problem(
            path, "cannot be read: permission refused; let the archive's account read it", blocks=True
        )
    if entry.kind == "vanished":
        return Problem(path, "vanished while it was listed; is the session still being written?", blocks=True)
    if entry.kind not in ("file", "dir"):
        return Problem(path, "neither a file nor a folder (a socket, pipe or device): not archived")
    return None
