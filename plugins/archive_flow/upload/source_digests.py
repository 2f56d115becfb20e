"""The checksums of a data set before it is sent: SpikeGLX's own, and ours where the settings ask for them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.text_files import checksum_metas_of
from archive_flow.run.work_item import WorkItem
from session_archive import clock
from session_archive.errors import ListingError
from session_archive.fixity.file_digest import Basis, Computer, digests_of
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.listing.digests import FileIdentity, identity, sha256
from session_archive.recording.completeness import external_checksums
from session_archive.states.decisions import Verdict

log = logging.getLogger(__name__)


def source_digests(
    run: Run, work_item: WorkItem, *, manifest: Manifest | None = None, read: bool = False
) -> dict[str, tuple[str, str]]:
    """Path -> (algorithm, digest): from the acquisition program, else from our own reading of the source.

    Files that a person accepted without their checksum are left out. Files are read only where [fixity] source_sha256
    is on.

    manifest : the work item's own, where the caller has read it already
    read     : read files whose digest is not known yet; else only digests of earlier readings are used
    """
    if not work_item.manifest_id:
        return {}
    files = (manifest or run.catalog.ledger.manifest(work_item.manifest_id)).files
    if (metas := checksum_metas_of(run, work_item, files)) is None:
        return {}
    kind = run.settings.conventions.kind(work_item.name.data_set_type)
    digests = external_checksums(files, metas, kind=kind)
    if run.settings.fixity.source_sha256:
        rest = [file for file in files if file.path not in digests]
        digests |= {
            path: ("SHA256", digest) for path, digest in _digests(run, work_item, rest, read=read).items()
        }
    doubted = accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=work_item.manifest_id)
    return {path: value for path, value in digests.items() if not doubted.covers(path)}


def _digests(run: Run, work_item: WorkItem, files: Iterable[FileEntry], *, read: bool) -> dict[str, str]:
    place = run.origin(work_item)
    root = place.local_path
    assert root is not None, "the .meta files were read from it"
    entries = {file.path: file for file in files}
    identities = dict(_identities(root, entries.values()))
    known = run.catalog.source_digests.known(place.name, list(identities.values()))
    digests = {path: known[each] for path, each in identities.items() if each in known}
    if not read:
        return digests
    for path in identities.keys() - digests.keys():
        if (computed := sha256(root, path)) is None:
            # It is sent without a digest: after the transfer, the comparison with the source finds the change.
            log.warning("%s:%s changed while it was read", place.name, path)
            continue
        # Stored file by file, so that hours of reading are not lost when a worker dies.
        run.catalog.source_digests.keep(place.name, computed[0], path=path, sha256=computed[1])
        run.catalog.file_digests.keep(
            work_item.name.id,
            digests_of(
                Manifest((entries[path],)),
                {path: ("SHA256", computed[1])},
                place=place.name,
                computed_by=Computer.WORKER,
                basis=Basis.READ,
                computed_at=clock.utc_now(),
            ),
        )
        digests[path] = computed[1]
    return digests


def _identities(root: Path, files: Iterable[FileEntry]) -> Iterator[tuple[str, FileIdentity]]:
    """Path and identity of each file that exists now; the digest of another is not known."""
    for file in files:
        try:
            yield file.path, identity(root, file.path)
        except ListingError as error:
            log.warning("no digest at the source: %s", error)
