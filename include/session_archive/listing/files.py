"""Lists the files of data sets: which are archived, and which are not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from printable_text import printable
from session_archive.errors import ListingError, NamingError
from session_archive.listing.data_set_listing import DataSetListing, Listing
from session_archive.listing.entries import ListDirectory
from session_archive.listing.walk import Listed, walk
from session_archive.naming.conventions import Conventions
from session_archive.naming.session_name import lines, require_path


def list_files(
    list_directory: ListDirectory,
    directory: str,
    *,
    conventions: Conventions,
    kind: str,
    concurrency: int = 1,
    partial: bool = False,
    shared: bool = False,
) -> Listing:
    """List a data set's directory and all below it, each once; every entry is in the result.

    directory   : relative to the reader's root, as are all paths in the result; several have a line each
    kind        : kind of recording, which gives the files their types
    concurrency : how many directories may be listed at a time
    partial     : True when some of several directories may be missing, as in a destination that is being filled
    shared      : True where a manifest of the same files is in memory: its paths are used, 150 bytes each
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
        shared=shared,
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
    shared: bool = False,
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
        data_set = DataSetListing(
            conventions, conventions.kind(kind), tops, position=position, partial=partial, shared=shared
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
        if any(top.startswith(f"{other}/") for other in tops):
            raise NamingError(
                f"{printable(top)!r} lies in another folder of its data set, so it would be listed twice"
            )


class _Waiting:
    """Which data sets wait for which directory; a directory that two of them contain is listed once for both."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[DataSetListing]] = {}

    def __reversed__(self) -> Iterator[str]:
        return iter(list(reversed(self._waiting)))

    def enter(self, data_set: DataSetListing, directories: Iterable[str]) -> list[str]:
        """Let a data set wait for directories; returns those that no other one waits for yet."""
        new = []
        for directory in directories:
            data_set.open += 1
            if waiting := self._waiting.get(directory):
                waiting.append(data_set)
            else:
                new.append(directory)
                self._waiting[directory] = [data_set]
        return new

    def leave(self, directory: str) -> list[DataSetListing]:
        """The data sets that waited for a directory."""
        waited = self._waiting.pop(directory)
        for data_set in waited:
            data_set.open -= 1
        return waited
