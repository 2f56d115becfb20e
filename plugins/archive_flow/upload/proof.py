"""Proves files that our own transfer wrote, and for which Globus reported no checksum: its list was cut, or is gone.

There are two ways: this machine reads the copies; or one more transfer with sync level checksum lets Globus compare
both ends. That transfer would copy a damaged file of the rig over a good one of the archive, so the rig's copy is
checked first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.upload.source_digests import source_digests
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.vouchers import Digest
from session_archive.listing.digests import digest, identity

log = logging.getLogger(__name__)

#: The algorithm by which we read both ends, where no digest is known at the source.
_OURS = "SHA256"


def provable(run: Run, work_item: WorkItem, files: Iterable[FileEntry]) -> frozenset[str]:
    """Paths of the files that a transfer from the rig may compare, and copy again where they differ.

    The rig's copy of such a file has the promised size and modification time, and its known digest when it is read
    again now. A file without a known digest is left out where this machine can read the archive too: reading both
    ends proves as much, and overwrites nothing.
    """
    rig = run.rig_root(work_item)
    if rig is None:
        return frozenset()
    known = source_digests(run, work_item)
    both = run.destination(work_item).local_path is not None
    return frozenset(
        file.path
        for file in files
        if (file.path in known or not both) and _as_promised(rig, file, known.get(file.path))
    )


def _as_promised(rig: Path, file: FileEntry, known: Digest | None) -> bool:
    try:
        now = identity(rig, file.path)
    except ListingError as error:
        log.warning("not proven: %s", error)
        return False
    if not now.is_as_listed(file):
        log.warning("%s: not proven: the rig's copy has changed", file.path)
        return False
    if known and (read := read_digest(rig, file.path, algorithm=known[0])) != known[1]:
        log.error("%s: the rig's copy has %s %s, expected %s", file.path, known[0], read, known[1])
        return False
    return True


def read_at_both_ends(
    run: Run, work_item: WorkItem, files: Iterable[FileEntry], *, known: Mapping[str, Digest]
) -> tuple[dict[str, Digest], dict[str, Digest]]:
    """Read files that nothing vouches for: path -> digest at the source, and path -> digest at the destination.

    known : digests of the source that need no reading. A file that cannot be read at either end is not in the result,
            nor is one whose copy at the rig is no longer as promised, or that is the same file at both ends
    """
    archive = run.destination(work_item).local_path
    rig = run.rig_root(work_item)
    at_source: dict[str, Digest] = {}
    at_destination: dict[str, Digest] = {}
    if archive is None:
        return at_source, at_destination
    for file in files:
        if _is_one_file(rig, archive, file.path):
            log.error("%s: not read: %s and %s are one folder; correct local_path", file.path, rig, archive)
            continue
        # Reading takes hours, and the database ends a connection that is idle for so long.
        run.catalog.stay_connected()
        algorithm, value = known.get(file.path) or (_OURS, _read_as_promised(rig, file))
        arrived = _read(archive, file.path, algorithm) if value else ""
        if value and arrived:
            at_source[file.path], at_destination[file.path] = (algorithm, value), (algorithm, arrived)
    return at_source, at_destination


def _read_as_promised(rig: Path | None, file: FileEntry) -> str:
    return _read(rig, file.path) if rig is not None and _as_promised(rig, file, None) else ""


def _is_one_file(rig: Path | None, archive: Path, path: str) -> bool:
    """Whether both roots lead to the same file, which proves nothing about a copy."""
    if rig is None:
        return False
    try:
        one, other = identity(rig, path), identity(archive, path)
    except ListingError:
        return False
    return (one.device, one.inode) == (other.device, other.inode)


def _read(root: Path | None, path: str, algorithm: str = _OURS) -> str:
    return read_digest(root, path, algorithm=algorithm) if root is not None else ""


def read_digest(root: Path, path: str, *, algorithm: str) -> str:
    """Read a whole file: its digest in lower-case hex; '' where it cannot be read, or changed while it was read."""
    try:
        read = digest(root, path, algorithm=algorithm)
    except ListingError as error:
        log.warning("not read: %s", error)
        return ""
    return read[1] if read else ""
