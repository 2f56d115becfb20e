"""The listing of one data set: sorts each directory's entries into files, problems, litter and folders to list next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Self

from printable_text import printable
from session_archive.errors import ListingError, MissingDirectoryError, NamingError, NoAnswerError
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.entries import VANISHED, Entry, Problem, below, not_archived
from session_archive.listing.walk import Listed
from session_archive.naming.any_layout import recording_folder
from session_archive.naming.conventions import Conventions
from session_archive.naming.inside.file import NameCheck, Within, read_name
from session_archive.naming.inside.plain_names import PlainNames
from session_archive.naming.recording_kind import Convention
from session_archive.states.state import State


@dataclass(frozen=True)
class Listing:
    """The result of listing a data set.

    manifest : with the files whose names are doubtful, which are sent only if a person decides
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


class DataSetListing:
    """Builds the listing of one data set, directory by directory."""

    def __init__(
        self,
        conventions: Conventions,
        kind: Convention,
        tops: Sequence[str],
        *,
        position: int,
        partial: bool,
        shared: bool,
    ) -> None:
        self.conventions = conventions
        self.kind = kind
        self.position = position
        #: Number of directories that are still to be listed.
        self.open = 0
        self._tops, self._partial, self._shared = tops, partial, shared
        self._missing: list[ListingError] = []
        self._failed: ListingError | None = None
        self._unseen: list[ListingError] = []
        self.files: list[FileEntry] = []
        self.problems: list[Problem] = []
        self.litter: list[str] = []
        self._within = {top: Within.top(kind, recording_folder(top, kind.name, conventions)) for top in tops}
        self._plain: dict[tuple[str | None, int | None, str], PlainNames] = {}

    def add(self, directory: str, listed: Listed) -> list[str]:
        """Add one directory, listed or failed; returns the folders to list next."""
        if not isinstance(listed, ListingError):
            try:
                return self._sort(directory, listed)
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
        """The whole listing; to be called when no directory is open any more."""
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

    def _sort(self, directory: str, entries: Sequence[Entry]) -> list[str]:
        """Sort entries into files, problems, litter and folders; returns the folders to list next."""
        inner: list[str] = []
        within = self._within.pop(directory)
        plain = self._plain_names(within)
        plain_type, prefix = plain.types(len(entries)), below(directory, "")
        vouched, take, shared = FileEntry.vouched, self.files.append, self._shared
        for entry in entries:
            name, what, size, mtime = entry
            # Nearly all entries have plain names; only the others go through all rules.
            if what == "file" and (file_type := plain_type(name)) and size >= 0:
                path = prefix + name
                take(vouched(intern(path) if shared else path, size, mtime, file_type))
            elif check := (what == "dir" and plain.read(name)) or self._archived(directory, entry, within):
                path = prefix + name
                if what == "dir":
                    self._within[path] = within.below(check)
                    inner.append(path)
                else:
                    self.files.append(FileEntry(path, size, mtime, self.kind.file_type(name)))
        return inner

    def _plain_names(self, within: Within) -> PlainNames:
        # The directory says the whole folder: it is one of this data set's tops.
        key = (within.folder.directory if within.folder else None, within.probe, within.camera)
        if (known := self._plain.get(key)) is None:
            known = self._plain[key] = PlainNames(within, self.conventions)
        return known

    def _archived(self, directory: str, entry: Entry, within: Within) -> NameCheck | None:
        """What the name says; None for an entry that is not archived. What is not archived or doubtful is reported."""
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
            # A folder of another day is not listed, so that nobody knows whether it holds a recording.
            other = bool(check.foreign) and (entry.kind == "dir" or self.kind.raw(entry.name))
            self.problems.append(Problem(path, f"{why}: not archived", other=other))
            return None
        self.problems.append(Problem(path, "; ".join(check.doubts), blocks=True, state=State.AMBIGUOUS))
        return check


def _unlisted(directory: str, error: ListingError) -> Problem:
    if isinstance(error, MissingDirectoryError):
        return Problem(directory, VANISHED, blocks=True, state=State.WAITING)
    # If a place does not answer, nothing in the data set needs a repair.
    state = State.WAITING if isinstance(error, NoAnswerError) else State.REFUSED
    return Problem(directory, f"could not be listed: {error}", blocks=True, state=state)
