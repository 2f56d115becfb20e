"""Which checksums a data set has before it is sent: SpikeGLX's own, and ours where the lab wants that."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from archive_flow.run.acceptances import accepted
from archive_flow.run.context import Run
from archive_flow.run.texts import texts_of
from archive_flow.run.work_item import WorkItem
from session_archive.fixity.manifest import FileEntry
from session_archive.listing.digests import identity, sha256
from session_archive.recording.completeness import external_checksums
from session_archive.states.decisions import Verdict

log = logging.getLogger(__name__)


def source_digests(run: Run, work_item: WorkItem, *, read: bool = False) -> dict[str, tuple[str, str]]:
    """Path -> (algorithm, digest): as the acquisition program wrote them, else as read at the source.

    What a person doubts is left out. Files are read only where [fixity] source_sha256 says so.

    read : read files whose digest is not known yet; else only those count that were read before
    """
    if run.route.origin != "source" or not work_item.manifest_id:
        return {}
    files = run.catalog.manifest(work_item.manifest_id).files
    if (texts := texts_of(run, work_item, files)) is None:
        return {}
    told = external_checksums(files, texts.metas)
    if run.settings.fixity.source_sha256:
        rest = [file for file in files if file.path not in told]
        told |= {
            path: ("SHA256", digest) for path, digest in _digests(run, work_item, rest, read=read).items()
        }
    doubted = accepted(run, work_item, Verdict.ACCEPT_WITHOUT_CHECKSUM, manifest_id=work_item.manifest_id)
    return {path: value for path, value in told.items() if not doubted.covers(path)}


def _digests(run: Run, work_item: WorkItem, files: Iterable[FileEntry], *, read: bool) -> dict[str, str]:
    place = run.origin(work_item)
    root = place.local_path
    assert root is not None, "texts were read there"
    there = {file.path: identity(root, file.path) for file in files}
    known = run.catalog.digests(place.name, list(there.values()))
    digests = {path: known[found] for path, found in there.items() if found in known}
    if not read:
        return digests
    for path in there.keys() - digests.keys():
        if (computed := sha256(root, path)) is None:
            # It goes without: once it is there, the comparison with the source finds the change.
            log.warning("%s:%s changed while it was read", place.name, path)
            continue
        # Each at once: hours of reading outlive a worker that dies.
        run.catalog.keep_digest(place.name, computed[0], path=path, sha256=computed[1])
        digests[path] = computed[1]
    return digests
