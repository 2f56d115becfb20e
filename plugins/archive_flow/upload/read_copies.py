"""Proves a data set that was found in the archive: reads its copy there and the rig's, and writes at neither end."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from archive_flow.run.acceptances import incomplete_note
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.upload.proof import read_at_both_ends
from archive_flow.upload.record import keep_state, record_upload
from archive_flow.upload.source_digests import source_digests
from archive_flow.upload.verify import VerifiedUpload
from session_archive import clock
from session_archive.assess.proof import judge_proof
from session_archive.errors import ListingError
from session_archive.fixity.compare import came_later, compare
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import Digest, unvouched, with_vouchers, words
from session_archive.listing.digests import identity
from session_archive.states.state import State

log = logging.getLogger(__name__)


def prove_by_rig(run: Run, work_item: WorkItem) -> Result:
    """Archived if every file of the copy has the content of the rig's; a difference is an alarm.

    Raises ListingError where the archive or the rig cannot be listed.
    """
    name, destination = work_item.name, work_item.destination
    if run.catalog.ledger.open_submission(name.id, run.route, destination):
        return keep_state(
            run, work_item, State.UNVERIFIED, "a transfer to it is under way; a later run proves it"
        )
    expected = run.catalog.ledger.manifest(work_item.manifest_id)
    listed = run.list_destination(work_item, expected=expected).manifest
    on_rig = run.list_origin(work_item).require_whole().manifest
    source = source_digests(run, work_item)
    # What the listing shows already needs no reading.
    files = () if compare(promised=expected, found=listed).differences else unvouched(expected)
    at_source, at_destination = _read(run, work_item, files, in_archive=listed, source=source)
    same = {path: value for path, value in at_destination.items() if value == at_source[path]}
    known = with_vouchers(expected, source=source, compared={}, read=same)
    report = compare(
        promised=expected, found=listed, promised_digests=at_source, found_digests=at_destination
    )
    judged = judge_proof(report, known, later=came_later(archived=expected, found=on_rig))
    incomplete = incomplete_note(run, work_item, manifest_id=expected.id)
    reason = "; ".join(filter(None, (judged.reason, incomplete)))
    if judged.state is State.UNVERIFIED:
        # Nothing was learned: what the catalog has of it stays as discovery recorded it.
        return keep_state(run, work_item, judged.state, judged.reason)
    proven = VerifiedUpload(
        known,
        report,
        judged.state,
        reason,
        method=f"listing, and its copy read in the archive; {words(known)}",
        submission=None,
    )
    return record_upload(run, work_item, proven)


def _read(
    run: Run,
    work_item: WorkItem,
    files: Iterable[FileEntry],
    *,
    in_archive: Manifest,
    source: Mapping[str, Digest],
) -> tuple[dict[str, Digest], dict[str, Digest]]:
    """As `read_at_both_ends`, of files that are as they were listed, before they are read and after it."""
    rig, archive = run.rig_root(work_item), run.destination(work_item).local_path
    if rig is None or archive is None:
        log.warning(
            "not read: this worker cannot read both the rig and the archive; it could when it selected"
        )
        return {}, {}
    copies = {file.path: file for file in in_archive.files}

    def as_listed(file: FileEntry) -> bool:
        copy = copies.get(file.path)
        return copy is not None and _is(archive, copy) and _is(rig, file)

    files = [file for file in files if as_listed(file)]
    in_time = _until(run.deadline, files)
    at_source, at_destination = read_at_both_ends(run, work_item, in_time, known=source)
    still = {file.path for file in files if as_listed(file)}
    return (
        {path: value for path, value in at_source.items() if path in still},
        {path: value for path, value in at_destination.items() if path in still},
    )


def _until(deadline: dt.datetime | None, files: Iterable[FileEntry]) -> Iterator[FileEntry]:
    """Stop when the run is over: a slow disk must not delay the next night."""
    for file in files:
        if deadline is not None and clock.utc_now() >= deadline:
            log.warning("%s: not read, nor any file after it: limits.run_deadline is over", file.path)
            return
        yield file


def _is(root: Path, listed: FileEntry) -> bool:
    """Whether the file on this disk is the listed one: else it has changed, or local_path is another folder."""
    try:
        here = identity(root, listed.path)
    except ListingError as error:
        log.warning("not read: %s", error)
        return False
    same = here.is_as_listed(listed)
    if not same:
        log.warning(
            "%s: not read: the file below %s is not the one that was listed: it has changed, or local_path in "
            "archive.toml leads to another folder",
            listed.path,
            root,
        )
    return same
