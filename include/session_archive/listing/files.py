"""The files of one data set: what is archived, and what is not and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from session_archive.conventions import Conventions
from session_archive.errors import ListingError
from session_archive.kinds import Convention
from session_archive.listing.entries import Entry, ListDirectory, Problem, below, not_archived
from session_archive.manifest import FileEntry, Manifest
from session_archive.names import printable, require_path

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
    list_directory: ListDirectory, directory: str, *, conventions: Conventions, kind: str
) -> Listing:
    """Walk a data set's directory, each directory listed once; nothing found is left unsaid.

    directory : relative to the reader's root, as are all paths in the result
    kind      : whose file types are given
    raises    : ListingError when `directory` itself cannot be listed; one below it is a problem that blocks
    """
    walk = _Walk(conventions, conventions.kind(kind))
    if directory:
        require_path(directory)
    todo = [directory]
    while todo:
        inner = todo.pop()
        try:
            entries = list(list_directory(inner))
        except ListingError as error:
            if inner == directory:
                raise
            walk.problems.append(Problem(inner, f"could not be listed: {error}", blocks=True))
        else:
            todo += walk.sort(inner, entries)
    return Listing(Manifest.of(walk.files), tuple(sorted(walk.problems)), tuple(sorted(walk.litter)))


class _Walk:
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
