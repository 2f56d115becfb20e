"""The promised files of one data set, and the id that any lister gives the same tree."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

from session_archive.errors import NamingError
from session_archive.names import require_path


@dataclass(frozen=True, slots=True, order=True)
class FileEntry:
    """One file of a data set.

    path               : POSIX, relative to the root of its place, never beginning with '/'
    size               : bytes
    mtime              : whole seconds UTC since 1970; Globus tells no finer
    file_type          : a name from the conventions, '' where none was asked
    checksum           : lower-case hex, '' when not known
    checksum_algorithm : 'SHA1', 'MD5', 'SHA256'; '' when there is no checksum
    vouched_by         : who says that this is the file's checksum: 'spikeglx', 'globus', 'source'; '' nobody
    """

    path: str
    size: int
    mtime: int
    file_type: str = ""
    checksum: str = ""
    checksum_algorithm: str = ""
    vouched_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a path that leaves its root or cannot be kept exactly, and a size below 0."""
        require_path(self.path)
        if self.size < 0:
            raise NamingError(f"{self.path!r} has a size of {self.size} bytes; expected 0 or more")

    @property
    def modified(self) -> dt.datetime:
        """The time of last change, UTC."""
        return dt.datetime.fromtimestamp(self.mtime, dt.UTC)


@dataclass(frozen=True)
class Manifest:
    """The files of a data set, sorted by path; equal trees have equal ids, whoever listed them."""

    files: tuple[FileEntry, ...]

    @classmethod
    def of(cls, files: Iterable[FileEntry]) -> Self:
        """Sort `files` into a manifest. Raises NamingError when a path comes twice."""
        ordered = tuple(sorted(files, key=lambda file: file.path))
        for first, second in pairwise(ordered):
            if first.path == second.path:
                raise NamingError(f"{first.path!r} is listed twice; a manifest has each path once")
        return cls(ordered)

    @cached_property
    def id(self) -> str:
        """sha256, hex, over the sorted (path, size, mtime in whole UTC seconds)."""
        canonical = [[file.path, file.size, file.mtime] for file in self.files]
        text = json.dumps(canonical, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @property
    def n_bytes(self) -> int:
        """The sum of all sizes."""
        return sum(file.size for file in self.files)

    def pack(self) -> bytes:
        """Compressed JSON, for the ledger."""
        return zlib.compress(json.dumps([asdict(file) for file in self.files]).encode())

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote."""
        return cls.of(FileEntry(**fields) for fields in json.loads(zlib.decompress(packed)))
