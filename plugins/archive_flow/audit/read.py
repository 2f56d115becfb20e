"""AUDIT: reads copies on a disk that this worker sees, by the algorithm of their cataloged checksums.

A copy is read in place, or where a transfer has brought it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive_flow.run.context import Run
from session_archive import clock
from session_archive.assess.brought_copy import folder_of
from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import FileEntry, Manifest, written
from session_archive.fixity.vouchers import Digest
from session_archive.listing.digests import ALGORITHMS, FileIdentity, digest_of
from session_archive.settings.places import Place

log = logging.getLogger(__name__)

#: Takes a file as cataloged, and as listed; gives its digest, '' where it is not judged.
ReadDigest = Callable[[FileEntry, FileEntry], str]


@dataclass(frozen=True, slots=True)
class Content:
    """What reading a copy has shown: paths that are as cataloged, and files that are not.

    how : in words: where the files were read
    """

    read: tuple[str, ...]
    wrong: tuple[Difference, ...]
    how: str = "read by the worker"

    def words(self, n_files: int) -> str:
        """What was compared, for the verification."""
        n_read = len(self.read) + len(self.wrong)
        return f"listing; {n_read} of {n_files} files {self.how}, and compared with the cataloged checksum"


def read_content(run: Run, place: Place, cataloged: Manifest, listed: Mapping[str, FileEntry]) -> Content:
    """Read each file that has a cataloged checksum, and that is on the disk as Globus listed it.

    A file that cannot be read, or is another one on this disk, is not judged: the log says why.
    """
    root = place.local_path
    if root is None:
        return Content((), ())

    def in_place(file: FileEntry, found: FileEntry) -> str:
        def is_listed(version: FileIdentity) -> bool:
            return version.is_as_listed(found)

        value = _read(root, file.path, file.checksum_algorithm, is_listed)
        if value and value != file.checksum.lower():
            # Once more: the memory of this machine may be what is wrong.
            value = _read(root, file.path, file.checksum_algorithm, is_listed)
        return value

    return _compared(run, cataloged, listed, in_place)


def read_brought(
    run: Run,
    place: Place,
    cataloged: Manifest,
    listed: Mapping[str, FileEntry],
    *,
    key: str,
    reported: Mapping[str, Digest],
) -> Content:
    """Read each file that a transfer has brought to a scratch place.

    A copy that differs is damage in the archive only if it still is what Globus has read there, by its checksum; else
    the file is not judged.

    key      : of the mapped group
    reported : path at the scratch place -> what Globus computed at both ends
    """
    root, how = place.local_path, f"brought to {place.name} by Globus, read there"
    if root is None:
        return Content((), (), how)

    def brought(file: FileEntry, found: FileEntry) -> str:
        path = f"{folder_of(key)}/{file.path}"

        def has_size(version: FileIdentity) -> bool:
            return version.size == file.size

        value = _read(root, path, file.checksum_algorithm, has_size)
        if not value or value == file.checksum.lower():
            return value
        again = _read(root, path, file.checksum_algorithm, has_size)
        algorithm, expected = written(reported.get(path, ("", "")))
        if again == file.checksum.lower() or algorithm not in ALGORITHMS:
            value = again if again == file.checksum.lower() else ""
        elif _read(root, path, algorithm, has_size) != expected:
            value = ""
        if not value:
            log.warning(
                "%s: not judged: nothing shows that the copy at %s is what Globus read", file.path, place.name
            )
        return value

    content = _compared(run, cataloged, listed, brought)
    return Content(content.read, content.wrong, how)


def _compared(run: Run, cataloged: Manifest, listed: Mapping[str, FileEntry], read: ReadDigest) -> Content:
    right: list[str] = []
    wrong: list[Difference] = []
    for file in cataloged.files:
        found = listed.get(file.path)
        if found is None or found.size != file.size or file.checksum_algorithm not in ALGORITHMS:
            continue
        if run.deadline is not None and clock.utc_now() >= run.deadline:
            log.warning("%s: not read, nor any file after it: limits.run_deadline is over", file.path)
            break
        # Reading takes hours, and the database ends a connection that is idle for so long.
        run.catalog.stay_connected()
        value = read(file, found)
        if value == file.checksum.lower():
            right.append(file.path)
        elif value:
            detail = f"{file.checksum_algorithm} {file.checksum} cataloged, {value} read"
            wrong.append(Difference(file.path, "checksum", detail))
    return Content(tuple(right), tuple(wrong))


def _read(root: Path, path: str, algorithm: str, is_meant: Callable[[FileIdentity], bool]) -> str:
    """The digest of a file; '' where it cannot be read, changed meanwhile, or is not the one that is meant."""
    value, why = digest_of(root, path, algorithm=algorithm, is_meant=is_meant)
    if why:
        log.warning("%s: not judged: %s", path, why)
    return value
