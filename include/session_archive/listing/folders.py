"""Where a root keeps its data sets, found by name; every other folder is reported once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from session_archive.errors import ListingError, NamingError
from session_archive.listing.entries import Entry, ListDirectory, Problem, below, not_archived
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import DataSetName, lines


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that a convention reads as a data set, or several: one for each camera, say.

    directory : relative to the root; a line each where one layout reads the data set in several
    layout    : id of the layout that reads it
    """

    data_set: DataSetName
    directory: str
    layout: str

    @property
    def directories(self) -> tuple[str, ...]:
        """Each directory by itself."""
        return lines(self.directory)


@dataclass(frozen=True, slots=True)
class Found:
    """What lies below a root, all sorted by path.

    folders  : two may have one name where a day is spelled in two ways: the caller decides, nothing is dropped
    unknown  : what no convention reads, at the highest level, with the reason
    unlisted : directories that may hold data sets and could not be listed, with the reason
    """

    folders: tuple[Folder, ...]
    unknown: tuple[Problem, ...]
    unlisted: tuple[tuple[str, ListingError], ...] = ()


def find_folders(
    list_directory: ListDirectory,
    *,
    conventions: Conventions,
    kinds: Collection[str],
    exclude: Collection[str] = (),
    subjects: Collection[str] | None = None,
    at_once: int = 1,
) -> Found:
    """Find the data sets of `kinds`; no directory is listed twice, and none that cannot hold one.

    exclude  : directories relative to the root that are roots of other places: passed over in silence
    subjects : only these, exactly as spelled; None for all. Others' folders are not listed
    at_once  : listings under way at any time
    raises   : ListingError when the root itself cannot be listed; one below is in `unlisted`
    """
    look = _Look(conventions, frozenset(kinds), frozenset(exclude), subjects)
    found: list[Folder | Problem] = []
    unlisted: list[tuple[str, ListingError]] = []

    def visit(directory: str, listed: Listed) -> list[str]:
        inner: list[str] = []
        if not isinstance(listed, ListingError):
            found.extend(look.inside(directory, listed, inner))
        elif directory:
            unlisted.append((directory, listed))
        else:
            raise listed
        return inner

    walk(list_directory, [""], visit, at_once=at_once)
    folders = [item for item in found if isinstance(item, Folder)]
    unknown = [item for item in found if isinstance(item, Problem)]
    return Found(
        tuple(_together(folders)), tuple(sorted(unknown)), tuple(sorted(unlisted, key=itemgetter(0)))
    )


def _together(folders: Iterable[Folder]) -> Iterator[Folder]:
    """Those that one layout reads as one data set are parts of it: a session's cameras on the multi-target rig."""
    parts: dict[tuple[DataSetName, str], list[str]] = {}
    for folder in sorted(folders, key=lambda folder: folder.directory):
        parts.setdefault((folder.data_set, folder.layout), []).append(folder.directory)
    for (data_set, layout), directories in parts.items():
        yield Folder(data_set, "\n".join(directories), layout)


@dataclass(frozen=True)
class _Look:
    conventions: Conventions
    kinds: frozenset[str]
    exclude: frozenset[str]
    subjects: Collection[str] | None

    def inside(self, directory: str, entries: Sequence[Entry], todo: list[str]) -> Iterator[Folder | Problem]:
        """What is to be told of a directory's entries; `todo` takes the folders to list next."""
        told = [entry for entry in entries if not self._passed_over(below(directory, entry.name), entry.name)]
        if not told and any(found.reading.date for found in self.conventions.readings(directory)):
            yield Problem(
                directory, f"holds no recording; expected e.g. {self.conventions.examples(self.kinds)}"
            )
        for entry in told:
            path = below(directory, entry.name)
            if problem := not_archived(directory, entry, self.conventions):
                yield problem
            elif entry.kind == "dir":
                yield from self._folder(path, todo)
            else:
                yield Problem(path, "a file outside every recording's folder: not archived; move it into one")

    def _passed_over(self, path: str, name: str) -> bool:
        return path in self.exclude or self.conventions.litter(name)

    def _folder(self, path: str, todo: list[str]) -> Iterator[Folder | Problem]:
        readings = [found for found in self.conventions.readings(path) if not found.reading.problem]
        if any(inner.startswith(f"{path}/") for inner in self.exclude):
            todo.append(path)
        elif not readings or self.conventions.name_problem(path):
            yield Problem(path, self.conventions.why_unread(path, self.kinds))
        elif not any(self._wants(found.reading.subject) for found in readings):
            return
        elif any(found.reading.complete for found in readings):
            yield from self._data_set(path)
        elif any(found.kind in self.kinds for found in readings):
            todo.append(path)

    def _wants(self, subject: str | None) -> bool:
        return self.subjects is None or subject is None or subject in self.subjects

    def _data_set(self, path: str) -> Iterator[Folder | Problem]:
        try:
            data_set, layout = self.conventions.parse(path)
        except NamingError as error:
            yield Problem(path, str(error))
            return
        if data_set.data_set_type in self.kinds:
            yield Folder(data_set, path, layout)
