"""Lists the files of data sets: which are archived, and which are not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from session_archive.errors import ListingError, MissingDirectoryError, NamingError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.entries import VANISHED, Entry, ListDirectory, Problem, below, not_archived
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.file import NameCheck, Within, compared_with, read_name
from session_archive.naming.inside.folder import FolderReading, data_set_folder
from session_archive.naming.name_cache import ShapeMemo
from session_archive.naming.recording_kind import Convention
from session_archive.naming.session_name import lines, plain_name, printable, require_path
from session_archive.states.state import State


@dataclass(frozen=True)
class Listing:
    """The result of listing a data set.

    problems : sorted by path
    litter   : paths left out because they match the conventions' litter, sorted
    unseen   : errors of directories below that could not be listed; each is also a problem
    """

    manifest: Manifest
    problems: tuple[Problem, ...] = ()
    litter: tuple[str, ...] = ()
    unseen: tuple[ListingError, ...] = field(default=(), compare=False)

    def require_whole(self) -> Self:
        """The listing itself if every directory was listed: only then are files that it lacks absent.

        raises : ListingError of the first directory that was not listed, not MissingDirectoryError: the top exists
        """
        for why in self.unseen:
            raise ListingError(str(why)) if isinstance(why, MissingDirectoryError) else why
        return self


def list_files(
    list_directory: ListDirectory,
    directory: str,
    *,
    conventions: Conventions,
    kind: str,
    concurrency: int = 1,
    partial: bool = False,
) -> Listing:
    """List a data set's directory and all below it, each once; every entry is in the result.

    directory   : relative to the reader's root, as are all paths in the result; several have a line each
    kind        : kind of recording, which gives the files their types
    concurrency : listings under way at any time
    partial     : True when some of several directories may be missing, as in a destination that is being filled
    raises      : ListingError when `directory` itself cannot be listed or is not a path; a failure below it is a
                  problem that blocks
    """
    results: list[Listing | ListingError] = []
    list_each(
        list_directory,
        [(directory, kind)],
        lambda _, listing: results.append(listing),
        conventions=conventions,
        concurrency=concurrency,
        partial=partial,
    )
    (listing,) = results
    if isinstance(listing, ListingError):
        raise listing
    return listing


def list_each(
    list_directory: ListDirectory,
    requested: Iterable[tuple[str, str]],
    take: Callable[[int, Listing | ListingError], None],
    *,
    conventions: Conventions,
    concurrency: int = 1,
    partial: bool = False,
) -> None:
    """As `list_files` for many data sets, several directories at a time; each nearly ends before the next begins.

    requested : directory and kind of each data set
    take      : is called in this thread with a position in `requested` as soon as that data set is listed
    """
    waiting = _Waiting()
    for position, (directory, kind) in enumerate(requested):
        tops = lines(directory)
        try:
            _require_apart(tops)
        except NamingError as error:
            take(position, ListingError(str(error)))
            continue
        data_set = _DataSetListing(
            conventions, conventions.kind(kind), tops, position=position, partial=partial
        )
        waiting.enter(data_set, tops)

    def visit(directory: str, listed: Listed) -> list[str]:
        inner: list[str] = []
        for data_set in waiting.leave(directory):
            inner += waiting.enter(data_set, data_set.add(directory, listed))
            if not data_set.open:
                take(data_set.position, data_set.result())
        return inner

    # `walk` lists the last one first.
    walk(list_directory, reversed(waiting), visit, concurrency=concurrency)


def _require_apart(tops: Sequence[str]) -> None:
    """Raise NamingError for a directory that is not a path, or lies in another one of the same data set."""
    for top in filter(None, tops):
        require_path(top)
        if any(top != other and top.startswith(f"{other}/") for other in tops):
            raise NamingError(
                f"{printable(top)!r} lies in another folder of its data set, so it would be listed twice"
            )


class _Waiting:
    """Which data sets wait for which directory; a directory that two of them contain is listed once for both."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[_DataSetListing]] = {}

    def __reversed__(self) -> Iterator[str]:
        return iter(list(reversed(self._waiting)))

    def enter(self, data_set: _DataSetListing, directories: Iterable[str]) -> list[str]:
        """Let a data set wait for directories; returns those that no other one waits for yet."""
        new = []
        for directory in directories:
            data_set.open += 1
            if directory not in self._waiting:
                new.append(directory)
            self._waiting.setdefault(directory, []).append(data_set)
        return new

    def leave(self, directory: str) -> list[_DataSetListing]:
        """The data sets that waited for a directory."""
        waited = self._waiting.pop(directory)
        for data_set in waited:
            data_set.open -= 1
        return waited


def _unlisted(directory: str, error: ListingError) -> Problem:
    if isinstance(error, MissingDirectoryError):
        return Problem(directory, VANISHED, blocks=True, state=State.WAITING)
    # When a place does not answer, nobody has to mend anything in the data set.
    state = State.WAITING if isinstance(error, NoAnswerError) else State.REFUSED
    return Problem(directory, f"could not be listed: {error}", blocks=True, state=state)


class _DataSetListing:
    """The listing of one data set, as far as its directories are listed."""

    def __init__(
        self,
        conventions: Conventions,
        kind: Convention,
        tops: Sequence[str],
        *,
        position: int,
        partial: bool,
    ) -> None:
        self.conventions = conventions
        self.kind = kind
        self.position = position
        #: Number of directories that are still to be listed.
        self.open = 0
        self._tops, self._partial = tops, partial
        self._missing: list[ListingError] = []
        self._failed: ListingError | None = None
        self._unseen: list[ListingError] = []
        self.files: list[FileEntry] = []
        self.problems: list[Problem] = []
        self.litter: list[str] = []
        self._within = {top: Within.top(kind, data_set_folder(top, kind.name, conventions)) for top in tops}
        self._plain: dict[tuple[FolderReading | None, int | None, str], ShapeMemo] = {}

    def add(self, directory: str, listed: Listed) -> list[str]:
        """Add one directory, listed or failed; returns the folders to list next."""
        if not isinstance(listed, ListingError):
            try:
                return self.sort(directory, listed)
            except NamingError as error:
                listed = ListingError(f"{printable(directory)} could not be listed: {error}")
        if directory not in self._tops:
            self._unseen.append(listed)
            self.problems.append(_unlisted(directory, listed))
        elif self._partial and isinstance(listed, MissingDirectoryError):
            self._missing.append(listed)
        else:
            self._failed = self._failed or listed
        return []

    def result(self) -> Listing | ListingError:
        """The whole listing, once no directory is open."""
        if self._failed:
            return self._failed
        if len(self._missing) == len(self._tops):
            return self._missing[0]
        try:
            manifest = Manifest.of(self.files)
        except NamingError as error:
            return ListingError(str(error))
        return Listing(
            manifest, tuple(sorted(self.problems)), tuple(sorted(self.litter)), tuple(self._unseen)
        )

    def sort(self, directory: str, entries: Iterable[Entry]) -> list[str]:
        """Sort entries into files, problems, litter and folders; returns the folders to list next."""
        inner: list[str] = []
        within = self._within.pop(directory)
        plain_type, prefix = self._plain_types(within), below(directory, "")
        vouched, take = FileEntry.vouched, self.files.append
        for entry in entries:
            name, what, size, mtime = entry
            # Nearly all entries are plain files; only the others go through all rules.
            if what == "file" and (file_type := plain_type(name)) and size >= 0:
                take(vouched(prefix + name, size, mtime, file_type))
            elif check := self._archived(directory, entry, within):
                path = prefix + name
                if what == "dir":
                    self._within[path] = within.below(check)
                    inner.append(path)
                else:
                    self.files.append(FileEntry(path, size, mtime, self.kind.file_type(name)))
        return inner

    def _plain_types(self, within: Within) -> ShapeMemo:
        """A fast look-up of the type of a file by its name; '' for a name that must go through all rules."""

        def plain_type(name: str) -> str:
            archived = plain_name(name) and read_name(name, within, self.conventions).archived
            return self.kind.file_type(name) if archived else ""

        key = (within.folder, within.probe, within.camera)
        if key not in self._plain:
            self._plain[key] = ShapeMemo(plain_type, *compared_with(within, self.conventions))
        return self._plain[key]

    def _archived(self, directory: str, entry: Entry, within: Within) -> NameCheck | None:
        """What the name says; None for an entry that is not archived, which is reported."""
        path = below(directory, entry.name)
        if self.conventions.litter(entry.name):
            self.litter.append(printable(path))
            return None
        if problem := not_archived(directory, entry, self.conventions):
            self.problems.append(problem)
            return None
        check = read_name(entry.name, within, self.conventions)
        if check.archived:
            return check
        if why := check.refusal or "; ".join(check.left_out):
            self.problems.append(Problem(path, f"{why}: not archived"))
        else:
            self.problems.append(Problem(path, "; ".join(check.doubts), blocks=True, state=State.AMBIGUOUS))
        return None
