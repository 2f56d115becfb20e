"""The promised files of one data set, and the id that any lister gives the same tree."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Self

from session_archive.errors import NamingError
from session_archive.naming.session_name import require_path


@dataclass(frozen=True, slots=True, order=True)
class FileEntry:
    """One file of a data set.

    path               : POSIX, relative to the root of its place, never beginning with '/'
    size               : bytes
    mtime              : whole seconds UTC since 1970; Globus tells no finer
    file_type          : a name from the conventions, '' where none was asked
    checksum           : lower-case hex, '' when not known
    checksum_algorithm : 'SHA1', 'MD5', 'SHA256'; '' when there is no checksum
    vouched_by         : who says that this is the file: 'spikeglx', 'globus', 'source' by checksum, or a 'person'
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

    @classmethod
    def vouched(cls, path: str, size: int, mtime: int, file_type: str) -> Self:
        """As the constructor, for a lister that has looked at each name of `path` and at the size itself.

        Hundreds of thousands are listed in one go; looking at each name once is a third of the time.
        """
        entry = object.__new__(cls)
        _path(entry, path)
        _size(entry, size)
        _mtime(entry, mtime)
        _file_type(entry, file_type)
        _checksum(entry, "")
        _algorithm(entry, "")
        _voucher(entry, "")
        return entry

    @property
    def modified(self) -> dt.datetime:
        """The time of last change, UTC."""
        return dt.datetime.fromtimestamp(self.mtime, dt.UTC)


# A frozen dataclass is filled through its slots; looked up once, that takes half the time.
_path, _size, _mtime, _file_type, _checksum, _algorithm, _voucher = (
    FileEntry.__dict__[field.name].__set__ for field in fields(FileEntry)
)


@dataclass(frozen=True)
class Manifest:
    """The files of a data set, sorted by path; equal trees have equal ids, whoever listed them."""

    files: tuple[FileEntry, ...]

    @classmethod
    def of(cls, files: Iterable[FileEntry]) -> Self:
        """Sort `files` into a manifest. Raises NamingError when a path comes twice."""
        ordered = tuple(sorted(files, key=attrgetter("path")))
        for first, second in pairwise([file.path for file in ordered]):
            if first == second:
                raise NamingError(f"{first!r} is listed twice; a manifest has each path once")
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
        return cls.of(FileEntry(**told) for told in json.loads(zlib.decompress(packed)))
