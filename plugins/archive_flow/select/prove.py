"""Data sets that are unverified in the archive and still on a rig: which of them are proven in this run."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive_flow.run.acceptances import decisions_on
from archive_flow.run.work_item import WorkItem
from archive_flow.select.assessor import Assessed
from archive_flow.select.list_rig import list_again
from session_archive import clock
from session_archive.assess.proof import HELD_BACK, Waiting, bytes_to_read, expected_copy, judge_again, turns
from session_archive.assess.verdict import Leave, Prove, Record, Transfer

if TYPE_CHECKING:
    from archive_flow.run.context import Run
    from session_archive.fixity.manifest import Manifest
    from session_archive.recording.cataloged import ReplicaInfo


def read_to_prove(run: Run, work_item: WorkItem, replica: ReplicaInfo) -> Assessed:
    """Prove what was found in the archive, if this worker can read both copies and the rig's may be the same."""
    if run.destination(work_item).local_path is None:
        return Assessed(work_item, Leave())
    on_rig, notes = list_again(run, work_item)
    if on_rig is None:
        return Assessed(work_item, Leave(), notes)
    expected = expected_copy(
        recorded=run.catalog.replicas.files_at(work_item.name.id, work_item.destination), on_rig=on_rig
    )
    if isinstance(expected, Record):
        known = replace(work_item, n_files=replica.n_files, n_bytes=replica.n_bytes)
        return Assessed(known, expected, notes)
    of_copy = replace(
        work_item,
        manifest_id=expected.id,
        n_files=len(expected.files),
        n_bytes=expected.n_bytes,
        proof=True,
    )
    if refused := _refused_before(run, of_copy):
        return Assessed(of_copy, refused, notes)
    if not run.selection.dry_run:
        run.catalog.ledger.save_manifest(expected)
    return Assessed(of_copy, _prove(expected, replica), notes)


def within_budget(run: Run, assessed: Assessed, replica: ReplicaInfo) -> Assessed:
    """The same for what an upload sent, if this worker reads it to prove it; else Globus compares both ends."""
    work_item = assessed.work_item
    if not isinstance(assessed.assessment, Transfer) or run.destination(work_item).local_path is None:
        return assessed
    recorded = run.catalog.replicas.files_at(work_item.name.id, work_item.destination)
    return replace(assessed, assessment=_prove(recorded, replica))


def _prove(files: Manifest, replica: ReplicaInfo) -> Prove:
    return Prove(bytes_to_read(files), replica.recorded_at or clock.utc_now())


def _refused_before(run: Run, work_item: WorkItem) -> Record | None:
    """The alarm of the last proof, so that a copy that differs is not read again every night."""
    failed = run.catalog.verifications.failed_proof(work_item.name.id, work_item.destination)
    if failed is None or failed.manifest_id != work_item.manifest_id:
        return None
    decisions = decisions_on(run, work_item, manifest_id=failed.manifest_id)
    return judge_again(failed.report, failed_at=failed.failed_at, decisions=decisions)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a run proves.

    taken : whose turn has come
    later : the others, each with its state
    """

    taken: tuple[WorkItem, ...]
    later: tuple[Assessed, ...]


def choose_proofs(run: Run, assessed: Sequence[Assessed], *, at_most: int) -> Proofs:
    """Take up what has waited longest, within the bytes of a night, and record that it had its turn.

    assessed : all data sets that may be proven
    at_most  : data sets
    """
    last = _last_turns(run, assessed)
    waiting = [
        Waiting(each.work_item.name, each.assessment, last.get(each.work_item.name.id))
        for each in assessed
        if isinstance(each.assessment, Prove)
    ]
    taken, later = turns(
        waiting, max_bytes=run.settings.limits.proof_bytes_per_night, max_count=max(at_most, 0)
    )
    if not run.selection.dry_run:
        _record_turns(run, [assessed[position] for position in taken])
    return Proofs(
        tuple(assessed[position].work_item for position in taken),
        tuple(_held_back(assessed[position]) for position in later),
    )


def _held_back(assessed: Assessed) -> Assessed:
    """It says why it stays unverified; a folder that no session claims keeps the state that it has."""
    return replace(assessed, assessment=HELD_BACK if assessed.work_item.session_key else Leave())


def _last_turns(run: Run, assessed: Sequence[Assessed]) -> dict[uuid.UUID, dt.datetime]:
    by_place = defaultdict(list)
    for each in assessed:
        by_place[each.work_item.destination].append(each.work_item.name.id)
    return {
        data_set_id: taken_at
        for place, data_set_ids in by_place.items()
        for data_set_id, taken_at in run.catalog.turns.newest_proofs(place, data_set_ids).items()
    }


def _record_turns(run: Run, taken: Sequence[Assessed]) -> None:
    by_place: dict[str, dict[uuid.UUID, int]] = defaultdict(dict)
    for each in taken:
        assert isinstance(each.assessment, Prove), "only what may be proven has a turn"
        by_place[each.work_item.destination][each.work_item.name.id] = each.assessment.n_bytes
    for place, n_bytes in by_place.items():
        run.catalog.turns.proving(place, n_bytes, run_id=run.run_id)
