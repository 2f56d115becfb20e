"""Digests of files on this machine's disk: at their source, where each is computed once, and where they arrive."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from session_archive.listing.local import file_status, opened_file


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """One state of one file on one disk; a file that is written again has another.

    size     : bytes
    mtime_ns : nanoseconds since 1970
    """

    device: int
    inode: int
    size: int
    mtime_ns: int


def identity(root: Path, path: str) -> FileIdentity:
    """Which file lies at `path` below `root`, in which state. Raises ListingError, naming it."""
    return _identity(file_status(root, path))


def sha256(root: Path, path: str) -> tuple[FileIdentity, str] | None:
    """Read a file to its end: lower-case hex; None when it changed meanwhile. Raises ListingError, naming it."""
    return digest(root, path, algorithm="SHA256")


#: Algorithms that the catalog may name and that are computed here, by hashlib's names.
ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}


def digest(root: Path, path: str, *, algorithm: str) -> tuple[FileIdentity, str] | None:
    """As `sha256`, by any of ALGORITHMS."""
    with opened_file(root, path) as file:
        before = _identity(os.fstat(file.fileno()))
        computed = hashlib.file_digest(file, ALGORITHMS[algorithm]).hexdigest()
        return (before, computed) if _identity(os.fstat(file.fileno())) == before else None


def _identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
