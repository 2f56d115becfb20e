"""Entries of one directory as a reader gives them, and the problems of those that cannot be archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from printable_text import printable
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import path_problem
from session_archive.states.state import State


class Entry(NamedTuple):
    """One name in a directory; for a symbolic link, the link itself and not its target.

    kind  : 'file', 'dir', 'link' or 'other'; from readers that can tell, also 'unreadable' (permission
            refused) and 'vanished' (removed while it was listed)
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
#: Raises MissingDirectoryError when it is missing, ListingError when it may not be read or is not a directory;
#: either names it. It asks at once; the answer may be read, and be found wrong, only with its entries.
ListDirectory = Callable[[str], Iterable[Entry]]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A path that is not archived, and why; or one whose name makes it doubtful, which is archived if a person decides.

    path   : relative to the root, printable
    what   : the reason, for a person
    blocks : True when the path may belong to the data set, so that the listing may be incomplete
    state  : of the data set that it blocks
    other  : True for a recording of another subject or day: the folder may not be what its own name says
    """

    path: str
    what: str
    blocks: bool = False
    state: State = State.REFUSED
    other: bool = False

    @property
    def doubtful(self) -> bool:
        """True for a name whose place in the recording is uncertain: what it names is part of the listing."""
        return self.blocks and self.state is State.AMBIGUOUS


def below(directory: str, name: str) -> str:
    """The path of `name` in `directory`, which is '' for the root."""
    return f"{directory}/{name}" if directory else name


def not_archived(directory: str, entry: Entry, conventions: Conventions) -> Problem | None:
    """Why an entry cannot be archived, in whatever folder it lies; None when it can."""
    what, blocks = _what_is_wrong(entry, conventions)
    # It was being written or moved: the next run sees it complete, or not at all.
    state = State.WAITING if entry.kind == "vanished" else State.REFUSED
    return Problem(printable(below(directory, entry.name)), what, blocks, state) if what else None


def _what_is_wrong(entry: Entry, conventions: Conventions) -> tuple[str, bool]:
    """The reason, and whether it blocks the data set; '' for an entry that can be archived."""
    if conventions.hidden(entry.name):
        return f"hidden {'folder' if entry.kind == 'dir' else 'file'}: not archived", False
    if "/" in entry.name:
        return (
            "the name contains '/': not archived; the listing is wrong, ask the people who run the collection",
            True,
        )
    if wrong := path_problem(entry.name):
        return f"the name {wrong}: not archived; rename it", True
    if "\ufffd" in entry.name:
        # Globus lists a name that is not UTF-8 as Latin-1 after this sign ("Paths", Globus Transfer API).
        return "the name is not UTF-8: not archived; rename it", True
    if entry.kind in ("file", "dir"):
        return "", False
    return _KINDS.get(entry.kind, _KINDS["other"])
