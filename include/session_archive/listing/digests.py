"""Computes digests of files on this machine's disk: once at the source, and again at the destination."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.local import file_status, opened_file

_NANOSECONDS = 10**9


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """One version of one file on one disk; a file that is written again has a new identity.

    size     : bytes
    mtime_ns : nanoseconds since 1970
    """

    device: int
    inode: int
    size: int
    mtime_ns: int

    def is_as_listed(self, file: FileEntry) -> bool:
        """Whether it has the size of a listing, and its time, which has whole seconds."""
        return (self.size, self.mtime_ns // _NANOSECONDS) == (file.size, file.mtime)


def identity(root: Path, path: str) -> FileIdentity:
    """The identity of the file at `path` below `root`. Raises ListingError, naming it."""
    return _identity(file_status(root, path))


def sha256(root: Path, path: str) -> tuple[FileIdentity, str] | None:
    """A file's SHA-256 in lower-case hex; None when the file changed meanwhile. Raises ListingError, naming it."""
    return digest(root, path, algorithm="SHA256")


#: The algorithms that are computed here: their names in the catalog, and in hashlib.
ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}


def digest(root: Path, path: str, *, algorithm: str) -> tuple[FileIdentity, str] | None:
    """As `sha256`, with any of ALGORITHMS."""
    with opened_file(root, path) as file:
        before = _identity(os.fstat(file.fileno()))
        # Against rot and errors, not against a forger: MD5 is computed where a system forbids it for security, too.
        computed = hashlib.file_digest(
            file, partial(hashlib.new, ALGORITHMS[algorithm], usedforsecurity=False)
        ).hexdigest()
        return (before, computed) if _identity(os.fstat(file.fileno())) == before else None


def digest_of(
    root: Path, path: str, *, algorithm: str, is_meant: Callable[[FileIdentity], bool]
) -> tuple[str, str]:
    """The digest of a file that was listed through Globus, read on this machine's disk; or '' and why it is not known.

    is_meant : whether the version that was read is the one that is meant
    """
    try:
        done = digest(root, path, algorithm=algorithm)
    except ListingError as error:
        return "", str(error)
    if done is None:
        return "", "it changed while it was read"
    version, value = done
    if not is_meant(version):
        return "", f"the file below {root} is not the one that Globus lists"
    return value, ""


def _identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
