"""The files of one data set: what is archived, and what is not and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from session_archive.conventions import Conventions
from session_archive.errors import ListingError, NotThereError
from session_archive.kinds import Convention
from session_archive.listing.entries import Entry, ListDirectory, Problem, below, not_archived
from session_archive.listing.walk import Listed, walk
from session_archive.manifest import FileEntry, Manifest
from session_archive.names import lines, printable, require_path

_SCRATCH = "a scratch file: not archived; take its name out of names.scratch to archive such files"


@dataclass(frozen=True)
class Listing:
    """What one walk of a data set's directory found.

    problems : sorted by path
    litter   : paths left out because the conventions call them litter, sorted
    """

    manifest: Manifest
    problems: tuple[Problem, ...] = ()
    litter: tuple[str, ...] = ()


def list_files(
    list_directory: ListDirectory,
    directory: str,
    *,
    conventions: Conventions,
    kind: str,
    at_once: int = 1,
    partial: bool = False,
) -> Listing:
    """Walk a data set's directory, each directory listed once; nothing found is left unsaid.

    directory : relative to the reader's root, as are all paths in the result; a line each where there are several
    kind      : whose file types are given
    at_once   : listings under way at any time
    partial   : of several directories some may be missing: a destination that has not got them all yet
    raises    : ListingError when `directory` itself cannot be listed; one below it is a problem that blocks
    """
    found = _Found(conventions, conventions.kind(kind))
    tops, missing = lines(directory), list[ListingError]()
    for top in filter(None, tops):
        require_path(top)

    def visit(inner: str, listed: Listed) -> list[str]:
        if not isinstance(listed, ListingError):
            return found.sort(inner, listed)
        if partial and inner in tops and isinstance(listed, NotThereError):
            missing.append(listed)
            return []
        if inner in tops:
            raise listed
        found.problems.append(Problem(inner, f"could not be listed: {listed}", blocks=True))
        return []

    walk(list_directory, tops, visit, at_once=at_once)
    if len(missing) == len(tops):
        raise missing[0]
    return Listing(Manifest.of(found.files), tuple(sorted(found.problems)), tuple(sorted(found.litter)))


class _Found:
    """What was found so far."""

    def __init__(self, conventions: Conventions, kind: Convention) -> None:
        self.conventions = conventions
        self.kind = kind
        self.files: list[FileEntry] = []
        self.problems: list[Problem] = []
        self.litter: list[str] = []

    def sort(self, directory: str, entries: Iterable[Entry]) -> list[str]:
        """Put each entry where it belongs; the folders to list next."""
        inner: list[str] = []
        plain_type, prefix = self.kind.plain_type, below(directory, "")
        vouched, take = FileEntry.vouched, self.files.append
        for entry in entries:
            name, what, size, mtime = entry
            # Nearly all are plain files; the others are looked at one rule after the other.
            if what == "file" and (file_type := plain_type(name)) and size >= 0:
                take(vouched(prefix + name, size, mtime, file_type))
            elif self._archived(directory, entry):
                path = prefix + name
                if what == "dir":
                    inner.append(path)
                else:
                    self.files.append(FileEntry(path, size, mtime, self.kind.file_type(name)))
        return inner

    def _archived(self, directory: str, entry: Entry) -> bool:
        path = below(directory, entry.name)
        if self.conventions.litter(entry.name):
            self.litter.append(printable(path))
        elif problem := not_archived(directory, entry, self.conventions):
            self.problems.append(problem)
        elif self.conventions.scratch(entry.name):
            self.problems.append(Problem(path, _SCRATCH))
        elif why := self.kind.refusal(entry.name):
            self.problems.append(Problem(path, f"{why}: not archived"))
        else:
            return True
        return False
