"""The files of one data set: what is archived, and what is not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from session_archive.conventions import Conventions
from session_archive.errors import ListingError
from session_archive.listing.entries import Entry, ListDirectory, Problem, below, not_archived
from session_archive.manifest import FileEntry, Manifest
from session_archive.names import printable


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
    files: list[FileEntry] = []
    problems: list[Problem] = []
    litter: list[str] = []
    for found in _walk(list_directory, directory, conventions):
        if isinstance(found, Problem):
            problems.append(found)
        elif isinstance(found, str):
            litter.append(found)
        else:
            path, entry = found
            files.append(FileEntry(path, entry.size, entry.mtime, conventions.file_type(kind, path)))
    return Listing(Manifest.of(files), tuple(sorted(problems)), tuple(sorted(litter)))


def _walk(
    list_directory: ListDirectory, top: str, conventions: Conventions
) -> Iterator[Problem | str | tuple[str, Entry]]:
    """Problems, paths of litter, and files with their paths."""
    todo = [top]
    while todo:
        directory = todo.pop()
        try:
            entries = list(list_directory(directory))
        except ListingError as error:
            if directory == top:
                raise
            yield Problem(directory, f"could not be listed: {error}", blocks=True)
            continue
        for entry in entries:
            path = below(directory, entry.name)
            if conventions.litter(entry.name):
                yield printable(path)
            elif problem := not_archived(directory, entry, conventions):
                yield problem
            elif entry.kind == "file":
                yield path, entry
            else:
                todo.append(path)
