"""Proves files that our own transfer wrote and Globus reported no checksum of: its list was cut, or is gone.

Two ways: this machine reads the copies; or one more transfer with sync level checksum lets Globus compare both ends.
That transfer would copy a damaged file of the rig over a good one of the archive, so the rig's copy is looked at first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.transfer.source_digests import source_digests
from session_archive.errors import ListingError
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.vouchers import Digest
from session_archive.listing.digests import digest, identity

log = logging.getLogger(__name__)

#: What we read both ends by, where no digest is known at the source.
_OURS = "SHA256"
_NANOSECONDS = 10**9


def provable(run: Run, work_item: WorkItem, files: Iterable[FileEntry]) -> frozenset[str]:
    """Paths of the files that a transfer from the rig may compare, and mend.

    Those whose copy at the rig is as it was promised, and has the digest that is known of it, read again now. A file
    without such a digest is left out where this machine can read the archive too: then reading both ends says as much,
    and overwrites nothing.
    """
    rig = run.origin(work_item).local_path if run.route.origin == "source" else None
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
    if (now.size, now.mtime_ns // _NANOSECONDS) != (file.size, file.mtime):
        log.warning("%s: not proven: it is not as it was at the rig", file.path)
        return False
    if known and (read := read_digest(rig, file.path, algorithm=known[0])) != known[1]:
        log.error("%s: the rig's copy has the %s %s, %s is known of it", file.path, known[0], read, known[1])
        return False
    return True


def read_at_both_ends(
    run: Run, work_item: WorkItem, files: Iterable[FileEntry], *, known: Mapping[str, Digest]
) -> tuple[dict[str, Digest], dict[str, Digest]]:
    """What this machine reads of files that nobody vouches for: path -> digest at the source, and at the destination.

    known : digests of the source that need no reading. A file that cannot be read at an end is not in the result
    """
    archive = run.destination(work_item).local_path
    rig = run.origin(work_item).local_path if run.route.origin == "source" else None
    here: dict[str, Digest] = {}
    there: dict[str, Digest] = {}
    for file in files if archive is not None else ():
        algorithm, value = known.get(file.path) or (_OURS, _read(rig, file.path))
        arrived = _read(archive, file.path, algorithm) if value else ""
        if value and arrived:
            here[file.path], there[file.path] = (algorithm, value), (algorithm, arrived)
    return here, there


def _read(root: Path | None, path: str, algorithm: str = _OURS) -> str:
    return read_digest(root, path, algorithm=algorithm) if root is not None else ""


def read_digest(root: Path, path: str, *, algorithm: str) -> str:
    """Read a file to its end: lower-case hex; '' where it cannot be read, or changed meanwhile."""
    try:
        read = digest(root, path, algorithm=algorithm)
    except ListingError as error:
        log.warning("not read: %s", error)
        return ""
    return read[1] if read else ""
