"""The files of one data set: what is archived, and what is not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from session_archive.errors import ListingError, NamingError, NoAnswerError, NotThereError
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
    """What one walk of a data set's directory found.

    problems : sorted by path
    litter   : paths left out because the conventions call them litter, sorted
    unseen   : why directories below could not be listed: what is in them is not known; each is a problem too
    """

    manifest: Manifest
    problems: tuple[Problem, ...] = ()
    litter: tuple[str, ...] = ()
    unseen: tuple[ListingError, ...] = field(default=(), compare=False)

    def require_whole(self) -> Self:
        """Itself, where every directory was listed: only then a file that is not in it is absent.

        raises : ListingError of the first directory that was not; never NotThereError, since the top is there
        """
        for why in self.unseen:
            raise ListingError(str(why)) if isinstance(why, NotThereError) else why
        return self


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
    raises    : ListingError when `directory` itself cannot be listed, or has a name that is none; one below it is a
                problem that blocks
    """
    told: list[Listing | ListingError] = []
    list_each(
        list_directory,
        [(directory, kind)],
        lambda _, listing: told.append(listing),
        conventions=conventions,
        at_once=at_once,
        partial=partial,
    )
    (listing,) = told
    if isinstance(listing, ListingError):
        raise listing
    return listing


def list_each(
    list_directory: ListDirectory,
    wanted: Iterable[tuple[str, str]],
    take: Callable[[int, Listing | ListingError], None],
    *,
    conventions: Conventions,
    at_once: int = 1,
    partial: bool = False,
) -> None:
    """As `list_files` for many data sets, several directories at a time; nearly done before the next is begun.

    wanted : directory and kind of each
    take   : is called in this thread with the position in `wanted`, as soon as that one is listed
    """
    open_for = _Open()
    for position, (directory, kind) in enumerate(wanted):
        tops = lines(directory)
        try:
            _require_apart(tops)
        except NamingError as error:
            take(position, ListingError(str(error)))
            continue
        found = _Found(conventions, conventions.kind(kind), tops, position=position, partial=partial)
        open_for.enter(found, tops)

    def visit(directory: str, listed: Listed) -> list[str]:
        inner: list[str] = []
        for found in open_for.leave(directory):
            inner += open_for.enter(found, found.take_in(directory, listed))
            if not found.open:
                take(found.position, found.result())
        return inner

    # The last is listed first.
    walk(list_directory, reversed(open_for), visit, at_once=at_once)


def _require_apart(tops: Sequence[str]) -> None:
    """Raise NamingError for a directory that is no path, or lies in another one of the same data set."""
    for top in filter(None, tops):
        require_path(top)
        if any(top != other and top.startswith(f"{other}/") for other in tops):
            raise NamingError(
                f"{printable(top)!r} lies in another folder of its data set, so it would be listed twice"
            )


class _Open:
    """Which data sets wait for which directory: one that two of them hold is listed for both."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[_Found]] = {}

    def __reversed__(self) -> Iterator[str]:
        return iter(list(reversed(self._waiting)))

    def enter(self, found: _Found, directories: Iterable[str]) -> list[str]:
        """Let a data set wait for directories; those that are to be listed because of it."""
        new = []
        for directory in directories:
            found.open += 1
            if directory not in self._waiting:
                new.append(directory)
            self._waiting.setdefault(directory, []).append(found)
        return new

    def leave(self, directory: str) -> list[_Found]:
        """The data sets that waited for a directory."""
        waited = self._waiting.pop(directory)
        for found in waited:
            found.open -= 1
        return waited


def _unlisted(directory: str, error: ListingError) -> Problem:
    if isinstance(error, NotThereError):
        return Problem(directory, VANISHED, blocks=True, state=State.WAITING)
    # A place that does not answer is nothing that a person has to mend in the data set.
    state = State.WAITING if isinstance(error, NoAnswerError) else State.REFUSED
    return Problem(directory, f"could not be listed: {error}", blocks=True, state=state)


class _Found:
    """What was found so far."""

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
        #: Directories that are still to be listed.
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

    def take_in(self, directory: str, listed: Listed) -> list[str]:
        """What one directory gave; the folders to list next."""
        if not isinstance(listed, ListingError):
            try:
                return self.sort(directory, listed)
            except NamingError as error:
                listed = ListingError(f"{printable(directory)} could not be listed: {error}")
        if directory not in self._tops:
            self._unseen.append(listed)
            self.problems.append(_unlisted(directory, listed))
        elif self._partial and isinstance(listed, NotThereError):
            self._missing.append(listed)
        else:
            self._failed = self._failed or listed
        return []

    def result(self) -> Listing | ListingError:
        """What all directories gave, once none is open."""
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
        """Put each entry where it belongs; the folders to list next."""
        inner: list[str] = []
        within = self._within.pop(directory)
        plain_type, prefix = self._plain_types(within), below(directory, "")
        vouched, take = FileEntry.vouched, self.files.append
        for entry in entries:
            name, what, size, mtime = entry
            # Nearly all are plain files; the others are looked at one rule after the other.
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
        """The fast way: a name's type, '' for one that must be looked at one rule after the other."""

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
