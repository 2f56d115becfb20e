"""Reads directories and files of this machine's disk; no link below the root is ever followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from printable_text import printable
from session_archive.errors import ListingError, MissingDirectoryError
from session_archive.listing.entries import Entry, ListDirectory


def _flags(*names: str) -> int:
    # Windows has none of these flags; the module must still import there, for commands that do not list with it.
    return sum(getattr(os, name, 0) for name in names)


_DIRECTORY = _flags("O_DIRECTORY", "O_CLOEXEC")
_BELOW = _DIRECTORY | _flags("O_NOFOLLOW")
# Opening a pipe in place of a file must not block.
_FILE = _flags("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC")
#: A file that owner, group and others may read needs no access check.
_ALL_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_PLAIN_FILE = stat.S_IFREG | _ALL_READ
_PLAIN_MASK = stat.S_IFMT(0o177777) | _ALL_READ
_entry = tuple.__new__
_NO_NAMES = frozenset(("", ".", ".."))
_WORDS = {
    errno.ENOENT: "does not exist; is the disk mounted, and is local_path in archive.toml right?",
    errno.EACCES: "cannot be read: permission refused; let the archive's account read it",
    errno.ENOTDIR: "is not a directory, or is reached through a symbolic link; expected a directory",
    errno.ELOOP: "is reached through a symbolic link, which is not followed; expected a path without links",
}


def local_directory_reader(root: Path) -> ListDirectory:
    """A reader of the directories below `root`. The root itself may be a link, since a person configured it.

    Each part of a path is opened relative to the part above it, so that no parent can be replaced by a link meanwhile.
    """

    def read(directory: str) -> Iterable[Entry]:
        try:
            descriptor = _open_directory(root, directory)
            try:
                return list(_entries(descriptor))
            finally:
                os.close(descriptor)
        except OSError as error:
            where = f"{printable(str(root / directory))} (root {root})" if directory else f"{root}, a root,"
            words = _WORDS.get(error.errno or 0, f"cannot be listed: {error.strerror}")
            raise (MissingDirectoryError if error.errno == errno.ENOENT else ListingError)(
                f"{where} {words}"
            ) from None

    return read


#: Reads the beginning of one file: takes its path relative to the root, and the maximum number of bytes.
ReadFile = Callable[[str, int], bytes]


def local_file_reader(root: Path) -> ReadFile:
    """A reader of small files below `root`, by the same rules. The reader raises ListingError, naming the file."""

    def read(path: str, most: int) -> bytes:
        with opened_file(root, path) as file:
            return file.read(most)

    return read


@contextmanager
def opened_file(root: Path, path: str) -> Iterator[BufferedReader]:
    """A file below `root`, open for reading, by the same rules. Raises ListingError, naming the file."""
    with _parent(root, path) as (parent, name):
        descriptor = os.open(name, _FILE, dir_fd=parent)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ListingError(
                    f"{printable(str(root / path))} is not a regular file; expected a regular file"
                )
            # Python does not close a descriptor that it refuses, such as one of a folder.
            file = os.fdopen(descriptor, "rb")
        except BaseException:
            os.close(descriptor)
            raise
        with file:
            yield file


def file_status(root: Path, path: str) -> os.stat_result:
    """The status of a file below `root`, without opening it. Raises ListingError, naming it."""
    with _parent(root, path) as (descriptor, name):
        return os.stat(name, dir_fd=descriptor, follow_symlinks=False)


@contextmanager
def _parent(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """The descriptor of the folder of a file, and the file's name in it."""
    folder, _, name = path.rpartition("/")
    try:
        with opened_directory(root, folder) as descriptor:
            yield descriptor, name
    except OSError as error:
        words = _WORDS.get(error.errno or 0, f"cannot be read: {error.strerror}")
        missing = error.errno == errno.ENOENT
        raise (MissingDirectoryError if missing else ListingError)(
            f"{printable(str(root / path))} {words}"
        ) from None


@contextmanager
def opened_directory(root: Path, directory: str) -> Iterator[int]:
    """The descriptor of a directory below `root`, by the same rules. Raises OSError."""
    descriptor = _open_directory(root, directory)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_directory(root: Path, directory: str) -> int:
    first, *more = directory.split("/")
    if "\0" in directory or (directory and not _NO_NAMES.isdisjoint((first, *more))):
        raise ListingError(
            f"{printable(directory)!r} is not a path inside {root}; expected names joined by single '/'"
        )
    if not first:
        return os.open(root, _DIRECTORY)
    # The root may be reached through links, but its part below may be none: O_NOFOLLOW is about the last part.
    descriptor = os.open(f"{root}/{first}", _BELOW)
    for part in more:
        try:
            inner = os.open(part, _BELOW, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


def _entries(directory: int) -> Iterator[Entry]:
    with os.scandir(directory) as items:
        for item in items:
            name = item.name
            if item.is_dir(follow_symlinks=False):
                yield Entry(name, "dir")
                continue
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                yield Entry(name, "vanished")
            except OSError:
                yield Entry(name, "unreadable")
            else:
                mode = status.st_mode
                kind = "file" if mode & _PLAIN_MASK == _PLAIN_FILE else _kind(directory, name, mode)
                # Same as Entry(...), in half the time.
                yield _entry(Entry, (name, kind, status.st_size, status[stat.ST_MTIME]))


def _kind(directory: int, name: str, mode: int) -> str:
    if stat.S_ISREG(mode):
        readable = os.access(name, os.R_OK, dir_fd=directory, effective_ids=True, follow_symlinks=False)
        return "file" if readable else "unreadable"
    if stat.S_ISLNK(mode):
        return "link"
    return "dir" if stat.S_ISDIR(mode) else "other"
