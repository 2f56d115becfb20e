"""Finds the data sets below a root by their names; every other folder is reported once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from printable_text import printable
from session_archive.errors import ListingError, NamingError
from session_archive.listing.entries import Entry, ListDirectory, Problem, below, not_archived
from session_archive.listing.left_out import LeftOutFolder, LeftOutSearch, joined
from session_archive.listing.root_listing import FOLDER, RootListing, read_root
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.recording_kind import KindReading
from session_archive.naming.session_name import DataSetName, lines


@dataclass(frozen=True, slots=True)
class Folder:
    """One data set and its directory, or its directories: one for each camera, for example.

    directory : relative to the root; several have a line each
    layout    : id of the layout that reads it
    spelling  : how that layout spells the day: '%m%d%y'
    """

    data_set: DataSetName
    directory: str
    layout: str
    spelling: str = ""

    @property
    def directories(self) -> tuple[str, ...]:
        """Each directory."""
        return lines(self.directory)


@dataclass(frozen=True, slots=True)
class FoundFolders:
    """The folders below a root, all sorted by path.

    folders  : two may have the same data set, such as a day in two spellings: the caller decides
    unknown  : paths that no convention reads, each at its highest level, with the reason
    left_out : those of them that may hold a recording all the same, and folders of layouts that are not accepted
    unlisted : directories that may hold data sets and could not be listed, with the reason
    root     : the root itself
    """

    folders: tuple[Folder, ...]
    unknown: tuple[Problem, ...]
    unlisted: tuple[tuple[str, ListingError], ...] = ()
    root: RootListing = field(default_factory=RootListing)
    left_out: tuple[LeftOutFolder, ...] = ()


def find_folders(
    list_directory: ListDirectory,
    *,
    conventions: Conventions,
    kinds: Collection[str],
    exclude: Collection[str] = (),
    subjects: Collection[str] | None = None,
    concurrency: int = 1,
    look_inside: bool = False,
) -> FoundFolders:
    """Find the data sets of `kinds`; each directory is listed at most once, and only if it may contain one.

    exclude     : directories relative to the root that are roots of other places: skipped without a report
    subjects    : only these, exactly as spelled; None for all. Folders of others are not listed
    concurrency : how many directories may be listed at a time
    look_inside : also list folders of a day that are left out, to see whether a recording lies too deep in them
    raises      : ListingError when the root itself cannot be listed; failures below are in `unlisted`
    """
    left_out = LeftOutSearch(conventions, frozenset(kinds), look_inside)
    search = _Search(conventions, frozenset(kinds), frozenset(exclude), subjects, left_out)
    found: list[_Found] = []
    unlisted: list[tuple[str, ListingError]] = []
    roots: list[RootListing] = []

    def visit(directory: str, listed: Listed) -> list[str]:
        inner: list[str] = []
        if directory in left_out.open:
            found.extend(left_out.inside(directory, listed))
        elif not isinstance(listed, ListingError):
            if not directory:
                roots.append(read_root(listed, conventions=conventions, exclude=exclude))
            found.extend(search.inside(directory, listed, inner))
        elif directory:
            unlisted.append((directory, listed))
        else:
            raise listed
        inner += left_out.to_list()
        return inner

    walk(list_directory, [""], visit, concurrency=concurrency)
    folders = [item for item in found if isinstance(item, Folder)]
    unknown = [item for item in found if isinstance(item, Problem)]
    return FoundFolders(
        tuple(_joined(folders)),
        tuple(sorted(unknown)),
        tuple(sorted(unlisted, key=itemgetter(0))),
        roots[0],
        joined(item for item in found if isinstance(item, LeftOutFolder)),
    )


def _joined(folders: Iterable[Folder]) -> Iterator[Folder]:
    """Folders that one layout reads as the same data set become one: a session's cameras on the multi-target rig."""
    parts: dict[tuple[DataSetName, str, str], list[str]] = {}
    for folder in sorted(folders, key=lambda folder: folder.directory):
        parts.setdefault((folder.data_set, folder.layout, folder.spelling), []).append(folder.directory)
    for (data_set, layout, spelling), directories in parts.items():
        yield Folder(data_set, "\n".join(directories), layout, spelling)


_Found = Folder | Problem | LeftOutFolder


@dataclass(frozen=True)
class _Search:
    conventions: Conventions
    kinds: frozenset[str]
    exclude: frozenset[str]
    subjects: Collection[str] | None
    left_out: LeftOutSearch

    def inside(self, directory: str, entries: Sequence[Entry], todo: list[str]) -> Iterator[_Found]:
        """Data sets and problems among a directory's entries; `todo` receives the folders to list next."""
        seen = [entry for entry in entries if not self._skipped(below(directory, entry.name), entry)]
        if not seen and any(each.reading.date for each in self.conventions.readings(directory)):
            why = f"contains no recording; expected e.g. {self.conventions.examples(self.kinds)}"
            yield Problem(directory, why)
            yield LeftOutFolder((directory,), why, kind=self._kind_on_the_way(directory))
        yield from self.left_out.loose(directory, seen)
        yield from self._litter(directory, entries)
        for entry in seen:
            path = below(directory, entry.name)
            if problem := not_archived(directory, entry, self.conventions):
                yield problem
                if entry.kind in ("link", "dir"):
                    yield from self.left_out.never_entered(path, problem.what)
            elif entry.kind == "dir":
                yield from self._folder(path, todo)
            else:
                yield Problem(path, "a file outside any recording's folder: not archived; move it into one")

    def _skipped(self, path: str, entry: Entry) -> bool:
        ours = path == FOLDER and entry.kind == "dir"
        return ours or path in self.exclude or self.conventions.litter(entry.name)

    def _litter(self, directory: str, entries: Sequence[Entry]) -> Iterator[_Found]:
        """Folders that are passed over as litter, and whose names are those of recordings."""
        for entry in entries:
            if entry.kind == "dir" and self.conventions.litter(entry.name):
                path = below(directory, entry.name)
                why = self.conventions.passed_over(path)
                for found in self.left_out.never_entered(path, why):
                    yield Problem(printable(path), why)
                    yield found

    def _kind_on_the_way(self, directory: str) -> str:
        kinds = (each.kind for each in self.conventions.readings(directory))
        return next((kind for kind in kinds if kind in self.kinds), "")

    def _folder(self, path: str, todo: list[str]) -> Iterator[_Found]:
        all_readings = self.conventions.readings(path)
        readings = [each for each in all_readings if not each.reading.problem]
        if any(inner.startswith(f"{path}/") for inner in self.exclude):
            todo.append(path)
        elif not readings or self.conventions.name_problem(path):
            why = self.conventions.why_unread(path, self.kinds)
            yield Problem(path, why)
            yield from self.left_out.folder(path, why)
        elif not any(self._wants(each.reading.subject) for each in readings):
            return
        elif any(each.reading.complete for each in readings):
            yield from self._data_set(path, all_readings)
        elif any(each.kind in self.kinds for each in readings):
            todo.append(path)

    def _wants(self, subject: str | None) -> bool:
        return self.subjects is None or subject is None or subject in self.subjects

    def _data_set(self, path: str, readings: Sequence[KindReading]) -> Iterator[_Found]:
        try:
            data_set, layout = self.conventions.one_of(path, readings)
        except NamingError as error:
            yield Problem(path, str(error))
            yield LeftOutFolder((path,), str(error))
            return
        if data_set.data_set_type in self.kinds:
            spelling = self.conventions.kind(data_set.data_set_type).spelling_of(layout)
            yield Folder(data_set, path, layout, spelling)
