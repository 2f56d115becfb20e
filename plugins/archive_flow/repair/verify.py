"""Compares a copy with the catalog after its repair, by content where it was repaired, and records how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from archive_flow.repair.damaged_copy import REPAIR, DamagedCopy, damaged_copy, list_files
from archive_flow.repair.read import digest_at
from archive_flow.run.context import Run
from archive_flow.run.work_item import Result, WorkItem
from archive_flow.transfer.last_look import misplaced_at
from session_archive import clock
from session_archive.assess.audit import CopyLook, Taken, look_at_listing
from session_archive.assess.repair import DamagedFile, repaired_words
from session_archive.fixity.compare import Difference
from session_archive.fixity.manifest import FileEntry, Manifest
from session_archive.fixity.vouchers import Digest
from session_archive.states.state import State
from session_archive.transfers.ending import Arrived, NothingToMove

NOT_PROVEN = "it arrived, and nothing proves its content yet: repair it again, or let an audit read it"


def verify_repair(run: Run, work_item: WorkItem, ending: Arrived | NothingToMove) -> Result:
    """List the whole copy, prove the content of the files that were repaired, and record the end of their damage.

    Raises ListingError where the location cannot be listed: nothing is recorded then.
    """
    place = run.destination(work_item)
    damaged = damaged_copy(run, work_item.name, place)
    if damaged is None:
        return _ended_before(run, work_item)
    paths = {file.path for file in run.catalog.ledger.manifest(work_item.manifest_id).files}
    listed = list_files(run, place, [file.path for file in damaged.cataloged.files])
    reported = ending.outcome.checksums if isinstance(ending, Arrived) else {}
    look, method = _look(run, damaged, damaged.only(paths), listed, reported)
    submission = ending.submission if isinstance(ending, Arrived) else None
    # What an earlier run has sent is there, although this one had nothing to move.
    origin = submission.source if submission else damaged.source(run)
    repairs, now = damaged.repairs(run), clock.utc_now()
    audited = run.catalog.repairs.finish(
        damaged.copy,
        look,
        Taken(
            place=place.name,
            method=method,
            dag_id=run.dag_id,
            run_id=run.run_id,
            now=now,
            route=REPAIR,
            mended=repaired_words(
                repairs, place=place.name, origin=origin, n_files=len(look.read & paths), now=now
            ),
            submission_id=submission.submission_id if submission else None,
        ),
        origin=origin,
    )
    if audited.outcome is None:
        return work_item.result(
            audited.state, "recorded anew while it was repaired; the next audit compares it"
        )
    repaired = bool(audited.outcome.ended)
    return work_item.result(audited.state, audited.reason, new=repaired, changed=audited.changed)


def _ended_before(run: Run, work_item: WorkItem) -> Result:
    """The damage has ended already: an earlier try of this task has recorded it, or an audit found the files whole."""
    rows = run.catalog.states.of_data_sets([work_item.data_set], work_item.name.data_set_type)
    state, reason = (rows[-1].state, rows[-1].reason) if rows else (State.ARCHIVED, "")
    ours = run.catalog.repairs.ended_in(
        work_item.name.id, work_item.destination, dag_id=run.dag_id, run_id=run.run_id
    )
    return work_item.result(state, reason, new=ours)


def _look(
    run: Run,
    damaged: DamagedCopy,
    files: tuple[DamagedFile, ...],
    listed: Mapping[str, FileEntry],
    reported: Mapping[str, Digest],
) -> tuple[CopyLook, str]:
    """The look at the copy, and how many files were proven which way, in words."""
    whole, wrong, counts = [], [], Counter[str]()
    for each in files:
        found = listed.get(each.file.path)
        if found is None or found.size != each.file.size:
            continue
        why, how = _content(run, damaged, each, found, reported.get(each.file.path))
        if why:
            wrong.append(Difference(each.file.path, "checksum", why))
        else:
            whole.append(each.file.path)
            counts[how] += 1
    elsewhere = misplaced_at(damaged.place, [each.file.path for each in files])
    look = look_at_listing(damaged.cataloged, Manifest.of(listed.values())).with_content(
        read=set(whole) - {each.path for each in elsewhere}, wrong=(*wrong, *elsewhere)
    )
    words = [f"{count} {how}" for how, count in sorted(counts.items())]
    return look, "; ".join(["repair: listing of the copy", *words])


def _content(
    run: Run, damaged: DamagedCopy, each: DamagedFile, found: FileEntry, reported: Digest | None
) -> tuple[str, str]:
    """Why the content of a file is not proven, '' if it is; and who proves it."""
    assert each.digest is not None, "a file without a digest is not repaired"
    algorithm, expected = each.digest
    value, unread = digest_at(run, damaged.place, found, algorithm)
    if not unread:
        different = f"{algorithm} {expected} cataloged, {value} read" if value != expected else ""
        return different, "read by the worker, and compared with the cataloged checksum"
    if reported is None:
        return NOT_PROVEN, ""
    if reported[0].upper() == algorithm.upper():
        value = reported[1].lower()
        different = (
            f"{algorithm} {expected} cataloged, {value} reported by Globus" if value != expected else ""
        )
        return different, "with the cataloged checksum, as Globus reported it"
    # The source was read just before it was sent, and had the cataloged checksum.
    return "", "compared by Globus at both ends, of which the source was read before it"
