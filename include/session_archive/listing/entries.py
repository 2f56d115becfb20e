"""What a reader tells of one directory, and what is said of an entry that cannot be archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import path_problem, printable
from session_archive.states.state import State


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


VANISHED = "vanished while it was listed; is the session still being written?"

_KINDS = {
    "link": ("symbolic link: not followed, not archived", False),
    "unreadable": ("cannot be read: permission refused; let the archive's account read it", True),
    "vanished": (VANISHED, True),
    "other": ("neither a file nor a folder (a socket, pipe or device): not archived", False),
}

#: Lists one directory by its path relative to the root, '' for the root itself.
#: Raises NotThereError when it is missing, ListingError when it is refused or no directory, naming it.
ListDirectory = Callable[[str], Iterable[Entry]]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is not archived, and why.

    path   : relative to the root, printable
    what   : plain words
    blocks : True when it may belong to the data set, so that what was listed may be incomplete
    state  : of a data set that it blocks
    """

    path: str
    what: str
    blocks: bool = False
    state: State = State.REFUSED


def below(directory: str, name: str) -> str:
    """The path of `name` in `directory`, which is '' for the root."""
    return f"{directory}/{name}" if directory else name


def not_archived(directory: str, entry: Entry, conventions: Conventions) -> Problem | None:
    """What keeps an entry from being archived, wherever it lies; None when nothing does."""
    what, blocks = _what_is_wrong(entry, conventions)
    # It was being written or moved: the next run sees it whole, or no longer at all.
    state = State.WAITING if entry.kind == "vanished" else State.REFUSED
    return Problem(printable(below(directory, entry.name)), what, blocks, state) if what else None


def _what_is_wrong(entry: Entry, conventions: Conventions) -> tuple[str, bool]:
    """The words, and whether the data set is held back; '' for what can be archived."""
    if conventions.hidden(entry.name):
        return f"hidden {'folder' if entry.kind == 'dir' else 'file'}: not archived", False
    if "/" in entry.name:
        return "the name holds '/': not archived; the reader told no plain name", True
    if wrong := path_problem(entry.name):
        return f"the name {wrong}: not archived; rename it", True
    if "\ufffd" in entry.name:
        # Globus lists what is not UTF-8 as Latin-1 behind this sign ("Paths", Globus Transfer API).
        return "the name is not UTF-8: not archived; rename it", True
    if entry.kind in ("file", "dir"):
        return "", False
    return _KINDS.get(entry.kind, _KINDS["other"])
