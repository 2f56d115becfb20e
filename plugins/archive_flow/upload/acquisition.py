"""Compares the acquisition program's checksums at the rig, where the archive's storage cannot compute them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import astuple

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.work_item import WorkItem
from archive_flow.transfer.checksums import known_checksums
from archive_flow.upload.source_digests import source_digests
from session_archive import clock
from session_archive.errors import ListingError, RefusedError
from session_archive.fixity.file_digest import Basis, Computer, FileDigest
from session_archive.fixity.manifest import FileEntry
from session_archive.fixity.vouchers import acquired
from session_archive.listing.digests import FileIdentity, digest, identity
from session_archive.states.decisions import Verdict
from session_archive.states.reasons import OTHER_AT_RIG

log = logging.getLogger(__name__)


def require_as_acquired(run: Run, work_item: WorkItem, files: Iterable[FileEntry]) -> None:
    """Read the rig's files whose acquisition checksum does not go along with the transfer.

    raises : RefusedError, naming each file that has another checksum now
    """
    rig = run.rig_root(work_item)
    if rig is None:
        return
    places = (work_item.origin, work_item.destination)
    known, digests = known_checksums(run, places), acquired(source_digests(run, work_item))
    compared = [
        (file, digests[file.path])
        for file in files
        if file.path in digests and not known.may_expect(digests[file.path][0], places)
    ]
    if not compared:
        return
    readings = _readings(run, work_item)
    wrong = [
        f"{file.path} has {algorithm} {value}, expected {expected}"
        for file, (algorithm, expected) in compared
        if (value := _read(run, work_item, file, algorithm, readings)) and value != expected
    ]
    if wrong:
        raise RefusedError(f"{OTHER_AT_RIG}: {'; '.join(wrong)}")


def _readings(run: Run, work_item: WorkItem) -> dict[tuple[str, str, str], str]:
    """(path, version, algorithm) -> digest that was read before, unless a person said that it shall be read again."""
    again = accepted(run, work_item, Verdict.SEND_AGAIN, manifest_id=work_item.manifest_id).decisions
    since = max((each.decided_at for each in again if each.decided_at), default=None)
    return {
        (each.path, each.version, each.algorithm): each.value
        for each in run.catalog.file_digests.of(work_item.name.id)
        if each.place == work_item.origin and each.basis is Basis.READ and _after(since, each.computed_at)
    }


def _after(since: dt.datetime | None, computed_at: dt.datetime | None) -> bool:
    return since is None or computed_at is None or computed_at > since


def _read(
    run: Run, work_item: WorkItem, file: FileEntry, algorithm: str, known: dict[tuple[str, str, str], str]
) -> str:
    """The file's digest at the rig; '' where it cannot be read, or changed, which is noticed after the transfer."""
    root = run.rig_root(work_item)
    assert root is not None, "only a rig that can be read here is compared"
    try:
        now = identity(root, file.path)
        if (before := known.get((file.path, version(now), algorithm))) is not None:
            return before
        read = digest(root, file.path, algorithm=algorithm)
    except ListingError as error:
        log.warning("not compared with its checksum: %s", error)
        return ""
    if read is None:
        log.warning("%s:%s changed while it was read", work_item.origin, file.path)
        return ""
    reading = FileDigest(
        path=file.path,
        place=work_item.origin,
        algorithm=algorithm,
        value=read[1],
        computed_by=Computer.WORKER,
        basis=Basis.READ,
        size=file.size,
        mtime=file.mtime,
        version=version(read[0]),
        computed_at=clock.utc_now(),
    )
    # Stored file by file, so that hours of reading are not lost when a worker dies.
    run.catalog.file_digests.keep(work_item.name.id, [reading])
    return read[1]


def version(file: FileIdentity) -> str:
    """What shows that a file on a disk was not written again."""
    return ":".join(str(part) for part in astuple(file))
