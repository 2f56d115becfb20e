"""SHA-256 of files at their source, each computed once for as long as the file stays the same."""

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
    with opened_file(root, path) as file:
        before = _identity(os.fstat(file.fileno()))
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return (before, digest) if _identity(os.fstat(file.fileno())) == before else None


def _identity(status: os.stat_result) -> FileIdentity:
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
