"""AUDIT: reads copies on a disk that this worker sees, by the algorithm of their cataloged checksums."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive_flow.run.context import Run
from session_archive import clock
from session_archive.errors import ListingError
from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.digests import ALGORITHMS, digest
from session_archive.settings.places import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """What reading a copy has shown: paths that are as cataloged, and files that are not."""

    read: tuple[str, ...]
    wrong: tuple[Difference, ...]

    def words(self, n_files: int) -> str:
        """What was compared, for the verification."""
        n_read = len(self.read) + len(self.wrong)
        return f"listing; {n_read} of {n_files} files read by the worker, and compared with the cataloged checksum"


def read_content(run: Run, place: Place, cataloged: Manifest, listed: Mapping[str, FileEntry]) -> Content:
    """Read each file that has a cataloged checksum, and that is on the disk as Globus listed it.

    A file that cannot be read, or is another one on this disk, is not judged: the log says why.
    """
    read: list[str] = []
    wrong: list[Difference] = []
    root = place.local_path
    for file in cataloged.files:
        found = listed.get(file.path)
        if (
            root is None
            or found is None
            or found.size != file.size
            or file.checksum_algorithm not in ALGORITHMS
        ):
            continue
        if run.deadline is not None and clock.utc_now() >= run.deadline:
            log.warning("%s: not read, nor any file after it: limits.run_deadline is over", file.path)
            break
        # Reading takes hours, and the database ends a connection that is idle for so long.
        run.catalog.stay_connected()
        value = _read(root, found, file.checksum_algorithm)
        if value and value != file.checksum.lower():
            # Once more: the memory of this machine may be what is wrong.
            value = _read(root, found, file.checksum_algorithm)
        if value == file.checksum.lower():
            read.append(file.path)
        elif value:
            detail = f"{file.checksum_algorithm} {file.checksum} cataloged, {value} read"
            wrong.append(Difference(file.path, "checksum", detail))
    return Content(tuple(read), tuple(wrong))


def _read(root: Path, listed: FileEntry, algorithm: str) -> str:
    """The digest of a file; '' where it cannot be read, changed meanwhile, or is not the one that was listed."""
    try:
        done = digest(root, listed.path, algorithm=algorithm)
    except ListingError as error:
        log.warning("not read: %s", error)
        return ""
    if done is None:
        log.warning("%s: not judged: it changed while it was read", listed.path)
        return ""
    version, value = done
    if not version.is_as_listed(listed):
        log.warning("%s: not judged: the file below %s is not the one that Globus lists", listed.path, root)
        return ""
    return value
