"""One digest of one file: a file has several, since two places may have no algorithm in common. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from session_archive.fixity.manifest import FileEntry, Manifest, written
from session_archive.fixity.vouchers import Digest


class Computer(StrEnum):
    """Who computed a digest."""

    ACQUISITION = "acquisition"
    WORKER = "worker"
    GLOBUS = "globus"


class Basis(StrEnum):
    """From what a digest was computed.

    READ      : from the bytes, at that time
    STORED    : it was kept somewhere, such as in a `.meta`; nobody read the bytes for it
    NOT_KNOWN : Globus does not say whether a storage reads the bytes or answers what it has stored
    """

    READ = "read"
    STORED = "stored"
    NOT_KNOWN = ""


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A digest of one version of a file at a place.

    path        : relative to the root of its place
    value       : lower-case hex
    size        : bytes
    mtime       : seconds UTC since 1970, of the manifest that names the file
    version     : what shows on a disk that a file was not written again; '' where no disk was read
    computed_at : UTC; None for now
    """

    path: str
    place: str
    algorithm: str
    value: str
    computed_by: Computer
    basis: Basis
    size: int
    mtime: int
    version: str = ""
    computed_at: dt.datetime | None = None


def digests_of(
    manifest: Manifest,
    digests: Mapping[str, Digest],
    *,
    place: str,
    computed_by: Computer,
    basis: Basis,
    computed_at: dt.datetime | None = None,
) -> Iterator[FileDigest]:
    """The digests of the files of a manifest; a file that Globus compared without reporting a value has none."""
    for file in manifest.files:
        algorithm, value = written(digests.get(file.path, ("", "")))
        if value:
            yield FileDigest(
                file.path,
                place,
                algorithm,
                value,
                computed_by,
                basis,
                file.size,
                file.mtime,
                computed_at=computed_at,
            )


def agreed(digests: Iterable[FileDigest], manifest: Manifest) -> dict[str, dict[str, str]]:
    """Path -> algorithm -> digest of just this version of the file, its own checksum first.

    A file may have been read where it was damaged: digests of one algorithm that differ prove nothing, unless the
    file's own checksum decides. Nor does a stored one, such as a wrong checksum of the acquisition program.
    """
    found: dict[str, dict[str, set[str]]] = {file.path: {} for file in manifest.files}
    versions = {file.path: (file.size, file.mtime) for file in manifest.files}
    for each in digests:
        if each.basis is not Basis.STORED and versions.get(each.path) == (each.size, each.mtime):
            found[each.path].setdefault(each.algorithm.upper(), set()).add(each.value.lower())
    return {
        file.path: _own(file)
        | {
            algorithm: next(iter(values))
            for algorithm, values in found[file.path].items()
            if len(values) == 1 and algorithm != file.checksum_algorithm.upper()
        }
        for file in manifest.files
    }


def _own(file: FileEntry) -> dict[str, str]:
    return {file.checksum_algorithm.upper(): file.checksum.lower()} if file.checksum else {}
