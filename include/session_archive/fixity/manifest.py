"""The promised files of one data set, and an id that is the same for every lister."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice, pairwise, zip_longest
from operator import attrgetter
from sys import intern
from typing import Any, Self

from session_archive.errors import NamingError
from session_archive.naming.session_name import require_path
from session_archive.packed_json import pack_list, unpack_list

#: So many files are written as one text, so that 100,000 are never in memory twice.
_AT_A_TIME = 500
# `json.dumps` would make a new encoder for each data set.
_written_rows = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, order=True)
class FileEntry:
    """One file of a data set.

    path               : POSIX, relative to the root of its place, never beginning with '/'
    size               : bytes
    mtime              : whole seconds UTC since 1970; Globus reports no fractions
    file_type          : a name from the conventions, '' if they were not applied
    checksum           : lower-case hex, '' if not known
    checksum_algorithm : 'SHA1', 'MD5', 'SHA256'; '' if there is no checksum
    vouched_by         : what proves the content, a `Voucher` such as 'spikeglx' or 'person'; '' for nothing
    """

    path: str
    size: int
    mtime: int
    file_type: str = ""
    checksum: str = ""
    checksum_algorithm: str = ""
    vouched_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a path that leaves its root or cannot be stored exactly, and a size below 0."""
        require_path(self.path)
        if self.size < 0:
            raise NamingError(f"{self.path!r} has a size of {self.size} bytes; expected 0 or more")

    @classmethod
    def vouched(cls, path: str, size: int, mtime: int, file_type: str) -> Self:
        """The constructor without its checks, for a lister that has checked each name in `path` and the size itself.

        Hundreds of thousands of files are listed at a time, and checking each name once is a third of that time.
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
        """The mtime as a datetime, UTC."""
        return dt.datetime.fromtimestamp(self.mtime, dt.UTC)


# A frozen dataclass is filled through its slots; looking up their setters once halves the time.
_path, _size, _mtime, _file_type, _checksum, _algorithm, _voucher = (
    FileEntry.__dict__[field.name].__set__ for field in fields(FileEntry)
)


def written(digest: tuple[str, str]) -> tuple[str, str]:
    """Algorithm and value as a FileEntry has them; texts that are so already are not copied for each file."""
    algorithm, value = digest
    lower = value.lower()
    return intern(algorithm.upper()), value if lower == value else lower


@dataclass(frozen=True)
class Manifest:
    """The files of a data set, sorted by path; equal trees have equal ids, however they were listed."""

    files: tuple[FileEntry, ...]

    @classmethod
    def of(cls, files: Iterable[FileEntry]) -> Self:
        """Sort `files` into a manifest. Raises NamingError if a path occurs twice."""
        ordered = tuple(sorted(files, key=attrgetter("path")))
        for first, second in pairwise([file.path for file in ordered]):
            if first == second:
                raise NamingError(f"{first!r} is listed twice; a manifest has each path once")
        return cls(ordered)

    @cached_property
    def id(self) -> str:
        """sha256, hex, over the sorted (path, size, mtime in whole UTC seconds)."""
        digest = hashlib.sha256(b"[", usedforsecurity=False)
        rows, comma = ([file.path, file.size, file.mtime] for file in self.files), b""
        while some := list(islice(rows, _AT_A_TIME)):
            digest.update(comma + _written_rows(some)[1:-1].encode("ascii"))
            comma = b","
        digest.update(b"]")
        return digest.hexdigest()

    @property
    def n_bytes(self) -> int:
        """The sum of all sizes."""
        return sum(file.size for file in self.files)

    def bytes_of(self, paths: Collection[str]) -> int:
        """The sum of the sizes of some files."""
        chosen = frozenset(paths)
        return sum(file.size for file in self.files if file.path in chosen)

    def pack(self) -> bytes:
        """Compressed JSON, for the ledger."""
        return pack_list(dict(zip(_NAMES, _values(file), strict=True)) for file in self.files)

    def is_packed_in(self, packed: bytes) -> bool:
        """Whether `pack` wrote this from an equal manifest."""
        return all(one == other for one, other in zip_longest(self.files, _entries(packed)))

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote."""
        return cls.of(_entries(packed))


_NAMES = tuple(field.name for field in fields(FileEntry))
_values = attrgetter(*_NAMES)


def _entries(packed: bytes) -> Iterator[FileEntry]:
    for row in unpack_list(packed):
        yield FileEntry(**_shared(row))


def _shared(row: dict[str, Any]) -> dict[str, Any]:
    """The row with one copy in memory of what many files have, and of a path that other lists of these files have."""
    for name in ("path", "file_type", "checksum_algorithm", "vouched_by"):
        if name in row:
            row[name] = intern(row[name])
    return row
